import type { DueWords } from './due-words.ts';

const plural = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;

export const due: DueWords = {
  asStated: 'Wie die Anordnung es verlangt.',
  asCounted: (term) => `${term} ab Eingang, wie der Anbieter sie zählt.`,
  still: 'Die Zeit steht still, bis die Behörde antwortet: Was dann übrig ist, bleibt übrig.',
  days: (n) => plural(n, 'Tag', 'Tage'),
  hours: (n) => plural(n, 'Stunde', 'Stunden'),
  minutes: (n) => plural(n, 'Minute', 'Minuten'),
  received: (at) => `Eingegangen ${at}.`,
  firstDay: (day) => `Tag 1 ist ${day}.`,
  firstHour: (at) => `Die erste Stunde beginnt ${at}.`,
  stopped: (time) => `Die Zeit stand still: ${time}.`,
  day: (n, day) => `Tag ${n} ist ${day}.`,
  secondWorkingDay: (day) => `Der zweite Arbeitstag ist ${day}.`,
  rest: {
    Saturday: (day) => `${day} ist kein Arbeitstag.`,
    Sunday: (day) => `${day} ist kein Arbeitstag.`,
    holiday: (day, place) => `${day} ist ein Feiertag (${place}).`,
  },
  unknown: (day) => `Feiertage nach dem ${day} sind nicht bekannt.`,
  due: (at) => `Fällig ${at}.`,
  endOf: (day, zone) => `Fällig ${day}, 24:00 ${zone}.`,
};
