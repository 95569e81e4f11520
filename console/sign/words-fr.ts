import type { SignWords } from './words.ts';

const who = (agency: string | undefined) => agency ?? 'l’autorité';

export const fr: SignWords = {
  sentence: {
    claimReview: ({ body }, { called }) =>
      ({
        take: `Vous dites aux autres réviseurs que vous travaillez sur ${called}.`,
        'take-over': `Vous reprenez ${called} au réviseur qui y travaille.`,
        end: `Vous dites aux autres réviseurs que vous ne travaillez plus sur ${called}.`,
      })[body.claim],
    addNote: (_, { called }) => `Vous laissez une note sur ${called}, pour les seuls autres réviseurs.`,
    askInformation: (_, { called, agency }) =>
      `Vous demandez des informations à ${who(agency)} sur ${called}.`,
    writeToAgency: (_, { called, agency }) => `Vous écrivez une lettre à ${who(agency)} sur ${called}.`,
    decideReview: ({ body }, { called, agency }, scope = '') =>
      body.decision === 'approve'
        ? `Vous approuvez que ${who(agency)} obtienne : ${scope}.`
        : `Vous rejetez ${called} : ${who(agency)} n’obtient rien.`,
    suspendReview: (_, { called, agency }) =>
      `Vous mettez fin à l’accès (${who(agency)}) aux données de ${called}, définitivement.`,
    proposeChange: () => 'Vous proposez une modification du registre, et la signez en premier.',
    decideChange: ({ body, id }) =>
      ({
        approve: `Vous approuvez la modification ${id} du registre.`,
        confirm: `Vous confirmez la modification ${id} du registre.`,
        reject: `Vous rejetez la modification ${id} du registre.`,
      })[body.decision],
    revokeKey: ({ body }) =>
      `Vous révoquez la clé ${body.keyid}, parce qu’elle ${{ lost: 'est perdue', stolen: 'a été volée', left: 'appartient à quelqu’un qui est parti', replaced: 'a été remplacée' }[body.reason]}.`,
  },
  proposal: {
    agency: ({ agency, officer }) =>
      `Vous proposez d’enregistrer l’autorité ${agency.id} (${agency.name}), avec ${officer.holder} comme premier agent.`,
    terms: ({ agency }) => `Vous proposez d’autres conditions pour l’autorité ${agency}.`,
    officer: ({ agency, officer }) =>
      `Vous proposez une clé de ${officer.holder}, agent de l’autorité ${agency}.`,
    'encryption-key': ({ agency, officer }) =>
      officer === undefined
        ? `Vous proposez une autre clé pour chiffrer ce qui est communiqué à ${agency}.`
        : `Vous proposez une autre clé pour chiffrer ce qui est communiqué à ${officer}, de ${agency}.`,
    reviewer: ({ reviewer }) => `Vous proposez une clé du réviseur ${reviewer.holder}.`,
    policy: ({ policyHash }) => `Vous proposez d’adopter les règles ${policyHash}.`,
    emergencies: ({ agency }) => `Vous proposez que les urgences de ${agency} soient à nouveau acceptées.`,
    hold: ({ case: id, until }) => `Vous proposez que le dossier ${id} soit gardé jusqu’au ${until}.`,
    release: ({ case: id }) => `Vous proposez que le dossier ${id} ne soit plus gardé.`,
    reinstate: ({ keyid }) => `Vous proposez que la clé ${keyid}, qui est suspendue, compte de nouveau.`,
  },
  effect: {
    opens: 'Avec votre signature, assez ont signé la même chose : l’autorité peut recueillir.',
    'opens-emergency':
      'C’est une urgence : avec votre signature, l’autorité peut recueillir aussitôt. Ce qu’elle doit encore suit après.',
    signs: 'C’est une des signatures que cette urgence ouverte doit encore.',
    begins:
      'Elle compte pour une. Un autre réviseur doit approuver exactement la même chose avant que rien ne s’ouvre.',
    anew: 'Le compte recommence avec la vôtre : les approbations d’une autre étendue ne comptent plus.',
  },
  refused: {
    'not-of-the-desk': 'Aucun réviseur ne fait un tel appel.',
    'not-read': 'Ce qui serait envoyé ne se relit pas comme ce que ce devrait être. Rechargez la page.',
    'not-opened':
      'Cela décide un autre dossier, ou une autre demande, que celui que vous avez ouvert. Ouvrez-le d’abord.',
    'too-wide': 'Cela approuve ce qui n’a pas été demandé.',
  },
  facts: {
    begins: 'Du',
    ends: 'Jusqu’au, non compris',
    subjects: 'Personnes',
    ground: 'Motif, qui est public',
    reason: 'Raison',
    leftOut: 'Laissé de côté',
    explanation: 'Ce qui est dit à l’autorité',
    about: 'À propos de',
    text: 'Texte',
    digest: 'Empreinte',
    thumbprint: 'Empreinte de la clé',
    case: 'Dossier',
  },
};
