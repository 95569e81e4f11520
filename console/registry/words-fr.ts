import type { RegistryWords } from './words.ts';

/** French counts nothing as one. */
const plural = (n: number, one: string, many = `${one}s`) => `${n} ${n < 2 ? one : many}`;

export const fr: RegistryWords = {
  title: 'Registre',
  parts: { changes: 'Modifications', people: 'Personnes et clés', propose: 'Proposer', policy: 'Règles' },
  partsLabel: 'Parties du registre',
  loading: 'Chargement du registre',
  reload: 'Recharger',
  asOf: 'État du',
  cannotSign: 'Rien ne peut être signé maintenant : voir plus haut.',
  kinds: {
    agency: 'Une nouvelle autorité, avec son premier agent',
    terms: 'D’autres droits pour une autorité',
    officer: 'Une clé d’agent de plus',
    'encryption-key': 'Une autre clé pour laquelle les réponses sont chiffrées',
    reviewer: 'Une clé de réviseur de plus',
    policy: 'D’autres règles, à déployer ensuite',
    emergencies: 'Les urgences d’une autorité sont de nouveau acceptées',
    hold: 'Un dossier est conservé au-delà de sa durée',
    release: 'Un dossier conservé est libéré',
    reinstate: 'Une clé suspendue compte de nouveau',
  },
  categories: {
    SubscriberData: 'Numéros de téléphone, et quand chacun était valable',
    UserIdentifyingData: 'Chaque adresse IP une fois, avec son dernier usage',
    TrafficData: 'Chaque connexion : adresse IP, port et heure',
  },
  changes: {
    status: 'Afficher les modifications',
    statuses: { Pending: 'en attente', Applied: 'appliquées', Rejected: 'rejetées', Lapsed: 'caduques' },
    none: 'Aucune modification n’attend personne.',
    noneSays: 'Ce que quelqu’un propose figure ici, jusqu’à ce que deux réviseurs aient décidé.',
    noneOf: 'Il n’y en a pas.',
    proposed: 'Proposée',
    proposedBy: 'Proposée par',
    lapses: 'Devient caduque',
    lapsesSoon: 'Bientôt caduque',
    digest: 'Empreinte',
    missing: 'Attend',
    approvals: (n) => plural(n, 'autre réviseur', 'autres réviseurs'),
    confirmation: { officer: 'un agent de l’autorité', operator: 'un exploitant' },
    decisions: 'Qui a signé',
    roles: { agency: 'Agent', reviewer: 'Réviseur', operator: 'Exploitant' },
    did: { approve: 'Approuvé', confirm: 'Confirmé', reject: 'Rejeté' },
    agency: 'Autorité',
    name: 'Nom',
    officer: 'Agent',
    reviewer: 'Réviseur',
    case: 'Dossier',
    key: 'Clé',
    until: 'Conservé jusqu’au',
    activeFrom: 'Pas avant',
    afterCoolOff: 'et pas avant la fin du délai d’attente',
    policy: 'Règles',
    approve: 'Approuver…',
    reject: 'Rejeter…',
    obstacle: {
      'digest-differs':
        'Le fournisseur montre une autre modification que celle de l’empreinte. Ne signez rien, et prévenez l’exploitant.',
      closed: 'C’est décidé.',
      lapsed: 'Elle est caduque : personne ne peut plus en décider.',
      signed: 'Vous l’avez signée.',
      enough: 'Assez de réviseurs l’ont signée.',
      'not-compared': 'Comparez d’abord chaque clé.',
      'not-read': 'Lisez d’abord le fichier des règles : déposez-le sous « Règles ».',
    },
    decidedNow: {
      Pending: 'Signé. La modification attend d’autres personnes.',
      Applied: 'Signé. La modification est appliquée.',
      Rejected: 'La modification est rejetée.',
    },
    check: 'Regarder cette modification',
    readFile: 'Comparer le fichier des règles',
  },
  terms: {
    title: 'Droits',
    unknown: 'Aucune modification que ce fournisseur tient encore ne les dit.',
    since: 'depuis le',
    jurisdictions: 'Selon le droit de',
    instruments: 'Sur ordres',
    categories: 'Pour',
    rates: 'Au plus',
    ratesSay: (requests, emergencies) =>
      `${plural(requests, 'demande')} par jour, ${plural(emergencies, 'urgence')} par semaine`,
    enforces: 'Autorité chargée de la mise en œuvre : elle est avisée, et ne demande rien',
  },
  compare: {
    title: 'Comparer au téléphone',
    intro:
      'Appelez la personne à un numéro que vous connaissiez avant. Faites-vous lire les mots ou les chiffres que montre son propre appareil, et tapez ce que vous entendez. Les mots de la clé s’affichent dès que les vôtres correspondent.',
    field: (whose) => `Entendu : ${whose}`,
    hint: 'Les six premiers mots, chacun entier ou par ses quatre premières lettres ; ou les 16 premiers chiffres.',
    whose: ({ is, holder, isAgencys }) =>
      `clé pour ${is === 'signs' ? 'signer' : 'déchiffrer'}, ${holder === undefined ? 'de l’autorité' : `de ${holder}`}${isAgencys ? ' et de l’autorité' : ''}`,
    outcome: {
      nothing: 'Pas encore comparée',
      more: 'Jusqu’ici cela correspond. Continuez.',
      differs:
        'C’est une autre clé. Vérifiez ce que vous avez tapé. Si elle reste différente, ne signez rien et prévenez les autres réviseurs.',
      matches: 'Cela correspond. Comparez le reste à l’oreille :',
    },
    words: 'Mots',
    thumbprint: 'Empreinte',
    unknownKey: 'La modification a une clé qui ne peut pas être enregistrée. Rejetez-la.',
  },
  people: {
    search: 'Chercher',
    searchHint: 'Une personne, une autorité ou le début d’une empreinte',
    withRevoked: 'Afficher les clés révoquées',
    none: 'Personne n’est enregistré.',
    noneFound: 'Personne ne s’appelle ainsi.',
    desk: 'Le bureau',
    counted: (people, keys) => `${plural(people, 'personne')}, ${plural(keys, 'clé')}`,
    by: 'signée par',
    active: 'Active',
    cooling: 'Délai d’attente',
    suspended: 'Suspendue',
    suspendedBy: 'Par un autre fournisseur',
    suspendedFor: { lost: 'perdue', stolen: 'volée', decoy: 'elle a demandé un leurre' },
    revoked: 'Révoquée',
    founding: 'un exploitant, à la fondation',
    you: 'vous',
    thisKey: 'la clé avec laquelle vous signez',
    inLog: 'Dans le journal',
    revoke: (holder) => `Révoquer ${holder}`,
    revokeShort: 'Révoquer…',
  },
  propose: {
    intro: 'Une proposition compte comme votre propre décision. Un autre réviseur décide après vous.',
    what: 'Que proposez-vous ?',
    explains: {
      agency:
        'Enregistre une autorité avec ses droits, et deux clés de son premier agent : pour signer et pour déchiffrer. La seconde est aussi celle de l’autorité.',
      terms: 'Remplace tous les droits précédents. Un agent de l’autorité le confirme.',
      officer: 'Un autre agent, ou la clé suivante de l’un d’eux. Un agent de l’autorité le confirme.',
      'encryption-key':
        'Ce qui est collecté dès lors est chiffré pour elle. Un agent de l’autorité le confirme.',
      reviewer: 'Un autre réviseur, ou la clé suivante de l’un d’eux. Gardez au moins trois réviseurs.',
      policy: 'Par leur empreinte. Lisez d’abord leur fichier sous « Règles ».',
      emergencies: 'Elles étaient suspendues. Un exploitant le confirme ; l’autorité n’y prend pas part.',
      hold: 'Un tribunal a encore besoin du dossier. Ce qui en est gardé reste jusque-là, dix ans au plus.',
      release: 'Le dossier est oublié dès que sa propre durée est passée.',
      reinstate:
        'Un autre fournisseur dit avoir révoqué cette clé, et vous avez établi que son titulaire est seul à l’avoir. Sinon, révoquez-la.',
    },
    fields: {
      agency: 'Identifiant de l’autorité',
      name: 'Nom de l’autorité',
      holder: 'Pseudonyme',
      keys: 'Inscription ou clé publique',
      encryptionKeys: 'Inscription ou clé de chiffrement',
      jurisdictions: 'Selon le droit de',
      instruments: 'Sur quels ordres',
      categories: 'Pour quoi',
      requestsPerDay: 'Demandes par jour',
      emergenciesPerWeek: 'Urgences par semaine',
      enforces: 'Autorité chargée de la mise en œuvre',
      activeFrom: 'À ne pas utiliser avant',
      policyHash: 'Empreinte des règles',
      case: 'Identifiant du dossier',
      keyid: 'Empreinte de la clé',
      until: 'Conservé jusqu’au',
    },
    hints: {
      agency: 'Comme on l’appelle ici : de-lka-example',
      name: 'Comme on le lit',
      holder: 'Comme on appelle la personne ici, jamais son nom',
      keys: 'Ce que son « writ keys show --enrolment » a imprimé, ou une clé en PEM ou JWK. Collez-le, ou déposez le fichier.',
      encryptionKeys:
        'Ce que son « writ keys show --enrolment » a imprimé, ou une clé en JWK. Collez-le, ou déposez le fichier.',
      jurisdictions: 'Codes de pays : DE FR',
      instruments: 'EPOC EPOC-PR EIO MLA NationalOrder',
      categories: '',
      requestsPerDay: 'Par tous ses agents ensemble : 1 à 10 000',
      emergenciesPerWeek: 'Dont urgences : 0 à 1 000',
      enforces: '',
      activeFrom: 'Dans votre propre fuseau horaire. Jamais avant la fin de son délai d’attente.',
      policyHash: 'sha-256=:…:',
      case: 'Comme dans l’adresse de sa page',
      keyid: 'Comme dans Personnes et clés, en entier',
      until: 'Dans votre propre fuseau horaire',
    },
    holder: {
      reviewer: 'Pseudonyme du réviseur',
      officer: 'Pseudonyme de l’agent',
      'first-officer': 'Pseudonyme du premier agent',
      'encryption-key': 'À qui elle est : pseudonyme de l’agent',
    },
    optional: 'Peut rester vide.',
    faults: {
      needed: 'Ceci est nécessaire.',
      form: 'Ce n’est pas ce qu’il faut.',
      'no-encryption-key':
        'Il n’a pas de clé pour déchiffrer. Une autorité a besoin de l’inscription, qui a les deux.',
      role: 'C’est une inscription de l’autre rôle.',
      thumbprint: 'Elle dit une autre empreinte que celle de sa clé. Faites-la renvoyer, par un autre moyen.',
      'signing-key': 'Ce n’est pas une clé publique qui peut signer ici : Ed25519 ou P-256.',
      'encryption-key': 'Ce n’est pas une clé publique pour laquelle on peut chiffrer ici : X25519 ou P-256.',
    },
    forms: {
      agency: 'Lettres, chiffres, points et tirets, 64 au plus, une lettre ou un chiffre en tête.',
      name: 'Une ligne de 200 caractères au plus, aucun invisible.',
      holder: 'Lettres, chiffres, points et tirets, 64 au plus, une lettre ou un chiffre en tête.',
      keys: 'Ce n’est ni une inscription ni une clé.',
      encryptionKeys: 'Ce n’est ni une inscription ni une clé.',
      jurisdictions: 'Codes de pays de deux lettres, chacun une fois.',
      instruments: 'Des noms tels que EPOC, EPOC-PR, NationalOrder, chacun une fois, et au moins un.',
      categories: 'Au moins une.',
      requestsPerDay: 'Un nombre de 1 à 10 000.',
      emergenciesPerWeek: 'Un nombre de 0 à 1 000.',
      activeFrom: 'Une date et une heure.',
      policyHash: 'Une empreinte : sha-256=:…:',
      case: 'Un identifiant entier : 0f8b6b1e-5a3c-4c4e-9d53-0a4f3f0f7a11',
      keyid: 'Une empreinte entière : 43 lettres, chiffres, tirets et soulignés',
      until: 'Une date et une heure.',
    },
    drop: 'Déposez le fichier ici, ou',
    choose: 'choisissez-le',
    fileUnreadable: 'Le fichier ne peut pas être lu.',
    propose: 'Proposer…',
    countsAsOwn: 'Vous signez ensuite.',
    done: 'Proposé.',
    doneSays: 'La proposition figure sous « Modifications », et attend un autre réviseur.',
    enforces: 'Elle est avisée, et ne demande rien elle-même',
    notCompared: 'Comparez d’abord chaque clé.',
    toPolicy: 'Lire un fichier de règles',
  },
  revoke: {
    title: (holder) => `Révoquer toutes les clés de ${holder}`,
    of: (agency) => (agency === undefined ? 'Du bureau' : `De ${agency}`),
    intro: 'Tout de suite et pour de bon. Voici ce qui prend fin avec elles :',
    loading: 'Recherche de ce qui prendrait fin',
    noKeys: 'Il ne reste aucune clé de cette personne à révoquer.',
    ends: 'Dossiers',
    noCases: 'Aucun dossier ne repose sur elles.',
    more: 'Plus de dossiers sont en attente qu’il n’en a été regardé : d’autres peuvent prendre fin.',
    changes: 'Modifications du registre',
    losesSignature: 'perd une signature',
    notProven:
      'Le journal n’a pas pu prouver que ce sont toutes les clés de cette personne : regardez à nouveau ensuite.',
    left: ({ agency, others }) =>
      agency === undefined
        ? others >= 2
          ? undefined
          : `Il reste ${plural(others, 'personne')} au bureau : rien ne peut plus être approuvé à deux.`
        : others >= 1
          ? undefined
          : 'Il ne reste personne à l’autorité : enregistrez un autre agent, sinon elle ne peut rien demander.',
    own: 'Ce sont vos propres clés. Celle avec laquelle vous signez passe en dernier ; ensuite vous ne pouvez plus rien faire ici.',
    case: 'Dossier',
    agency: 'Autorité',
    statusNow: 'Maintenant',
    becomes: 'Devient',
    voided: (n) => `${plural(n, 'décision')} sans effet`,
    statuses: {
      AwaitingApproval: 'Attend l’approbation',
      AwaitingDisclosure: 'Attend la collecte',
      Disclosed: 'Collecté',
      DisclosureNotAvailable: 'Rien de détenu',
      Rejected: 'Rejeté',
      Cancelled: 'Annulé',
      Suspended: 'Suspendu',
      Expired: 'Expiré',
      Invalid: 'Trop large',
    },
    reason: 'Pourquoi ? C’est écrit dans le journal.',
    choose: 'Choisir',
    reasons: {
      lost: 'Perdue : personne ne sait où elle est',
      stolen: 'Volée : quelqu’un d’autre l’a, ou peut l’avoir',
      left: 'Partie : la personne n’est plus là',
      replaced: 'Remplacée : la personne en a une autre, active',
    },
    confirm: 'Le pseudonyme, tapé',
    confirmHint: (holder) => `Tapez ${holder}`,
    confirmDiffers: 'C’est un autre pseudonyme.',
    act: (keys) => (keys === 1 ? 'Révoquer la clé…' : `Révoquer ${keys} clés…`),
    each: 'Vous signez pour chaque clé séparément.',
    progress: (done, of) => `${done} sur ${plural(of, 'clé')} révoquées`,
    done: (n) => `${plural(n, 'clé révoquée', 'clés révoquées')}.`,
    doneSays: 'Ce qui repose sur elles prend fin en quelques minutes.',
    stopped: (done, left) =>
      `${plural(done, 'clé révoquée', 'clés révoquées')}, il en reste ${left}. Continuez là :`,
    leave: 'Fermer',
  },
  policy: {
    intro:
      'Deux réviseurs adoptent des règles par leur empreinte, et seules des règles adoptées peuvent être déployées. Déposez leur fichier ici pour les lire face à celles en vigueur.',
    inForce: 'En vigueur',
    name: 'Nom',
    hash: 'Empreinte',
    hashDiffers:
      'Les règles que le fournisseur publie n’ont pas l’empreinte qu’il nomme. Ne signez rien, et prévenez l’exploitant.',
    unreadable:
      'Cette version ne peut pas lire les règles en vigueur. Leurs lignes sont comparées quand même.',
    drop: 'Le fichier des règles (JSON)',
    noJson: 'Le fichier n’est pas un JSON qui n’a qu’un sens.',
    faults: 'Ces règles ne peuvent pas servir :',
    inactive: 'Elles sont inactives, et ne peuvent pas être adoptées :',
    same: 'Ce sont les règles en vigueur, à la ligne près.',
    warnings: 'Permis et inhabituel',
    warning: (warning) => {
      switch (warning.code) {
        case 'collect-short':
          return `Une autorité a ${plural(warning.hours, 'heure')} pour collecter. C’est moins de ${warning.days} jours : pendant les fêtes, personne n’est peut-être là.`;
        case 'collect-long':
          return `Une autorité a ${plural(warning.hours, 'heure')} pour collecter. C’est plus de ${warning.days} jours : un droit que personne n’exerce reste ouvert.`;
        case 'calendar-missing':
          return 'Il n’y a pas de calendrier : les jours sont ceux de l’UTC, et aucun jour férié ne déplace la fin d’un délai.';
        case 'calendar-ends':
          return `Les jours fériés sont connus jusqu’au ${warning.through}. Ensuite un délai peut finir un tel jour.`;
        case 'receipt-unpreserved':
          return 'Rien n’est préservé à l’arrivée d’une demande : ce qu’elle vise peut être oublié avant la réponse.';
        case 'sources-unread':
          return `${plural(warning.sources, 'source n’a pas été lue', 'sources n’ont pas été lues')} pour ces règles (cf.). Un juriste les lit avant l’adoption.`;
        case 'witnesses-hasty':
          return `Une collecte attend les témoins ${plural(warning.seconds, 'seconde')}. Moins de ${warning.least} secondes, c’est trop court si un témoin répond une fois en retard.`;
        case 'witnesses-required':
          return 'Tant que trop peu de témoins répondent, rien ne peut être collecté, pas même en urgence.';
      }
    },
    unkeepable: 'Ce déploiement ne pourrait pas les tenir',
    lines: 'Ligne par ligne',
    counts: (added, removed, changed) =>
      `${plural(added, 'ajoutée')}, ${plural(removed, 'retirée')}, ${plural(changed, 'modifiée')}`,
    before: 'En vigueur',
    after: 'Dans le fichier',
    folded: (n) => `Afficher ${plural(n, 'ligne identique', 'lignes identiques')}`,
    is: { added: 'Ajoutée', removed: 'Retirée', changed: 'Modifiée', same: 'Identique' },
    adopt: 'Proposer l’adoption…',
    adoptSays: 'Vous signez leur empreinte. Elles sont en vigueur une fois déployées.',
    matches:
      'Une modification en attente propose exactement ces règles. Elle peut être approuvée sous « Modifications ».',
    differs: 'La modification en attente propose d’autres règles que ce fichier.',
  },
};
