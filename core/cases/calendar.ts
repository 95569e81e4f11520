import { z } from 'zod';
import { instantsOf, wallOf, zoneNamed } from '#core/events/zone.ts';
import { text } from '#core/text.ts';

/**
 * The days of a place: where its clocks stand, and which days are no working days there. Regulation (EEC, Euratom) No
 * 1182/71 Art. 2: working days are all but Saturdays, Sundays and the public holidays of the place where the act is done.
 * The policy holds the very days, so its hash covers them and anybody counts the same.
 */
export const calendarSchema = z.strictObject({
  /** An IANA time zone. */
  zone: z
    .string()
    .max(64)
    .refine((name) => zoneNamed(name) !== undefined, { error: 'no time zone of the IANA database' }),
  /** Whose public holidays these are, day by day, and through which day they are known. */
  holidays: z.strictObject({
    place: text(100),
    dates: z.array(z.iso.date()).max(1000),
    through: z.iso.date(),
  }),
  /** `next`: the hour in which a period in hours begins does not count (1182/71 Art. 3(1)). Otherwise it runs from its instant. */
  hoursFrom: z.literal('next').optional(),
  source: text(300).optional(),
});
export type Calendar = z.infer<typeof calendarSchema>;

/** A day of a calendar: `2026-11-27`. Their order as text is their order in time. */
export type Day = string;

const DAY_MS = 86_400_000;
const QUARTER_MS = 900_000;

/** A policy without a calendar counts days in UTC, and knows of no public holidays. */
export const plainCalendar: Calendar = {
  zone: 'UTC',
  holidays: { place: 'nowhere', dates: [], through: '9999-12-31' },
};

/** Why a day is no working day. */
export const restReasons = ['Saturday', 'Sunday', 'holiday'] as const;
export type RestReason = (typeof restReasons)[number];

/** @returns undefined for a working day, as far as the calendar knows */
export function restOn(day: Day, { holidays }: Calendar): RestReason | undefined {
  if (holidays.dates.includes(day)) return 'holiday';
  const weekday = new Date(day).getUTCDay();
  if (weekday === 6) return 'Saturday';
  return weekday === 0 ? 'Sunday' : undefined;
}

export function daysAfter(day: Day, n: number): Day {
  return new Date(Date.parse(day) + n * DAY_MS).toISOString().slice(0, 'YYYY-MM-DD'.length);
}

/** How many days lie between two: 1 from one day to the next. */
export function daysBetween(from: Day, to: Day): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);
}

/** The day that the place's clocks show at an instant. @param at Unix milliseconds */
export function dayAt(at: number, { zone }: Calendar): Day {
  return new Date(wallOf(zone, at)).toISOString().slice(0, 'YYYY-MM-DD'.length);
}

/**
 * The instant at which a day ends there: 24:00, which is the first instant of the next. Where clocks are put forward at
 * midnight, the next day begins at 01:00; where they are put back over it, it begins the first time.
 *
 * @returns Unix milliseconds
 */
export function endOf(day: Day, { zone }: Calendar): number {
  const midnight = Date.parse(daysAfter(day, 1));
  // A place that moved over the date line has no such day: what comes next is looked for through that day too.
  for (let wall = midnight; wall <= midnight + DAY_MS; wall += QUARTER_MS) {
    const [first] = instantsOf(zone, wall);
    if (first !== undefined) return first;
  }
  return midnight;
}

/** When a period in hours begins to run: with the next full hour of the place's clocks, or at once. @returns Unix milliseconds */
export function hoursBegin(at: number, { zone, hoursFrom }: Calendar): number {
  if (hoursFrom !== 'next') return at;
  const hour = 4 * QUARTER_MS;
  const wall = wallOf(zone, at);
  return at + hour - (((wall % hour) + hour) % hour);
}

/** By which days a policy counts. */
export const calendarOf = ({ calendar }: { calendar?: Calendar | undefined }): Calendar =>
  calendar ?? plainCalendar;
