import type { HomeWords } from './words.ts';

export const home: HomeWords = {
  title: 'Qui a demandé des données, et ce qui a été remis',
  lead: (provider) =>
    `La police et les tribunaux peuvent ordonner à ${provider} de remettre des données. Ici, chacun voit combien de fois ils le font, ce qui est décidé et ce qui est remis, et peut le prouver.`,
  numbers: {
    asked: (requests) => `Demandes des autorités : ${requests}.`,
    granted: (granted) => `Accordées : ${granted}.`,
    collected: (collected) => `Cas dans lesquels des données ont été remises : ${collected}.`,
    counted: 'Compté par le fournisseur à partir du journal public ; chacun peut recompter.',
    report: 'Le rapport entier',
  },
  ways: {
    report: {
      title: 'Le rapport',
      says: 'Combien de demandes, combien en retard, combien d’urgences : en chiffres et en graphiques.',
    },
    log: { title: 'Le journal', says: 'Chaque acte, entrée par entrée, prouvé dans votre navigateur.' },
    letter: {
      title: 'J’ai reçu une lettre',
      says: 'Ouvrez avec son code qui a demandé vos données et ce qui a été reçu.',
    },
    checkpoint: {
      title: 'Points de contrôle',
      says: 'Gardez-en un, et personne ne pourra modifier le journal à votre insu.',
    },
    portal: {
      title: 'Pour les agents',
      says: 'Les autorités envoient ici leurs demandes, avec leurs propres clés.',
    },
    console: { title: 'Pour les réviseurs', says: 'Le service juridique du fournisseur décide ici.' },
  },
  asked: {
    title: 'Ce qui peut être demandé',
    says: 'Des adresses IP avec les heures auxquelles elles ont servi, et le numéro de téléphone d’un compte : pour les comptes, les types de données et la période que nomme une injonction, et rien au-delà.',
    never: 'Jamais de messages.',
    neverSays: 'Ce système ne peut en contenir aucun : ni contenus, ni contacts, ni groupes, ni fichiers.',
  },
  decides: {
    title: 'Qui décide',
    says: (approvals) =>
      `Un agent signe chaque demande avec une clé enregistrée pour lui. Des personnes, chez le fournisseur, l’examinent, et ${approvals ?? 'plusieurs'} d’entre elles doivent signer la même étendue avant que quoi que ce soit puisse être ouvert. Elles peuvent accorder moins que ce qui est demandé, ou refuser.`,
    emergency: (hours) =>
      `En cas d’urgence, une signature suffit à ouvrir ; la seconde, et l’injonction si elle manque, doivent suivre${hours === undefined ? '' : ` dans les ${hours} heures`}.`,
  },
  checks: {
    title: 'Comment cela se vérifie',
    says: 'Chaque acte est écrit dans un journal public qui ne peut que grandir. Il est signé et ne nomme personne : ni personne, ni compte, ni numéro. Qui en garde quelques lignes remarque toute modification ultérieure.',
    how: 'Vérifier soi-même',
  },
  told: {
    title: 'Qui informe les personnes concernées',
    says: 'Le fournisseur, par une lettre, sauf si la loi le laisse à l’autorité. Une autorité peut faire repousser cette information un temps ; le journal contient chaque report et chaque avis en retard.',
    contact: 'Questions :',
  },
  programs: {
    title: 'Sans cette page',
    says: 'Ces commandes vérifient tout le journal et recomptent le rapport, sur votre propre machine :',
    raw: 'Pour les programmes :',
  },
};
