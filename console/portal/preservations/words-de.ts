import type { PreservedWords } from './words.ts';

export const preserved: PreservedWords = {
  title: 'Was für Ihre Behörde gesichert ist',
  says: 'Eine Sicherung bewahrt, was vorhanden ist, vor dem Vergessen. Sie teilt nichts mit, nicht einmal, ob etwas da ist. Sie kann einmal verlängert werden; eine Anfrage, die sie nennt, bewahrt sie, bis diese beantwortet ist.',
  begin: 'Daten sichern lassen',
  none: 'Für Ihre Behörde ist nichts gesichert.',
  loading: 'Die Sicherungen werden geholt',
  columns: {
    reference: 'Aktenzeichen',
    status: 'Stand',
    received: 'Eingang',
    ends: 'Gesichert bis',
    do: 'Was Sie tun können',
  },
  status: { Preserved: 'gesichert', Requested: 'Teil einer Anfrage', Lapsed: 'beendet' },
  extend: 'Verlängern',
  extended: 'Sie ist verlängert.',
  request: 'Zu ihrer Anfrage',
  ask: 'Anfragen',
  over: 'beendet',
  lost: 'Die Antwort ging verloren. So steht sie jetzt.',
};
