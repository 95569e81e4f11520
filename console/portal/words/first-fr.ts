import type { FirstWords } from '../../first/words.ts';
import { first as desk } from '../../first/words-fr.ts';

const loss =
  'Si les données de ce navigateur sont effacées, vos clés sont perdues, et personne ne peut déchiffrer ce qui leur a été envoyé : ni vous, ni le fournisseur.';

export const first: FirstWords = {
  ...desk,
  welcome: {
    title: (provider) => `Demander des données à ${provider}`,
    says: 'Ici, les agents des autorités demandent des données en vertu d’une injonction légale, suivent leurs demandes et retirent les réponses. Vous signez avec une clé à vous. Ce navigateur n’en a pas encore.',
  },
  compare: {
    ...desk.compare,
    says: 'Téléphonez au fournisseur, à un numéro que vous connaissez. Il vous lit ces mots. Si l’un diffère, arrêtez.',
  },
  make: {
    ...desk.make,
    title: '2. Créer vos clés',
    says: 'Deux clés sont créées : l’une signe vos demandes, l’autre déchiffre les réponses. Elles sont créées dans ce navigateur et y restent. Personne ne peut les en copier, vous non plus.',
    lost: loss,
    nameHint: 'Par exemple : ordinateur du bureau. Vous le voyez en déverrouillant le portail.',
    button: 'Créer les clés',
    goOn: 'Ouvrir le portail avec la clé du pont',
  },
  bridge: {
    ...desk.bridge,
    says: 'Une clé sur une carte, ou dans un fichier de la commande writ, signe de là. Elle ne déchiffre rien ici : vous retirez alors les réponses avec la commande writ. Lancez cette commande sur cet ordinateur, et ouvrez le lien qu’elle affiche :',
  },
  sheet: {
    ...desk.sheet,
    title: 'Faire enregistrer vos clés',
    says: 'Envoyez les deux clés publiques au fournisseur, dans le fichier ci-dessous. Téléphonez ensuite, à un numéro que vous connaissez, et lisez les mots des deux clés. Il les compare avec ce qu’il voit. Un agent de votre autorité déjà enregistré le confirme aussi.',
    thumbprint: 'La clé qui signe',
    decrypts: {
      title: 'La clé qui déchiffre',
      says: 'Les réponses sont chiffrées pour cette clé. Ses mots sont lus aussi.',
      words: 'En mots',
    },
    key: 'Vos clés publiques',
    save: 'Les enregistrer dans un fichier',
    copy: 'Les copier',
    copied: 'Copiées',
    lost: `${loss} Vous devez alors être enregistré à nouveau.`,
    check: 'Voir si elles sont enregistrées',
    notYet: 'Le fournisseur ne connaît pas encore votre clé.',
    cooling: 'Votre clé est enregistrée, et son délai d’attente n’est pas encore passé.',
    sent: 'Les clés publiques ont été remises à la commande sur cet ordinateur.',
    forget: 'Oublier ces clés',
    forgetSure:
      'Les oublier pour de bon ? Personne ne pourra plus lire ce qui a été chiffré pour vous. Une clé enregistrée le reste jusqu’à ce qu’elle soit révoquée.',
  },
  locked: {
    ...desk.locked,
    title: 'Le portail est verrouillé',
    says: 'Rien d’aucune demande n’est plus dans cette page. Après le déverrouillage, vous revoyez vos demandes.',
    bridged: 'La commande writ bridge signe. Elle demande à son terminal pour chaque appel.',
  },
  own: {
    ...desk.own,
    title: 'Vos clés',
    thumbprint: 'La clé qui signe',
    decrypts: 'La clé qui déchiffre',
    lost: loss,
    bridged:
      'La commande writ bridge signe. Cette page n’a pas de clé qui déchiffre : retirez les réponses avec la commande writ.',
    passkeySays:
      'Une clé d’accès tient les autres à l’écart de cette page. Elle ne signe rien : votre clé le fait.',
  },
};
