import { z } from 'zod';
import {
  type Calendar,
  type Day,
  dayAt,
  daysAfter,
  daysBetween,
  endOf,
  hoursBegin,
  type RestReason,
  restOn,
} from './calendar.ts';

/**
 * Time as law counts it: Regulation (EEC, Euratom) No 1182/71 Art. 3. What a period begins with does not count: not the day
 * of receipt, and of a period in hours not the hour, where the calendar says so. A period in days ends at 24:00 of its last day, and where that is no
 * working day, of the next working day (Art. 3(4)); one of two days or more has at least two working days (Art. 3(5)).
 * Hours run through, whatever the day, and whether or not the clocks are changed.
 */
export const termInDays = z.strictObject({ days: z.int().positive().max(3660) });
export const termInHours = z.strictObject({
  hours: z
    .int()
    .positive()
    .max(24 * 366),
});
export const term = z.union([termInDays, termInHours]);
export type Term = z.infer<typeof term>;

/** One step of a count: what a person would write beside the date. */
export type Step =
  | { step: 'received'; at: string }
  /** The first day or hour that counts. */
  | { step: 'first-day'; day: Day }
  | { step: 'first-hour'; at: string }
  | { step: 'stopped'; days: number }
  | { step: 'stopped'; seconds: number }
  /** The last day, as the number says. */
  | { step: 'day'; n: number; day: Day }
  /** Fewer than two of the days were working days: the second one is this. */
  | { step: 'two-working-days'; day: Day }
  | { step: 'rest'; day: Day; because: RestReason }
  /** The last day lies beyond those whose holidays the calendar knows. */
  | { step: 'holidays-unknown'; through: Day }
  | { step: 'due'; at: string; day?: Day };

/** When a period ends, and why. */
export interface Counted {
  dueAt: string;
  steps: Step[];
}

/** How long the time stood still so far: as the days of a period in days, and as they ran. */
export const stoppedSchema = z.strictObject({ days: z.int().nonnegative(), seconds: z.int().nonnegative() });
export type Stopped = z.infer<typeof stoppedSchema>;

const never: Stopped = { days: 0, seconds: 0 };

/**
 * Counts a period.
 *
 * @param receivedAt what it begins with
 * @param stopped the time that does not count: Regulation (EU) 2023/1543 cf. Art. 10(6)
 * @returns the instant at which it is over: 24:00 of its last day
 */
export function count(receivedAt: string, period: Term, calendar: Calendar, stopped = never): Counted {
  const received: Step = { step: 'received', at: receivedAt };
  const { dueAt, steps } =
    'days' in period
      ? countDays(receivedAt, period.days, calendar, stopped.days)
      : countHours(receivedAt, period.hours, calendar, stopped.seconds);
  return { dueAt, steps: [received, ...steps] };
}

function countDays(receivedAt: string, days: number, calendar: Calendar, stopped: number): Counted {
  const receipt = dayAt(Date.parse(receivedAt), calendar);
  const steps: Step[] = [{ step: 'first-day', day: daysAfter(receipt, 1) }];
  if (stopped > 0) steps.push({ step: 'stopped', days: stopped });
  let last = daysAfter(receipt, days + stopped);
  steps.push({ step: 'day', n: days, day: last });
  if (days >= 2 && workingDays(receipt, last, calendar) < 2) {
    while (workingDays(receipt, last, calendar) < 2) last = daysAfter(last, 1);
    steps.push({ step: 'two-working-days', day: last });
  }
  for (let rest = restOn(last, calendar); rest !== undefined; rest = restOn(last, calendar)) {
    steps.push({ step: 'rest', day: last, because: rest });
    last = daysAfter(last, 1);
  }
  const { through } = calendar.holidays;
  if (last > through) steps.push({ step: 'holidays-unknown', through });
  const dueAt = new Date(endOf(last, calendar)).toISOString();
  return { dueAt, steps: [...steps, { step: 'due', at: dueAt, day: last }] };
}

/** Of the days after one, through another: how many are working days; two is as many as anybody asks for. */
function workingDays(after: Day, through: Day, calendar: Calendar): number {
  let found = 0;
  for (let day = daysAfter(after, 1); day <= through && found < 2; day = daysAfter(day, 1))
    if (restOn(day, calendar) === undefined) found++;
  return found;
}

function countHours(receivedAt: string, hours: number, calendar: Calendar, stopped: number): Counted {
  const first = hoursBegin(Date.parse(receivedAt), calendar);
  const steps: Step[] =
    calendar.hoursFrom === 'next' ? [{ step: 'first-hour', at: new Date(first).toISOString() }] : [];
  if (stopped > 0) steps.push({ step: 'stopped', seconds: stopped });
  const dueAt = new Date(first + hours * 3_600_000 + stopped * 1000).toISOString();
  return { dueAt, steps: [...steps, { step: 'due', at: dueAt }] };
}

/**
 * The time that stood still from a question to its answer. The day of the answer is to the rest of a period in days what
 * the day of receipt is to the whole: it does not count. A period in hours that has not begun does not stop.
 */
export function stoppedBetween(
  { receivedAt, from, to }: { receivedAt: string; from: string; to: string },
  calendar: Calendar,
): Stopped {
  const [asked, answered] = [Date.parse(from), Date.parse(to)];
  const began = Math.max(asked, hoursBegin(Date.parse(receivedAt), calendar));
  return {
    days: Math.max(0, daysBetween(dayAt(asked, calendar), dayAt(answered, calendar))),
    seconds: Math.max(0, Math.ceil((answered - began) / 1000)),
  };
}

export const addStopped = (a: Stopped = never, b: Stopped = never): Stopped => ({
  days: a.days + b.days,
  seconds: a.seconds + b.seconds,
});

/**
 * Whether a period of so many days is over no sooner than another that begins with it, by any calendar: of two periods in
 * days the longer never ends first. Hours begin up to an hour late, and a day may be an hour short.
 */
export function isAsLong(days: number, than: Term): boolean {
  return 'days' in than ? days >= than.days : days * 24 >= than.hours + 2;
}

const inHours = (period: Term) => ('days' in period ? period.days * 24 : period.hours);

/** The terms as hours, for those who count no calendar: what a period in days is without its weekends and holidays. */
export function hoursOfTerms({ Routine, Emergency }: { Routine: Term; Emergency: Term }): {
  Routine: number;
  Emergency: number;
} {
  return { Routine: inHours(Routine), Emergency: inHours(Emergency) };
}
