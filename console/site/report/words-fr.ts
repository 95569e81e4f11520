import type { SiteReportWords } from './words.ts';

export const fr: SiteReportWords = {
  title: 'Rapport de transparence',
  lead: 'Combien de fois des autorités ont demandé, ce qu’il en est advenu et ce qui était en retard : compté sur le journal public, et sur rien d’autre.',
  years: 'Année',
  all: 'Toutes les années',
  asOf: (day) => `Compté jusqu’au ${day}.`,
  emergenciesIn: (year) => `Urgences en ${year} : combien, et combien en retard ?`,
  emergenciesEver: 'Urgences : combien, et combien en retard ?',
  answer: {
    none: 'Aucune demande n’a été présentée comme une urgence.',
    hidden: 'Le nombre de demandes urgentes n’est pas détaillé : il y en avait trop peu.',
    asked: (n, isOne) => (isOne ? '1 demande était une urgence.' : `${n} demandes étaient des urgences.`),
    inTime: (hours) => `Aucune n’a reçu de réponse après son délai, qui est de ${hours} heures.`,
    late: (n, isOne, hours) =>
      `${n} ${isOne ? 'a reçu une réponse tardive' : 'ont reçu une réponse tardive'}, après le délai de ${hours} heures.`,
    lateHidden: 'Le nombre de réponses tardives parmi elles n’est pas détaillé.',
    opened: (n, isOne) =>
      `${n} ${isOne ? 'a été ouverte' : 'ont été ouvertes'} sur la signature d’un seul réviseur.`,
    owed: (settled, overdue) =>
      `La seconde signature et l’injonction validée, dues sous 48 heures, sont arrivées à temps pour ${settled}, et pas à temps pour ${overdue}.`,
    left: (n) => `Pour ${n}, elles n’étaient pas encore dues, ou ne l’étaient plus.`,
    rejected: (n, isOne) =>
      `${n} ${isOne ? 'a été rejetée' : 'ont été rejetées'} après que les données pouvaient être collectées.`,
  },
  tiles: {
    asked: 'Urgences',
    late: 'Réponses tardives',
    opened: 'Ouvertes sur une signature',
    settled: 'Réglées à temps',
    overdue: 'Pas réglées à temps',
  },
  untold: 'non détaillé',
  nothing: (year) => `Personne n’a rien demandé en ${year}.`,
  shortIn: (year) => `${year} en bref`,
  chartSays: 'Le tableau ci-dessous contient les mêmes chiffres.',
  byYear: 'Année par année',
  year: 'Année',
  save: 'Enregistrer en CSV',
  recount: {
    title: 'Recompter dans cette page',
    says: (entries) =>
      `Vous n’avez pas à croire ces chiffres. Cette page peut lire les ${entries} entrées comptées, vérifier que le point de contrôle signé du journal couvre exactement celles-ci, recompter et comparer. Elle n’en conserve aucune.`,
    start: 'Recompter',
    stop: 'Arrêter',
    again: 'Recompter encore',
    progress: (read, of) => `${read} entrées lues sur ${of}`,
    same: 'Le rapport est exact.',
    sameSays: (entries, size) =>
      `Chaque chiffre découle des ${entries} premières entrées du journal. Le journal en a désormais ${size}, et commence par celles-ci.`,
    different: 'Le rapport est faux.',
    otherLog: 'Le rapport n’est pas celui de ce journal.',
    place: 'La première différence est à',
    published: 'Publié',
    recomputed: 'Compté ici',
    nothing: 'rien',
    stopped: 'Arrêté. Rien n’a été comparé.',
    failed: 'Le journal n’a pas pu être lu jusqu’au bout. Rien n’a été comparé.',
    keyFromServer:
      'La clé du journal est celle que ce serveur indique lui-même. Qui la compare avec une clé reçue ailleurs prouve davantage.',
    keyCompared: 'La clé du journal est celle que vous avez comparée.',
    compare: 'Comparer la clé',
    elsewhere: 'Cette page vient elle aussi du fournisseur. Sur votre propre machine, ceci fait de même :',
  },
};
