import type { RegistryWords } from './words.ts';

const plural = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;

export const de: RegistryWords = {
  title: 'Register',
  parts: {
    changes: 'Änderungen',
    people: 'Personen und Schlüssel',
    propose: 'Vorschlagen',
    policy: 'Richtlinie',
  },
  partsLabel: 'Teile des Registers',
  loading: 'Das Register wird geladen',
  reload: 'Neu laden',
  asOf: 'Stand',
  cannotSign: 'Jetzt kann nichts unterschrieben werden: siehe oben.',
  kinds: {
    agency: 'Eine neue Behörde mit ihrem ersten Sachbearbeiter',
    terms: 'Andere Befugnisse einer Behörde',
    officer: 'Ein weiterer Schlüssel eines Sachbearbeiters',
    'encryption-key': 'Ein anderer Schlüssel, für den Auskünfte verschlüsselt werden',
    reviewer: 'Ein weiterer Schlüssel eines Prüfers',
    policy: 'Eine andere Richtlinie, die danach eingesetzt wird',
    emergencies: 'Eilfälle einer Behörde werden wieder angenommen',
    hold: 'Ein Fall wird aufbewahrt, über seine Frist hinaus',
    release: 'Ein aufbewahrter Fall wird freigegeben',
    reinstate: 'Ein ausgesetzter Schlüssel gilt wieder',
  },
  categories: {
    SubscriberData: 'Rufnummern und wann jede galt',
    UserIdentifyingData: 'Jede IP-Adresse einmal, mit ihrer letzten Nutzung',
    TrafficData: 'Jede Anmeldung: IP-Adresse, Port und Zeit',
  },
  changes: {
    status: 'Zeige Änderungen, die',
    statuses: {
      Pending: 'offen sind',
      Applied: 'gelten',
      Rejected: 'abgelehnt sind',
      Lapsed: 'verfallen sind',
    },
    none: 'Keine Änderung wartet auf jemanden.',
    noneSays: 'Was jemand vorschlägt, steht hier, bis zwei Prüfer entschieden haben.',
    noneOf: 'Es gibt keine.',
    proposed: 'Vorgeschlagen',
    proposedBy: 'Vorgeschlagen von',
    lapses: 'Verfällt',
    lapsesSoon: 'Verfällt bald',
    digest: 'Prüfsumme',
    missing: 'Wartet auf',
    approvals: (n) => plural(n, 'weiteren Prüfer', 'weitere Prüfer'),
    confirmation: { officer: 'einen Sachbearbeiter der Behörde', operator: 'einen Betreiber' },
    decisions: 'Wer unterschrieben hat',
    roles: { agency: 'Sachbearbeiter', reviewer: 'Prüfer', operator: 'Betreiber' },
    did: { approve: 'Genehmigt', confirm: 'Bestätigt', reject: 'Abgelehnt' },
    agency: 'Behörde',
    name: 'Name',
    officer: 'Sachbearbeiter',
    reviewer: 'Prüfer',
    case: 'Fall',
    key: 'Schlüssel',
    until: 'Aufbewahrt bis',
    activeFrom: 'Nicht vor',
    afterCoolOff: 'und nicht vor Ablauf der Wartezeit',
    policy: 'Richtlinie',
    approve: 'Genehmigen …',
    reject: 'Ablehnen …',
    obstacle: {
      'digest-differs':
        'Der Anbieter zeigt eine andere Änderung als die, zu der die Prüfsumme gehört. Unterschreiben Sie nichts und sagen Sie es dem Betreiber.',
      closed: 'Darüber ist entschieden.',
      lapsed: 'Sie ist verfallen: Niemand kann mehr darüber entscheiden.',
      signed: 'Sie haben unterschrieben.',
      enough: 'Genug Prüfer haben unterschrieben.',
      'not-compared': 'Vergleichen Sie zuerst jeden Schlüssel.',
      'not-read': 'Lesen Sie zuerst die Datei der Richtlinie: Legen Sie sie unter „Richtlinie“ ab.',
    },
    decidedNow: {
      Pending: 'Unterschrieben. Die Änderung wartet auf andere.',
      Applied: 'Unterschrieben. Die Änderung gilt.',
      Rejected: 'Die Änderung ist abgelehnt.',
    },
    check: 'Diese Änderung ansehen',
    readFile: 'Die Datei der Richtlinie vergleichen',
  },
  terms: {
    title: 'Befugnisse',
    unknown: 'Keine Änderung, die dieser Anbieter noch führt, nennt sie.',
    since: 'seit',
    jurisdictions: 'Nach dem Recht von',
    instruments: 'Auf Anordnungen',
    categories: 'Für',
    rates: 'Höchstens',
    ratesSay: (requests, emergencies) =>
      `${plural(requests, 'Anfrage', 'Anfragen')} am Tag, ${plural(emergencies, 'Eilfall', 'Eilfälle')} in der Woche`,
    enforces: 'Vollstreckungsbehörde: Sie wird unterrichtet und fragt nichts an',
  },
  compare: {
    title: 'Am Telefon vergleichen',
    intro:
      'Rufen Sie die Person unter einer Nummer an, die Sie vorher kannten. Lassen Sie sich die Wörter oder Ziffern vorlesen, die deren eigenes Gerät zeigt, und tippen Sie, was Sie hören. Die Wörter des Schlüssels erscheinen, sobald Ihre passen.',
    field: (whose) => `Gehört: ${whose}`,
    hint: 'Die ersten sechs Wörter, jedes ganz oder mit seinen ersten vier Buchstaben; oder die ersten 16 Ziffern.',
    whose: ({ is, holder, isAgencys }) =>
      `Schlüssel zum ${is === 'signs' ? 'Unterschreiben' : 'Entschlüsseln'}, ${holder === undefined ? 'der Behörde' : `von ${holder}`}${isAgencys ? ' und der Behörde' : ''}`,
    outcome: {
      nothing: 'Noch nicht verglichen',
      more: 'Bis hierher passt es. Weiter.',
      differs:
        'Das ist ein anderer Schlüssel. Prüfen Sie, was Sie getippt haben. Bleibt es anders, unterschreiben Sie nichts und sagen Sie es den anderen Prüfern.',
      matches: 'Es passt. Vergleichen Sie den Rest nach Gehör:',
    },
    words: 'Wörter',
    thumbprint: 'Fingerabdruck',
    unknownKey: 'Die Änderung hat einen Schlüssel, der nicht eingetragen werden kann. Lehnen Sie sie ab.',
  },
  people: {
    search: 'Suchen',
    searchHint: 'Person, Behörde oder Anfang eines Fingerabdrucks',
    withRevoked: 'Widerrufene Schlüssel zeigen',
    none: 'Niemand ist eingetragen.',
    noneFound: 'So heißt niemand.',
    desk: 'Die Prüfstelle',
    counted: (people, keys) =>
      `${plural(people, 'Person', 'Personen')}, ${plural(keys, 'Schlüssel', 'Schlüssel')}`,
    by: 'unterschrieben von',
    active: 'Aktiv',
    cooling: 'Wartezeit',
    suspended: 'Ausgesetzt',
    suspendedBy: 'Durch einen anderen Anbieter',
    suspendedFor: { lost: 'verloren', stolen: 'gestohlen', decoy: 'er hat nach einem Köder gefragt' },
    revoked: 'Widerrufen',
    founding: 'einem Betreiber, bei der Gründung',
    you: 'Sie',
    thisKey: 'damit unterschreiben Sie',
    inLog: 'Im Protokoll',
    revoke: (holder) => `${holder} widerrufen`,
    revokeShort: 'Widerrufen …',
  },
  propose: {
    intro: 'Ein Vorschlag zählt als Ihre eigene Entscheidung. Nach Ihnen entscheidet ein anderer Prüfer.',
    what: 'Was schlagen Sie vor?',
    explains: {
      agency:
        'Trägt eine Behörde mit ihren Befugnissen ein und zwei Schlüssel ihres ersten Sachbearbeiters: zum Unterschreiben und zum Entschlüsseln. Der zweite ist auch der der Behörde.',
      terms: 'Ersetzt alle bisherigen Befugnisse. Ein Sachbearbeiter der Behörde bestätigt es.',
      officer:
        'Ein weiterer Sachbearbeiter oder der nächste Schlüssel von einem. Ein Sachbearbeiter der Behörde bestätigt es.',
      'encryption-key':
        'Was von da an abgeholt wird, ist dafür verschlüsselt. Ein Sachbearbeiter der Behörde bestätigt es.',
      reviewer:
        'Ein weiterer Prüfer oder der nächste Schlüssel von einem. Behalten Sie mindestens drei Prüfer.',
      policy: 'Anhand ihrer Prüfsumme. Lesen Sie zuerst ihre Datei unter „Richtlinie“.',
      emergencies: 'Sie waren ausgesetzt. Ein Betreiber bestätigt es; die Behörde wirkt nicht mit.',
      hold: 'Ein Gericht braucht den Fall noch. Was davon gespeichert ist, bleibt bis dahin, höchstens zehn Jahre.',
      release: 'Der Fall wird vergessen, sobald seine eigene Frist vorbei ist.',
      reinstate:
        'Ein anderer Anbieter hat diesen Schlüssel nach eigenen Angaben widerrufen, und Sie haben geklärt, dass nur die Inhaberin oder der Inhaber ihn hat. Widerrufen Sie ihn sonst.',
    },
    fields: {
      agency: 'Kennung der Behörde',
      name: 'Name der Behörde',
      holder: 'Pseudonym',
      keys: 'Anmeldung oder öffentlicher Schlüssel',
      encryptionKeys: 'Anmeldung oder Schlüssel zum Verschlüsseln',
      jurisdictions: 'Nach dem Recht von',
      instruments: 'Auf welche Anordnungen',
      categories: 'Für was',
      requestsPerDay: 'Anfragen am Tag',
      emergenciesPerWeek: 'Eilfälle in der Woche',
      enforces: 'Vollstreckungsbehörde',
      activeFrom: 'Nicht zu benutzen vor',
      policyHash: 'Prüfsumme der Richtlinie',
      case: 'Kennung des Falls',
      keyid: 'Fingerabdruck des Schlüssels',
      until: 'Aufbewahrt bis',
    },
    hints: {
      agency: 'Wie sie hier heißt: de-lka-example',
      name: 'Wie Menschen ihn lesen',
      holder: 'Wie die Person hier heißt, nie ihr Name',
      keys: 'Was ihr „writ keys show --enrolment“ ausgab, oder ein Schlüssel als PEM oder JWK. Einfügen oder die Datei ablegen.',
      encryptionKeys:
        'Was ihr „writ keys show --enrolment“ ausgab, oder ein Schlüssel als JWK. Einfügen oder die Datei ablegen.',
      jurisdictions: 'Länderkürzel: DE FR',
      instruments: 'EPOC EPOC-PR EIO MLA NationalOrder',
      categories: '',
      requestsPerDay: 'Von allen ihren Sachbearbeitern zusammen: 1 bis 10.000',
      emergenciesPerWeek: 'Davon Eilfälle: 0 bis 1.000',
      enforces: '',
      activeFrom: 'In Ihrer eigenen Zeitzone. Nie vor Ablauf der Wartezeit.',
      policyHash: 'sha-256=:…:',
      case: 'Wie sie in der Adresse seiner Seite steht',
      keyid: 'Wie er unter Personen und Schlüssel steht, ganz',
      until: 'In Ihrer eigenen Zeitzone',
    },
    holder: {
      reviewer: 'Pseudonym des Prüfers',
      officer: 'Pseudonym des Sachbearbeiters',
      'first-officer': 'Pseudonym des ersten Sachbearbeiters',
      'encryption-key': 'Wessen eigener: Pseudonym des Sachbearbeiters',
    },
    optional: 'Kann leer bleiben.',
    faults: {
      needed: 'Das wird gebraucht.',
      form: 'Das ist nicht, wie es sein muss.',
      'no-encryption-key':
        'Es hat keinen Schlüssel zum Entschlüsseln. Eine Behörde braucht die Anmeldung, die beide hat.',
      role: 'Das ist eine Anmeldung für die andere Rolle.',
      thumbprint:
        'Sie nennt einen anderen Fingerabdruck, als ihr Schlüssel hat. Lassen Sie sie auf anderem Weg neu schicken.',
      'signing-key': 'Das ist kein öffentlicher Schlüssel, der hier unterschreiben kann: Ed25519 oder P-256.',
      'encryption-key':
        'Das ist kein öffentlicher Schlüssel, für den hier verschlüsselt werden kann: X25519 oder P-256.',
    },
    forms: {
      agency: 'Buchstaben, Ziffern, Punkte und Striche, höchstens 64, vorn ein Buchstabe oder eine Ziffer.',
      name: 'Eine Zeile von höchstens 200 Zeichen, keines davon unsichtbar.',
      holder: 'Buchstaben, Ziffern, Punkte und Striche, höchstens 64, vorn ein Buchstabe oder eine Ziffer.',
      keys: 'Das ist keine Anmeldung und kein Schlüssel.',
      encryptionKeys: 'Das ist keine Anmeldung und kein Schlüssel.',
      jurisdictions: 'Länderkürzel aus zwei Buchstaben, jedes einmal.',
      instruments: 'Namen wie EPOC, EPOC-PR, NationalOrder, jeder einmal und mindestens einer.',
      categories: 'Mindestens eine.',
      requestsPerDay: 'Eine Zahl von 1 bis 10.000.',
      emergenciesPerWeek: 'Eine Zahl von 0 bis 1.000.',
      activeFrom: 'Ein Datum und eine Uhrzeit.',
      policyHash: 'Eine Prüfsumme: sha-256=:…:',
      case: 'Eine ganze Kennung: 0f8b6b1e-5a3c-4c4e-9d53-0a4f3f0f7a11',
      keyid: 'Ein ganzer Fingerabdruck: 43 Buchstaben, Ziffern, Binde- und Unterstriche',
      until: 'Ein Datum und eine Uhrzeit.',
    },
    drop: 'Datei hier ablegen oder',
    choose: 'auswählen',
    fileUnreadable: 'Die Datei kann nicht gelesen werden.',
    propose: 'Vorschlagen …',
    countsAsOwn: 'Als Nächstes unterschreiben Sie.',
    done: 'Vorgeschlagen.',
    doneSays: 'Der Vorschlag steht unter „Änderungen“ und wartet auf einen anderen Prüfer.',
    enforces: 'Sie wird unterrichtet und fragt selbst nichts an',
    notCompared: 'Vergleichen Sie zuerst jeden Schlüssel.',
    toPolicy: 'Datei einer Richtlinie lesen',
  },
  revoke: {
    title: (holder) => `Alle Schlüssel von ${holder} widerrufen`,
    of: (agency) => (agency === undefined ? 'Von der Prüfstelle' : `Von ${agency}`),
    intro: 'Sofort und endgültig. Das endet damit:',
    loading: 'Es wird nachgesehen, was enden würde',
    noKeys: 'Von dieser Person ist kein Schlüssel übrig, der widerrufen werden kann.',
    ends: 'Fälle',
    noCases: 'Kein Fall beruht darauf.',
    more: 'Es sind mehr Fälle offen, als angesehen wurden: Es können mehr enden.',
    changes: 'Änderungen des Registers',
    losesSignature: 'verliert eine Unterschrift',
    notProven:
      'Das Protokoll konnte nicht beweisen, dass das alle Schlüssel dieser Person sind: Sehen Sie danach noch einmal nach.',
    left: ({ agency, others }) =>
      agency === undefined
        ? others >= 2
          ? undefined
          : `Der Prüfstelle bleiben ${plural(others, 'Person', 'Personen')}: Zu zweit kann nichts mehr genehmigt werden.`
        : others >= 1
          ? undefined
          : 'Der Behörde bleibt niemand: Tragen Sie einen anderen Sachbearbeiter ein, sonst kann sie nichts anfragen.',
    own: 'Das sind Ihre eigenen Schlüssel. Der, mit dem Sie unterschreiben, kommt zuletzt; danach können Sie hier nichts mehr tun.',
    case: 'Fall',
    agency: 'Behörde',
    statusNow: 'Jetzt',
    becomes: 'Wird',
    voided: (n) => `${plural(n, 'Entscheidung', 'Entscheidungen')} ungültig`,
    statuses: {
      AwaitingApproval: 'Wartet auf Genehmigung',
      AwaitingDisclosure: 'Wartet auf Abholung',
      Disclosed: 'Abgeholt',
      DisclosureNotAvailable: 'Nichts vorhanden',
      Rejected: 'Abgelehnt',
      Cancelled: 'Aufgehoben',
      Suspended: 'Ausgesetzt',
      Expired: 'Abgelaufen',
      Invalid: 'Zu weit',
    },
    reason: 'Warum? Es steht im Protokoll.',
    choose: 'Wählen',
    reasons: {
      lost: 'Verloren: Niemand weiß, wo er ist',
      stolen: 'Gestohlen: Ein anderer hat ihn oder könnte ihn haben',
      left: 'Ausgeschieden: Die Person ist nicht mehr da',
      replaced: 'Ersetzt: Die Person hat einen anderen, der aktiv ist',
    },
    confirm: 'Das Pseudonym, getippt',
    confirmHint: (holder) => `Tippen Sie ${holder}`,
    confirmDiffers: 'Das ist ein anderes Pseudonym.',
    act: (keys) => (keys === 1 ? 'Schlüssel widerrufen …' : `${keys} Schlüssel widerrufen …`),
    each: 'Sie unterschreiben für jeden Schlüssel einzeln.',
    progress: (done, of) => `${done} von ${of} Schlüsseln widerrufen`,
    done: (n) => `${n} Schlüssel widerrufen.`,
    doneSays: 'Was darauf beruht, endet innerhalb von Minuten.',
    stopped: (done, left) => `${done} Schlüssel widerrufen, ${left} übrig. Machen Sie dort weiter:`,
    leave: 'Schließen',
  },
  policy: {
    intro:
      'Zwei Prüfer nehmen eine Richtlinie anhand ihrer Prüfsumme an, und nur was angenommen ist, kann eingesetzt werden. Legen Sie ihre Datei hier ab, um sie gegen die geltende zu lesen.',
    inForce: 'In Kraft',
    name: 'Name',
    hash: 'Prüfsumme',
    hashDiffers:
      'Die Richtlinie, die der Anbieter veröffentlicht, hat nicht die Prüfsumme, die er nennt. Unterschreiben Sie nichts und sagen Sie es dem Betreiber.',
    unreadable:
      'Diese Version kann die geltende Richtlinie nicht lesen. Ihre Zeilen werden trotzdem verglichen.',
    drop: 'Die Datei der Richtlinie (JSON)',
    noJson: 'Die Datei ist kein JSON mit genau einer Bedeutung.',
    faults: 'Diese Richtlinie kann nicht verwendet werden:',
    inactive: 'Sie ist inaktiv und kann nicht angenommen werden:',
    same: 'Es ist die geltende Richtlinie, Zeile für Zeile.',
    warnings: 'Zulässig und ungewöhnlich',
    warning: (warning) => {
      switch (warning.code) {
        case 'collect-short':
          return `Eine Behörde hat ${plural(warning.hours, 'Stunde', 'Stunden')} zum Abholen. Das ist weniger als ${warning.days} Tage: Über Feiertage ist vielleicht niemand da.`;
        case 'collect-long':
          return `Eine Behörde hat ${plural(warning.hours, 'Stunde', 'Stunden')} zum Abholen. Das ist mehr als ${warning.days} Tage: Ein Recht, das niemand nutzt, bleibt offen.`;
        case 'calendar-missing':
          return 'Es gibt keinen Kalender: Tage sind die der UTC, und kein Feiertag verschiebt ein Fristende.';
        case 'calendar-ends':
          return `Feiertage sind bis ${warning.through} bekannt. Danach kann eine Frist an einem enden.`;
        case 'receipt-unpreserved':
          return 'Beim Eingang einer Anfrage wird nichts gesichert: Was sie verlangt, kann vor der Antwort vergessen sein.';
        case 'sources-unread':
          return `${plural(warning.sources, 'Quelle wurde', 'Quellen wurden')} für diese Richtlinie nicht gelesen (cf.). Ein Jurist liest sie vor der Annahme.`;
        case 'witnesses-hasty':
          return `Eine Abholung wartet ${plural(warning.seconds, 'Sekunde', 'Sekunden')} auf Zeugen. Weniger als ${warning.least} Sekunden sind zu kurz, wenn ein Zeuge einmal spät antwortet.`;
        case 'witnesses-required':
          return 'Solange zu wenige Zeugen antworten, kann nichts abgeholt werden, auch im Notfall nicht.';
      }
    },
    unkeepable: 'Dieser Betrieb könnte sie nicht einhalten',
    lines: 'Zeile für Zeile',
    counts: (added, removed, changed) => `${added} neu, ${removed} entfallen, ${changed} geändert`,
    before: 'In Kraft',
    after: 'In der Datei',
    folded: (n) => `${plural(n, 'gleiche Zeile', 'gleiche Zeilen')} zeigen`,
    is: { added: 'Neu', removed: 'Entfallen', changed: 'Geändert', same: 'Gleich' },
    adopt: 'Annahme vorschlagen …',
    adoptSays: 'Sie unterschreiben ihre Prüfsumme. Sie gilt, sobald sie eingesetzt ist.',
    matches:
      'Eine offene Änderung schlägt genau diese Richtlinie vor. Sie kann unter „Änderungen“ genehmigt werden.',
    differs: 'Die offene Änderung schlägt eine andere Richtlinie vor als diese Datei.',
  },
};
