import { countedAgain } from '#client/due.ts';
import { printable } from '#client/printable.ts';
import type { Review } from '#client/reviewer.ts';
import type { Calendar, Day, RestReason } from '#core/cases/calendar.ts';
import type { Step, Term } from '#core/cases/deadline.ts';
import type { Policy } from '#core/cases/policy.ts';
import { inLanguage, locale, words } from '../words/lang.ts';

/** How a deadline was counted, step by step, as a person would write it beside the date. */

export interface DueWords {
  asStated: string;
  asCounted: (term: string) => string;
  still: string;
  days: (n: number) => string;
  hours: (n: number) => string;
  minutes: (n: number) => string;
  received: (at: string) => string;
  firstDay: (day: string) => string;
  firstHour: (at: string) => string;
  stopped: (time: string) => string;
  day: (n: number, day: string) => string;
  secondWorkingDay: (day: string) => string;
  rest: Record<RestReason, (day: string, place: string) => string>;
  unknown: (day: string) => string;
  due: (at: string) => string;
  endOf: (day: string, zone: string) => string;
}

const plural = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;

export const dueWords = words<DueWords>({
  asStated: 'As the order asks.',
  asCounted: (term) => `${term} from receipt, as the provider counts them.`,
  still: 'The time stands still until the agency answers: what is left of it then is left.',
  days: (n) => plural(n, 'day', 'days'),
  hours: (n) => plural(n, 'hour', 'hours'),
  minutes: (n) => plural(n, 'minute', 'minutes'),
  received: (at) => `Received ${at}.`,
  firstDay: (day) => `Day 1 is ${day}.`,
  firstHour: (at) => `The first hour begins ${at}.`,
  stopped: (time) => `The time stood still for ${time}.`,
  day: (n, day) => `Day ${n} is ${day}.`,
  secondWorkingDay: (day) => `The second working day is ${day}.`,
  rest: {
    Saturday: (day) => `${day} is no working day.`,
    Sunday: (day) => `${day} is no working day.`,
    holiday: (day, place) => `${day} is a public holiday (${place}).`,
  },
  unknown: (day) => `Holidays are not known after ${day}.`,
  due: (at) => `Due ${at}.`,
  endOf: (day, zone) => `Due ${day}, 24:00 ${zone}.`,
});

/** The steps by the calendar of the policy, where counting them again gives the provider’s own date. */
export function dueTexts(
  { receivedAt, dueAt, due }: Pick<Review, 'receivedAt' | 'dueAt' | 'due'>,
  policy: Policy | undefined,
): string[] {
  if (due === undefined) return [];
  const words = inLanguage(dueWords);
  const still = due.since === undefined ? [] : [words.still];
  const { term } = due;
  if (term === 'as-stated') return [words.asStated, ...still];
  const again = countedAgain({ receivedAt, dueAt, term, stopped: due.stopped }, policy);
  if (again === undefined) return [words.asCounted(termText(term)), ...still];
  return [...again.steps.map((step) => stepText(step, again.calendar)), ...still];
}

function termText(term: Term): string {
  const words = inLanguage(dueWords);
  return 'days' in term ? words.days(term.days) : words.hours(term.hours);
}

function stepText(step: Step, calendar: Calendar): string {
  const words = inLanguage(dueWords);
  switch (step.step) {
    case 'received':
      return words.received(clockText(step.at, calendar));
    case 'first-day':
      return words.firstDay(calendarDay(step.day));
    case 'first-hour':
      return words.firstHour(clockText(step.at, calendar));
    case 'stopped':
      return words.stopped(
        'days' in step ? words.days(step.days) : words.minutes(Math.ceil(step.seconds / 60)),
      );
    case 'day':
      return words.day(step.n, calendarDay(step.day));
    case 'two-working-days':
      return words.secondWorkingDay(calendarDay(step.day));
    case 'rest':
      return words.rest[step.because](calendarDay(step.day), printable(calendar.holidays.place));
    case 'holidays-unknown':
      return words.unknown(calendarDay(step.through));
    case 'due':
      return step.day === undefined
        ? words.due(clockText(step.at, calendar))
        : words.endOf(calendarDay(step.day), zoneText(step.at, calendar));
  }
}

const dayForm = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' } as const;

const calendarDay = (day: Day): string =>
  new Intl.DateTimeFormat(locale.value, { ...dayForm, timeZone: 'UTC' }).format(new Date(day));

/** What the clocks of the calendar’s place show: the time is counted by them, and not by the reader’s. */
const clockText = (at: string, { zone }: Calendar): string =>
  new Intl.DateTimeFormat(locale.value, {
    ...dayForm,
    hour: '2-digit',
    minute: '2-digit',
    timeZone: zone,
    timeZoneName: 'short',
  }).format(new Date(at));

/** Up to its end, the last day has the time that it began the end with. */
function zoneText(at: string, { zone }: Calendar): string {
  const parts = new Intl.DateTimeFormat(locale.value, { timeZone: zone, timeZoneName: 'short' });
  return parts.formatToParts(Date.parse(at) - 1).find(({ type }) => type === 'timeZoneName')?.value ?? '';
}
