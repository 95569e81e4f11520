import type { CheckpointWords } from './words.ts';

export const checkpoint: CheckpointWords = {
  title: 'Points de contrôle',
  lead: 'Un point de contrôle dit en quelques lignes, signées, la longueur du journal et ce qu’il contient. Gardez-en un, ou échangez-le avec quelqu’un : dès lors, le fournisseur ne peut plus modifier ni retirer une entrée antérieure sans que cela se voie.',
  newest: 'Le dernier point de contrôle',
  save: 'Enregistrer',
  log: 'Journal',
  size: 'Entrées',
  root: 'Racine',
  at: 'Dernière entrée du',
  compare: 'Comparer celui que vous avez',
  compareSays:
    'Le vôtre d’un autre jour, ou celui que voit une autre personne. Il reste dans votre navigateur : seuls des fichiers du journal sont chargés pour le comparer.',
  kept: 'Le point de contrôle',
  keptHint: 'Toutes ses lignes, telles quelles : le nom, le nombre, la racine, une ligne vide, la signature.',
  hold: 'Comparer',
  results: {
    same: (size, since) =>
      `Le même historique : les ${size} entrées d’alors sont toutes là, inchangées, et ${since} se sont ajoutées.`,
    sameSays: 'Votre navigateur a vérifié la signature et calculé la preuve de cohérence (RFC 6962).',
    other: 'Un autre historique : le journal a été modifié.',
    otherSays: (provider) =>
      `La même clé a signé deux journaux qui se contredisent. Il n’y a à cela aucune raison honnête. Gardez les deux points de contrôle, ils sont la preuve : montrez-les à ${provider}, à l’autorité qui le surveille et à d’autres qui observent le journal.`,
    ahead: (size) =>
      `Le fournisseur montre moins d’entrées qu’il n’en a signé : votre point de contrôle en a ${size}.`,
    aheadSays: 'Rechargez cette page dans une minute. Si cela ne change pas, on vous cache des entrées.',
    otherLog: (origin) => `Un point de contrôle d’un autre journal : ${origin}.`,
    notSigned: 'Il nomme ce journal et n’est pas signé par sa clé.',
    notSignedSays:
      'Il manque peut-être un caractère. Sinon, quelqu’un l’a falsifié, ou la clé est une autre.',
    none: 'Ce n’est pas un point de contrôle. Collez toutes ses lignes.',
  },
};
