import type { DueWords } from './due-words.ts';

const plural = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;

export const due: DueWords = {
  asStated: 'Comme l’injonction le demande.',
  asCounted: (term) => `${term} dès la réception, comme le fournisseur les compte.`,
  still: 'Le temps est suspendu jusqu’à la réponse de l’autorité : ce qui en reste alors reste.',
  days: (n) => plural(n, 'jour', 'jours'),
  hours: (n) => plural(n, 'heure', 'heures'),
  minutes: (n) => plural(n, 'minute', 'minutes'),
  received: (at) => `Reçue ${at}.`,
  firstDay: (day) => `Le jour 1 est ${day}.`,
  firstHour: (at) => `La première heure commence ${at}.`,
  stopped: (time) => `Le temps a été suspendu : ${time}.`,
  day: (n, day) => `Le jour ${n} est ${day}.`,
  secondWorkingDay: (day) => `Le deuxième jour ouvrable est ${day}.`,
  rest: {
    Saturday: (day) => `${day} n’est pas un jour ouvrable.`,
    Sunday: (day) => `${day} n’est pas un jour ouvrable.`,
    holiday: (day, place) => `${day} est un jour férié (${place}).`,
  },
  unknown: (day) => `Les jours fériés après ${day} ne sont pas connus.`,
  due: (at) => `Échéance ${at}.`,
  endOf: (day, zone) => `Échéance ${day}, 24:00 ${zone}.`,
};
