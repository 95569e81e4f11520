import type { SignWords } from './words.ts';

const who = (agency: string | undefined) => agency ?? 'die Behörde';

export const de: SignWords = {
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
    reinstate: ({ keyid }) => `Sie schlagen vor, dass der ausgesetzte Schlüssel ${keyid} wieder gilt.`,
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
};
