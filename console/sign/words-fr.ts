import type { SignWords } from './words.ts';

const who = (agency: string | undefined) => agency ?? 'l’autorité';

export const fr: SignWords = {
  title: 'Voici ce que vous signez',
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
  lasting: {
    request:
      'Une demande envoyée ne peut être modifiée, et le journal garde qu’elle a été faite. Elle peut être retirée.',
    withdrawal:
      'C’est définitif : l’accès aux données cesse aussitôt. Ce qui est encore nécessaire doit être demandé à nouveau.',
    validation: 'Une validation est donnée une fois : aucune autre ne peut la remplacer.',
    delay: 'Cela consomme un des renouvellements que les règles du fournisseur permettent.',
    telling: 'C’est dit une fois, et ne peut être repris : le journal dit que la personne a été informée.',
    extension: 'Une conservation est prolongée une fois.',
    answer: 'Une réponse ne peut être modifiée ni reprise.',
    order: 'L’injonction ne peut être reprise. Elle est oubliée avec le dossier.',
    'letter-to-desk':
      'Une lettre ne peut être modifiée ni reprise : les réviseurs du fournisseur la lisent aussitôt.',
    collection:
      'Un recueil est compté, et la personne est informée de ce qu’il a communiqué, sauf report en cours. Ni l’un ni l’autre ne peut être repris.',
    consent:
      'Un consentement ne peut être repris, et aucune opposition ne le suit : le fournisseur ne vous attend plus.',
    objection:
      'Une opposition ne peut être reprise : ce à quoi vous vous opposez n’est pas communiqué, et l’accès cesse.',
    note: 'Une note ne peut être modifiée ni effacée. Elle est oubliée avec le dossier.',
    question: 'Une question ne peut être reprise : l’autorité la lit aussitôt.',
    letter: 'Une lettre ne peut être modifiée ni reprise : l’autorité la lit aussitôt.',
    approval:
      'Une approbation ne peut être reprise. Dès qu’assez ont signé, l’autorité peut recueillir, et ce qu’elle a recueilli lui reste.',
    rejection: 'C’est définitif : le dossier est clos, et l’autorité doit demander à nouveau.',
    suspension:
      'C’est définitif : l’accès aux données du dossier cesse aussitôt, et le dossier ne peut être rouvert.',
    'change-rejected': 'C’est définitif : la modification est close, et doit être proposée à nouveau.',
    'change-signed':
      'Une signature ne peut être reprise. Avec la dernière qui manque, la modification prend effet aussitôt.',
    revocation:
      'C’est définitif : la clé ne compte plus jamais, et ce qui est en cours sous elle prend fin. Son titulaire a besoin d’une autre clé.',
  },
  refusedTitle: 'Cela ne peut être signé.',
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
  whatItDoes: 'Ce que cela fait',
  goesTo: 'Va à',
  key: 'Signé avec la clé',
  bytes: 'Les octets exacts qui sont signés',
  noBody: 'Seule l’adresse est signée.',
  bodyDigest: 'SHA-256 de ces octets',
  read: 'J’ai lu ceci',
  armKey: 'J’ai lu ceci, et veux signer',
  armHint: 'Appuyez sur s, puis sur Entrée. À la souris : cochez la case, puis le bouton.',
  armed: 'Entrée signe, Échap quitte.',
  sign: 'Signer et envoyer',
  leave: 'Ne rien signer',
  close: 'Fermer',
};
