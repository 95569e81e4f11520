import type { PreservedWords } from './words.ts';

export const preserved: PreservedWords = {
  title: 'Ce qui est conservé pour votre autorité',
  says: 'Une conservation empêche que ce qui existe soit oublié. Elle ne communique rien, pas même s’il y a quelque chose. Elle peut être prolongée une fois ; une demande qui la nomme la maintient jusqu’à la réponse.',
  begin: 'Faire conserver des données',
  none: 'Rien n’est conservé pour votre autorité.',
  loading: 'Lecture des conservations',
  columns: {
    reference: 'Référence',
    status: 'État',
    received: 'Reçue',
    ends: 'Conservé jusqu’au',
    do: 'Ce que vous pouvez faire',
  },
  status: { Preserved: 'conservé', Requested: 'partie d’une demande', Lapsed: 'terminée' },
  extend: 'Prolonger',
  extended: 'Elle est prolongée.',
  request: 'Sa demande',
  ask: 'Demander ces données',
  over: 'terminée',
  lost: 'La réponse s’est perdue. Voici son état actuel.',
};
