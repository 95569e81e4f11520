import type { LetterScreenWords } from './words.ts';

const numbers = ['Aucune', 'Une', 'Deux', 'Trois', 'Quatre', 'Cinq', 'Six'];

export const fr: LetterScreenWords = {
  title: 'Votre lettre',
  lead: 'Une lettre vous a-t-elle appris que des données vous concernant ont été remises à une autorité ? Saisissez ici le code de la lettre. Vous voyez qui a demandé, qui a décidé et ce qui a été remis, et la page le vérifie dans le journal public.',
  privacy:
    'Le code reste dans cette page. Il est demandé au fournisseur un fichier scellé, sous un nom dont le code ne se déduit pas, et il n’enregistre pas qui demande. Rien n’est conservé quand vous quittez la page.',
  field: 'Code de la lettre',
  hint: '28 lettres et chiffres en sept groupes. Majuscules, tirets et espaces sont sans importance.',
  open: 'Ouvrir',
  readBack: (groups, signs, of) => `${groups} (${signs} sur ${of})`,
  mistakes: {
    empty: 'Saisissez le code qui figure dans votre lettre.',
    length: (signs, of) =>
      signs < of
        ? `Un code a ${of} signes, en voici ${signs}. Il en manque ${of - signs}.`
        : `Un code a ${of} signes, en voici ${signs}. Il y en a ${signs - of} de trop.`,
    sign: (sign, group, place) =>
      `« ${sign} » ne figure dans aucun code. C’est le signe ${place} du groupe ${group} : comparez avec votre lettre.`,
    checks: 'Il y a une faute de frappe : comparez le code à votre lettre, signe par signe.',
    groups: (groups) =>
      `Il y a une faute de frappe. Regardez d’abord le groupe ${groups.join(' et ')}, et comparez avec votre lettre.`,
  },
  asking: 'Recherche de ce que le code ouvre',
  looking: (read, of) => `Recherche de votre dossier dans le journal : ${read} fichiers lus sur ${of}`,
  stop: 'Arrêter',
  answers: {
    nothing: {
      title: 'Il n’y a rien pour ce code.',
      says: 'Le code est écrit comme le sont les codes. Une lettre plus récente l’a remplacé, ou le fournisseur ne conserve plus votre dossier, ou personne n’a reçu ce code. Si vous n’avez pas de lettre plus récente, demandez au fournisseur.',
    },
    unopened: {
      title: 'Ce qui s’y trouve ne s’ouvre pas avec ce code.',
      says: 'Cela a été modifié, ou est endommagé. Gardez votre lettre, et demandez au fournisseur.',
    },
    unsaid: {
      title: 'Le journal ne dit pas que ceci vous a été remis.',
      says: 'Ce que le code ouvre n’est pas ce que le journal atteste ; ce n’est donc pas affiché. Gardez votre lettre, et demandez-en la raison au fournisseur. Vous pouvez aussi vous adresser à l’autorité de protection des données.',
    },
    broken: {
      title: 'Les entrées de votre dossier dans le journal ne sont pas complètes.',
      says: 'Une entrée manque ou n’est pas à sa place ; rien n’est donc affiché. Gardez votre lettre, et demandez-en la raison au fournisseur. Vous pouvez aussi vous adresser à l’autorité de protection des données.',
    },
    differs: {
      title: 'Le journal dit autre chose que ce que votre code ouvre.',
      says: 'Rien n’est donc affiché. Gardez votre lettre, et demandez-en la raison au fournisseur. Vous pouvez aussi vous adresser à l’autorité de protection des données. Diffère :',
    },
    failed: {
      title: 'La lecture n’a pas pu être menée à son terme.',
      says: 'Cela ne dit rien de votre lettre. Réessayez plus tard.',
    },
  },
  parts: {
    agency: 'l’autorité qui a demandé',
    instrument: 'le type d’injonction',
    jurisdiction: 'le pays de l’injonction',
    priority: 's’il s’agissait d’une urgence',
    categories: 'les données approuvées',
    records: 'la quantité remise',
  },
  proven: 'Le journal public dit la même chose.',
  provenSays: (index) =>
    `L’entrée ${index} atteste exactement ce que vous lisez ici, et les entrées de votre dossier sont complètes et dans leur ordre.`,
  about: (agency, provider) => `${agency} a demandé à ${provider} des données vous concernant.`,
  decided: 'Qui a décidé',
  decidedSays: (people, isEmergency) =>
    isEmergency
      ? `La demande a été faite en urgence : la signature d’une personne chez le fournisseur ouvre un tel dossier, et une seconde doit suivre. ${numbers[people] ?? people} ${people === 1 ? 'personne l’a approuvé' : 'personnes différentes l’ont approuvé'}.`
      : `${numbers[people] ?? people} ${people === 1 ? 'personne' : 'personnes différentes'} chez le fournisseur ${people === 1 ? 'l’a approuvé' : 'l’ont approuvé'}, chacune de sa propre signature.`,
  person: (who) => `Personne ${who}`,
  did: {
    approved: 'a approuvé tout ce qui était demandé',
    narrowed: 'a approuvé moins que ce qui était demandé',
    rejected: 'a rejeté la demande',
  },
  steps: 'Ce qui s’est passé, étape par étape',
  stepsSay:
    'Chaque ligne est une entrée du journal public, qui ne nomme personne. La preuve s’ouvre dans un onglet à part.',
  later: (read, of) => `Recherche de la suite : ${read} fichiers lus sur ${of}`,
  laterFailed: 'La suite n’a pas pu être lue. Ce que vous voyez ici est prouvé.',
  entry: (index) => `entrée ${index}`,
  what: {
    title: 'Ce qui est prouvé, et ce qui ne l’est pas',
    log: 'Le journal prouve ce que le fournisseur a inscrit, et quand, et que rien n’a changé depuis. Il ne peut pas prouver que ce qui est inscrit est vrai.',
    byLog: 'Dans le journal :',
    logSays: [
      'quelle autorité a demandé, par quel type d’injonction, et quand',
      'quelles personnes du fournisseur ont décidé, quand, et si elles ont approuvé moins',
      'quand des données ont été remises, et combien d’enregistrements en tout',
      'que ceci précisément a été inscrit comme ce qui vous a été dit',
    ],
    byProvider: 'Dit par le fournisseur seul :',
    providerSays: [
      'que les données vous concernaient',
      'le nom complet de l’autorité, et qui a émis ou validé l’injonction',
      'combien d’enregistrements vous concernaient',
    ],
  },
  elsewhere:
    'Cette page vient elle aussi du fournisseur. Sur votre propre ordinateur, cette commande fait de même, avec votre code à la place de CODE :',
  print: 'Imprimer',
  close: 'Fermer la lettre',
};
