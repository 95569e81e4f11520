import type { CollectWords } from './words.ts';

export const collect: CollectWords = {
  title: 'Recueillir',
  before: [
    'D’abord, cette page déchiffre un message destiné à sa propre clé, et demande au fournisseur si les réponses vont à cette clé. Sinon, rien n’est envoyé.',
    'Un recueil est compté et figure au journal public. La personne est informée de ce qu’il a communiqué, sauf report en cours.',
    'Ce qui arrive est déchiffré ici, et n’est que dans cette page : le navigateur n’en garde rien. Enregistrez le tout avant de quitter ou de verrouiller la page.',
  ],
  left: (n) =>
    n <= 0
      ? 'Selon les règles en vigueur, il ne reste aucun recueil ; un recueil commencé peut être poursuivi.'
      : n === 1
        ? 'Selon les règles en vigueur, il reste 1 recueil.'
        : `Selon les règles en vigueur, il reste ${n} recueils.`,
  collected: 'Recueilli jusqu’ici :',
  names: 'La demande est connue ici : le dossier recueilli nomme donc qui elle vise.',
  namesNot:
    'La demande n’a pas été envoyée d’ici : le dossier recueilli désigne donc les personnes par leur numéro. S’il faut les nommer, c’est à l’agent qui a demandé de recueillir.',
  go: 'Éprouver la clé et recueillir',
  goOn: 'Poursuivre ce recueil',
  testing: 'On vérifie si votre clé déchiffre, et si les réponses vont à elle',
  asking: (pages, records) =>
    pages === 0
      ? 'Recueil en cours'
      : `Recueil en cours : ${pages === 1 ? '1 page' : `${pages} pages`}, ${records} enregistrements jusqu’ici`,
  waiting:
    'Il faut d’abord que ce soit au journal du fournisseur. Cela prend quelques secondes, parfois une minute.',
  refused: {
    nothing: 'Rien n’a été recueilli, et rien n’est compté.',
    'no-key':
      'La clé qui déchiffre n’est pas dans ce navigateur : une clé derrière le pont ne fait que signer. Recueillez avec la commande writ.',
    'no-log': 'Le fournisseur ne publie aucune clé de son journal : rien ne pourrait être prouvé.',
    'broken-key':
      'La clé de ce navigateur ne déchiffre pas ce qui est chiffré pour elle. Les données du navigateur sont peut-être endommagées. Faites enregistrer une autre clé.',
    other: (whose, thumbprint) =>
      `Les réponses qui vous sont destinées sont chiffrées pour ${whose}, ${thumbprint}, et non pour la clé de ce navigateur.`,
    whose: { officer: 'une autre de vos clés', agency: 'la clé de l’autorité' },
    later: (when) =>
      `La clé de ce navigateur prend le relais le ${when}. Attendez jusque-là, ou utilisez l’autre.`,
    enrol:
      'Utilisez le navigateur ou le profil qui a cette clé, ou faites enregistrer celle de ce navigateur comme la vôtre.',
  },
  stopped: {
    title: 'Le recueil s’est arrêté avant la fin',
    late: 'Le journal du fournisseur n’est pas encore à jour, ou trop peu de ses témoins. Réessayez dans un instant.',
    unwitnessed:
      'Trop peu de témoins ont déjà vu le journal du fournisseur. Réessayez dans une minute. Si cela dure, prévenez le fournisseur.',
    notCounted: 'Rien n’a été recueilli, et rien n’est compté.',
    mayCount: 'Il est peut-être déjà compté. Le poursuivre d’ici n’en compte pas un autre.',
    kept: (pages, records) =>
      `${pages === 1 ? '1 page est arrivée' : `${pages} pages sont arrivées`}, avec ${records} enregistrements, et le contrôle est bon. Elles restent dans cette page jusqu’à ce que vous la quittiez.`,
  },
  wrong: {
    title: (page) => `La page ${page} n’est pas conforme`,
    says: 'Rien de ce qui est arrivé n’est affiché ni gardé. Téléphonez au fournisseur, et donnez-lui ce code :',
  },
  done: {
    title: 'Recueilli et prouvé',
    says: 'Le fournisseur a signé chaque page, et le journal public l’a annoncée avant qu’elle soit ouverte. Les deux ont été vérifiés avant tout affichage.',
    closes: 'Tout cela n’est que dans cette page. La quitter ou la verrouiller l’oublie.',
    zip: 'Enregistrer le dossier (ZIP)',
    zipHint: 'Les quatre fichiers. Le tout se prouve sans le fournisseur, ici ou avec writ log prove.',
    csv: 'Enregistrer le tableau (CSV)',
    certificate: 'Enregistrer l’attestation',
    certificateHint: 'Ouvrez-la pour l’imprimer. Elle se signe à la main.',
    unnamed: 'Les personnes y sont désignées par leur numéro.',
    drop: 'L’oublier maintenant',
  },
};
