import type { SignWords } from './words.ts';

const who = (agency: string | undefined) => agency ?? 'die Behörde';

export const de: SignWords = {
  title: 'Das unterschreiben Sie',
  sentence: {
    claimReview: ({ body }, { called }) =>
      ({
        take: `Sie sagen den anderen Prüfern, dass Sie an ${called} arbeiten.`,
        'take-over': `Sie übernehmen ${called} von dem Prüfer, der daran arbeitet.`,
        end: `Sie sagen den anderen Prüfern, dass Sie nicht mehr an ${called} arbeiten.`,
      })[body.claim],
    addNote: (_, { called }) => `Sie hinterlassen eine Notiz zu ${called}, nur für die anderen Prüfer.`,
    askInformation: (_, { called, agency }) => `Sie bitten ${who(agency)} um Auskunft zu ${called}.`,
    writeToAgency: (_, { called, agency }) => `Sie schreiben einen Brief an ${who(agency)} zu ${called}.`,
    decideReview: ({ body }, { called, agency }, scope = '') =>
      body.decision === 'approve'
        ? `Sie genehmigen, dass ${who(agency)} Folgendes erhält: ${scope}.`
        : `Sie lehnen ${called} ab: ${who(agency)} erhält nichts.`,
    suspendReview: (_, { called, agency }) =>
      `Sie beenden den Zugang (${who(agency)}) zu den Daten von ${called}, endgültig.`,
    proposeChange: () => 'Sie schlagen eine Änderung des Registers vor und unterschreiben sie als Erste.',
    decideChange: ({ body, id }) =>
      ({
        approve: `Sie genehmigen die Änderung ${id} des Registers.`,
        confirm: `Sie bestätigen die Änderung ${id} des Registers.`,
        reject: `Sie lehnen die Änderung ${id} des Registers ab.`,
      })[body.decision],
    revokeKey: ({ body }) =>
      `Sie widerrufen den Schlüssel ${body.keyid}, weil er ${{ lost: 'verloren ist', stolen: 'gestohlen wurde', left: 'jemandem gehört, der ausgeschieden ist', replaced: 'ersetzt wurde' }[body.reason]}.`,
  },
  proposal: {
    agency: ({ agency, officer }) =>
      `Sie schlagen vor, die Behörde ${agency.id} (${agency.name}) einzutragen, mit ${officer.holder} als erster Person.`,
    terms: ({ agency }) => `Sie schlagen andere Bedingungen für die Behörde ${agency} vor.`,
    officer: ({ agency, officer }) =>
      `Sie schlagen einen Schlüssel für ${officer.holder} von der Behörde ${agency} vor.`,
    'encryption-key': ({ agency, officer }) =>
      officer === undefined
        ? `Sie schlagen einen anderen Schlüssel vor, an den Auskünfte für ${agency} verschlüsselt werden.`
        : `Sie schlagen einen anderen Schlüssel vor, an den Auskünfte für ${officer} von ${agency} verschlüsselt werden.`,
    reviewer: ({ reviewer }) => `Sie schlagen einen Schlüssel für ${reviewer.holder} als Prüfer vor.`,
    policy: ({ policyHash }) => `Sie schlagen vor, die Regeln ${policyHash} anzunehmen.`,
    emergencies: ({ agency }) => `Sie schlagen vor, Notfälle von ${agency} wieder anzunehmen.`,
    hold: ({ case: id, until }) => `Sie schlagen vor, den Fall ${id} bis ${until} zu behalten.`,
    release: ({ case: id }) => `Sie schlagen vor, dass der Fall ${id} nicht länger behalten werden muss.`,
  },
  effect: {
    opens: 'Mit Ihrer Unterschrift haben genug dasselbe unterschrieben: Die Behörde kann abrufen.',
    'opens-emergency':
      'Das ist ein Notfall: Mit Ihrer Unterschrift kann die Behörde sofort abrufen. Was er noch schuldet, folgt danach.',
    signs: 'Es ist eine der Unterschriften, die dieser offene Notfall noch schuldet.',
    begins:
      'Sie zählt als eine. Ein anderer Prüfer muss genau dasselbe genehmigen, bevor etwas geöffnet wird.',
    anew: 'Mit Ihrer beginnt die Zählung neu: Frühere Genehmigungen eines anderen Umfangs zählen nicht mehr.',
  },
  lasting: {
    request:
      'Eine gesendete Anfrage kann nicht geändert werden, und das Protokoll behält, dass es sie gab. Sie kann zurückgezogen werden.',
    withdrawal:
      'Das ist endgültig: Der Zugang zu den Daten endet sofort. Was noch gebraucht wird, muss neu angefragt werden.',
    validation: 'Eine Validierung wird einmal gegeben: Keine andere kann an ihre Stelle treten.',
    delay: 'Das verbraucht eine der Verlängerungen, die die Regeln des Anbieters erlauben.',
    telling:
      'Das wird einmal gesagt und kann nicht zurückgenommen werden: Im Protokoll steht, dass die Person benachrichtigt wurde.',
    extension: 'Eine Sicherung wird einmal verlängert.',
    answer: 'Eine Antwort kann nicht geändert oder zurückgenommen werden.',
    order: 'Die Anordnung kann nicht zurückgenommen werden. Sie wird mit dem Fall vergessen.',
    'letter-to-desk':
      'Ein Brief kann nicht geändert oder zurückgenommen werden: Die Prüfer des Anbieters lesen ihn sofort.',
    collection:
      'Ein Abruf wird gezählt, und die Person wird über das Mitgeteilte benachrichtigt, wenn kein Aufschub läuft. Beides kann nicht zurückgenommen werden.',
    consent:
      'Eine Zustimmung kann nicht zurückgenommen werden, und kein Einspruch folgt ihr: Der Anbieter wartet nicht länger auf Sie.',
    objection:
      'Ein Einspruch kann nicht zurückgenommen werden: Was er betrifft, wird nicht mitgeteilt, und der Zugang dazu endet.',
    note: 'Eine Notiz kann nicht geändert oder gelöscht werden. Sie wird mit dem Fall vergessen.',
    question: 'Eine Frage kann nicht zurückgenommen werden: Die Behörde liest sie sofort.',
    letter: 'Ein Brief kann nicht geändert oder zurückgenommen werden: Die Behörde liest ihn sofort.',
    approval:
      'Eine Genehmigung kann nicht zurückgenommen werden. Sobald genug unterschrieben haben, kann die Behörde abrufen, und was sie abgerufen hat, behält sie.',
    rejection: 'Das ist endgültig: Der Fall wird geschlossen, und die Behörde muss neu anfragen.',
    suspension:
      'Das ist endgültig: Der Zugang zu den Daten des Falls endet sofort, und der Fall kann nicht wieder geöffnet werden.',
    'change-rejected': 'Das ist endgültig: Die Änderung wird geschlossen und muss neu vorgeschlagen werden.',
    'change-signed':
      'Eine Unterschrift kann nicht zurückgenommen werden. Mit der letzten, die nötig ist, gilt die Änderung sofort.',
    revocation:
      'Das ist endgültig: Der Schlüssel zählt nie wieder, und was unter ihm offen ist, endet. Wer ihn hatte, braucht einen anderen.',
  },
  refusedTitle: 'Das kann nicht unterschrieben werden.',
  refused: {
    'not-of-the-desk': 'Einen solchen Aufruf macht kein Prüfer.',
    'not-read': 'Was gesendet würde, liest sich nicht als das, was es sein soll. Laden Sie die Seite neu.',
    'not-opened':
      'Es entscheidet einen anderen Fall oder eine andere Anfrage als die geöffnete. Öffnen Sie zuerst den Fall.',
    'too-wide': 'Es genehmigt etwas, das nicht angefragt ist.',
  },
  facts: {
    begins: 'Von',
    ends: 'Bis, ausschließlich',
    subjects: 'Personen',
    ground: 'Grund, der öffentlich ist',
    reason: 'Begründung',
    leftOut: 'Ausgelassen',
    explanation: 'Was der Behörde gesagt wird',
    about: 'Worüber',
    text: 'Text',
    digest: 'Prüfsumme',
    thumbprint: 'Fingerabdruck des Schlüssels',
    case: 'Fall',
  },
  whatItDoes: 'Was es bewirkt',
  goesTo: 'Geht an',
  key: 'Unterschrieben mit dem Schlüssel',
  bytes: 'Genau die Bytes, die unterschrieben werden',
  noBody: 'Nur die Adresse wird unterschrieben.',
  bodyDigest: 'SHA-256 dieser Bytes',
  read: 'Ich habe das gelesen',
  armKey: 'Ich habe das gelesen und will unterschreiben',
  armHint: 'Drücken Sie s und danach Enter. Mit der Maus: erst das Kästchen, dann der Knopf.',
  armed: 'Enter unterschreibt, Escape verlässt.',
  sign: 'Unterschreiben und senden',
  leave: 'Nichts unterschreiben',
  close: 'Schließen',
};
