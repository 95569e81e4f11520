/**
 * How long a case has, written a second time: from Regulation (EEC, Euratom) 1182/71 Art. 3 and Regulation (EU) 2023/1543
 * Art. 10 and not from the code. It walks from hour to hour and asks what the clocks of Berlin show; it knows no calendar
 * but the nationwide holidays of Germany that lie in the model's years.
 */
import type { Known } from './known.ts';

const hour = 3_600_000;
const holidays =
  '12-25 12-26 01-01 05-01 10-03 2027-03-26 2027-03-29 2027-05-06 2027-05-17 2028-04-14 2028-04-17 2028-05-25 2028-06-05 2029-03-30 2029-04-02 2029-05-10 2029-05-21';
const berlin = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin' });
const dates = new Map<number, string>();
/** Clocks show another date from a full hour on. */
function dateIn(ms: number): string {
  const at = Math.floor(ms / hour);
  const known = dates.get(at) ?? berlin.format(ms);
  dates.set(at, known);
  return known;
}

function works(date: string): boolean {
  const weekday = new Date(`${date}T12:00:00Z`).getUTCDay();
  if (weekday === 0 || weekday === 6) return false;
  return !holidays.split(' ').some((day) => day === date || day === date.slice(5));
}

/** The beginning of the first hour after an instant, at which Berlin shows another date. */
function midnightAfter(ms: number): number {
  const date = dateIn(ms);
  let next = Math.floor(ms / hour) * hour + hour;
  while (dateIn(next) === date) next += hour;
  return next;
}

/** So many days after the day of an instant: 24:00 of the last, put off to a working day where the law does. */
export function daysFrom(ms: number, days: number, isPutOff = true): number {
  let end = midnightAfter(ms);
  let working = 0;
  for (let day = 1; ; day++) {
    const date = dateIn(end);
    if (works(date)) working++;
    end = midnightAfter(end);
    if (day >= days && (!isPutOff || (works(date) && (days < 2 || working >= 2)))) return end;
  }
}

export const begins = (received: number) => Math.floor(received / hour) * hour + hour;

/** When the answer is due: ten days, in an emergency eight hours, and what stood still besides. */
export function dueOf({ priority, received, stopped }: Known): number {
  if (priority === 'Emergency') return begins(received) + 8 * hour + stopped.ms;
  return daysFrom(received, 10 + stopped.days);
}

/** When a case that nobody decides ends: after sixty days, and not before it is due. */
export function endOf(known: Known): number {
  return Math.max(daysFrom(known.received, 60), dueOf(known));
}

/** The agency answers: the time stood still since it was asked, unless it was over by then. */
export function goesOn(known: Known, now: number): void {
  const { askedAt = now, received } = known;
  if (askedAt < dueOf(known)) {
    let days = 0;
    for (let at = askedAt; dateIn(at) !== dateIn(now); at = midnightAfter(at)) days++;
    const seconds = Math.max(0, Math.ceil((now - Math.max(askedAt, begins(received))) / 1000));
    known.stopped = { days: known.stopped.days + days, ms: known.stopped.ms + seconds * 1000 };
  }
  known.askedAt = undefined;
}

/** How many quarters of the time are over. */
export function quartersOf(known: Known, now: number): number {
  const until = known.askedAt === undefined ? now : Math.min(now, known.askedAt);
  const from = known.received + known.stopped.ms;
  return Math.min(4, Math.floor(((until - from) * 4) / (dueOf(known) - from)));
}
