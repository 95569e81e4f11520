import type { FirstWords } from './words.ts';

export const first: FirstWords = {
  welcome: {
    title: (provider) => `Le poste de ${provider}`,
    says: 'Ici, des réviseurs décident ce que les demandes légales obtiennent. Vous signez chaque décision avec une clé à vous. Ce navigateur n’en a pas encore.',
  },
  compare: {
    title: '1. Comparer la clé du fournisseur',
    says: 'Téléphonez à l’exploitant, à un numéro que vous connaissez. Il vous lit ces mots. Si l’un diffère, arrêtez.',
    is: 'La clé du fournisseur',
    label: 'Les mots sont les mêmes',
    hint: 'Ce navigateur accepte alors les réponses signées par cette clé, et aucune autre.',
  },
  make: {
    title: '2. Créer votre clé',
    says: 'Elle est créée dans ce navigateur et y reste : personne ne peut l’en copier, vous non plus.',
    lost: 'Qui efface les données de ce navigateur efface la clé. Deux réviseurs doivent alors vous enregistrer à nouveau.',
    name: 'Nom de cette clé',
    nameHint: 'Par exemple : ordinateur du bureau. Vous le voyez en déverrouillant le poste.',
    nameWrong: 'Donnez un nom de 1 à 64 caractères.',
    button: 'Créer la clé',
    goOn: 'Ouvrir le poste avec la clé du pont',
  },
  bridge: {
    title: 'Ou utiliser une clé que vous avez',
    says: 'Une clé sur une carte, ou dans un fichier de la commande writ, signe de là. Lancez cette commande sur cet ordinateur, et ouvrez le lien qu’elle affiche :',
    command: 'writ bridge',
  },
  sheet: {
    title: 'Faire enregistrer votre clé',
    says: 'Deux réviseurs l’enregistrent. Envoyez-leur la clé publique, puis lisez-leur ces mots au téléphone. Ils les comparent avec ce qu’ils voient.',
    words: 'En mots',
    hex: 'En hexadécimal',
    thumbprint: 'Empreinte',
    key: 'Votre clé publique',
    save: 'L’enregistrer dans un fichier',
    copy: 'La copier',
    copied: 'Copiée',
    lost: 'Qui efface les données de ce navigateur efface la clé. Vous devez alors être enregistré à nouveau.',
    check: 'Voir si elle est enregistrée',
    notYet: 'Le fournisseur ne connaît pas encore cette clé.',
    cooling: 'Elle est enregistrée, et son délai d’attente n’est pas encore passé.',
    sent: 'La clé publique a été remise à la commande sur cet ordinateur.',
    forget: 'Oublier cette clé',
    forgetSure: 'L’oublier pour de bon ? Une clé enregistrée le reste jusqu’à ce qu’un réviseur la révoque.',
  },
  locked: {
    title: 'Le poste est verrouillé',
    says: 'Rien d’aucun dossier n’est plus dans cette page. Après le déverrouillage, vous revoyez la file.',
    unlock: 'Déverrouiller',
    passkey: 'Déverrouiller avec la clé d’accès',
    failed: 'Il n’a pas été déverrouillé.',
    whose: (name) => `Clé : ${name}`,
    name: (name) => `Tapez le nom de votre clé : ${name}`,
    nameHint:
      'Il n’est pas secret. Il assure seulement que quelqu’un le veut : une clé d’accès tient les autres à l’écart.',
    nameDiffers: 'Ce n’est pas son nom.',
    bridged: 'La commande writ bridge signe. Elle demande à son terminal pour chaque décision.',
  },
  own: {
    title: 'Votre clé',
    button: 'Clé',
    thumbprint: 'Son empreinte',
    lost: 'Elle est dans ce navigateur seul. Si ses données se perdent, deux réviseurs doivent vous enregistrer à nouveau.',
    bridged: 'Elle signe depuis la commande writ bridge.',
    usePasskey: 'Déverrouiller désormais avec une clé d’accès',
    passkeySays:
      'Une clé d’accès tient les autres à l’écart de cette page. Elle ne signe aucune décision : votre clé le fait.',
    passkeyUsed: 'Une clé d’accès déverrouille cette page.',
    passkeyFailed: 'Aucune clé d’accès n’a été créée.',
  },
  page: {
    title: 'Cette page',
    says: 'Le journal a l’empreinte de la page qui a été déployée. Ce qui est servi maintenant est comparé avec elle. Une page qui ment mentirait ici aussi : la commande « writ console verify » est la vérification sûre.',
    compare: 'Comparer avec le journal',
    verdicts: {
      recorded: 'Ce qui est servi est ce que le journal a.',
      changed:
        'Ce qui est servi n’est pas ce que le journal a. Ne signez rien ici, et prévenez l’exploitant.',
      unrecorded: 'Le journal n’a pas de page du dernier déploiement.',
      unknown: 'Le dernier déploiement n’a pas été trouvé dans le journal.',
    },
  },
  changed: {
    title: 'La clé du fournisseur est une autre',
    says: 'Cette page s’arrête ici. Les réponses sont maintenant signées par une clé que vous n’avez pas comparée. Rien n’a été envoyé avec votre clé.',
    known: 'La clé que vous avez comparée',
    now: 'La clé qu’il montre maintenant',
    telephone:
      'Téléphonez à l’exploitant, à un numéro que vous connaissez. S’il a changé de clé, comparez les mots de la nouvelle.',
    take: 'Les mots sont les mêmes : accepter la nouvelle clé',
  },
};
