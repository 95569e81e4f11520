import { EventError } from './identity.ts';
import { ReadingError } from './reader.ts';
import { aheadMs } from './retention.ts';
import { LEAP_YEAR, type Stamp } from './stamp.ts';
import { instantsOf, utc, type WallMs, wallOf } from './zone.ts';

/**
 * When the lines of a file are from, where their stamps name no zone or no year.
 *
 * The zone is given. The year follows the lines, which a log has in the order of time but for a little disorder: each
 * stamp is in the year in which it is nearest to the latest before it. So a file may run across any number of New Years,
 * and a line of 31 December may stand behind one of 1 January. What would be more than a day before the lines before it
 * cannot be placed: the lines are of two files in the wrong order, or of a clock that was wrong.
 *
 * The years are counted from the first stamp's. Which that is decides the last: the latest that is not ahead of our clock
 * by more than the backend's clocks may be.
 */

const DAY_MS = 24 * 3_600_000;
const YEAR_MS = 366 * DAY_MS;

/** How far behind the latest of the lines before it a line may be. */
const DISORDER_MS = DAY_MS;

/** How far two zones' clocks can be apart: from UTC-12 to UTC+14. */
const ZONES_APART_MS = 26 * 3_600_000;

/** How much earlier a line may be than the one before it, and still be taken for the first of an hour that comes twice. */
const TWICE_DISORDER_MS = 60_000;

/** A time of the year, as in a leap year, and how many New Years lie between the file's first stamp and it. */
interface Point {
  newYears: number;
  wall: WallMs;
}

/** The point nearest to another at a time of the year, and how much later it is. */
function nearest(to: Point, wall: WallMs): { point: Point; laterMs: number } {
  const laterMs = wall - to.wall;
  const turn = laterMs < -YEAR_MS / 2 ? 1 : laterMs >= YEAR_MS / 2 ? -1 : 0;
  return { point: { newYears: to.newYears + turn, wall }, laterMs: laterMs + turn * YEAR_MS };
}

/** The same time of the year in a leap year, and the year. */
function splitYear(wall: WallMs): { year: number; wall: WallMs } {
  const date = new Date(wall);
  return { year: date.getUTCFullYear(), wall: inYear(wall, LEAP_YEAR) ?? wall };
}

/** A time of the year in another year. @returns undefined for 29 February in a year that has none */
function inYear(wall: WallMs, year: number): WallMs | undefined {
  const date = new Date(wall);
  const [month, day] = [date.getUTCMonth() + 1, date.getUTCDate()];
  const moved = utc(year, month, day, ((wall % DAY_MS) + DAY_MS) % DAY_MS);
  return new Date(moved).getUTCDate() === day ? moved : undefined;
}

/** Where a stamp that names a year and a zone stands among those that do not. */
function known(stamp: Stamp, zone: string): { year: number; wall: WallMs } | undefined {
  if (stamp.is === 'instant') return splitYear(wallOf(zone, stamp.ms));
  return stamp.is === 'wall' ? splitYear(stamp.wall) : undefined;
}

/** What a file's stamps say of its years. */
export interface Years {
  first: number;
  last: number;
}

/** Why the years cannot be told: no stamp needs one, or the latest stamp is just ahead of our clock. */
export type NoYears = 'none-needed' | 'doubtful';

/**
 * Looks at every stamp of a file, in the order of its lines, for the year of the first.
 *
 * @param zone of stamps that name none
 */
export function yearFinder(zone: string): {
  see(stamp: Stamp): void;
  years(now: string, first?: number): Years | NoYears;
} {
  let latest: Point | undefined;
  let isNeeded = false;
  /** The first stamp's year, where a later stamp names one. */
  let anchor: number | undefined;
  const leapDays = new Set<number>();
  return {
    see(stamp) {
      const named = known(stamp, zone);
      if (named !== undefined) {
        const { point } = nearest(latest ?? { newYears: 0, wall: named.wall }, named.wall);
        anchor ??= named.year - point.newYears;
        latest = { newYears: named.year - anchor, wall: named.wall };
      } else if (stamp.is === 'yearless') {
        isNeeded = true;
        const { point, laterMs } = nearest(latest ?? { newYears: 0, wall: stamp.wall }, stamp.wall);
        if (laterMs < -DISORDER_MS) return;
        if (isLeapDay(stamp.wall)) leapDays.add(point.newYears);
        if (latest === undefined || laterMs > 0) latest = point;
      }
    },
    years(now, given) {
      if (!isNeeded || latest === undefined) return 'none-needed';
      const { newYears, wall } = latest;
      const span = (first: number): Years => ({ first, last: first + newYears });
      const known = given ?? anchor;
      if (known !== undefined) return span(known);
      const fits = (first: number) =>
        [...leapDays].every((at) => isLeap(first + at)) && inYear(wall, first + newYears) !== undefined;
      const aheadOf = (first: number) =>
        about(zone, inYear(wall, first + newYears) ?? 0) - Date.parse(now) - aheadMs;
      const latestYear = new Date(now).getUTCFullYear() + 1 - newYears;
      // 29 February comes back in 8 years at most.
      const firsts = Array.from({ length: 10 }, (_, i) => latestYear - i).filter(fits);
      const first = firsts.find((year) => aheadOf(year) <= 0);
      const next = firsts.findLast((year) => aheadOf(year) > 0);
      if (next !== undefined && aheadOf(next) <= ZONES_APART_MS) return 'doubtful';
      return first === undefined ? 'doubtful' : span(first);
    },
  };
}

function isLeapDay(wall: WallMs): boolean {
  const date = new Date(wall);
  return date.getUTCMonth() === 1 && date.getUTCDate() === 29;
}

function isLeap(year: number): boolean {
  return inYear(Date.UTC(LEAP_YEAR, 1, 29), year) !== undefined;
}

/** An instant at which a zone's clocks show a time, or would if they were not put forward over it. */
function about(zone: string, wall: WallMs): number {
  const [first] = instantsOf(zone, wall);
  return first ?? wall - (wallOf(zone, wall - DAY_MS) - (wall - DAY_MS));
}

/** An instant, and whether it was chosen of two that a clock showed alike. */
export interface Placed {
  at: string;
  isOfTwo: boolean;
}

/**
 * Takes every stamp of a file in the order of its lines, and says when each was.
 *
 * @param options.zone of stamps that name none
 * @param options.year of the first stamp that names none
 * @returns a function of which the caller asks only where the time matters. It throws EventError `at-invalid`, ReadingError
 */
export function placer({
  zone,
  year,
}: {
  zone?: string | undefined;
  year?: number | undefined;
}): (stamp: Stamp) => () => Placed {
  let latest: Point | undefined;
  let latestMs = -Infinity;

  /** Moves on, and gives the year and whether the line stands where it can. */
  function follow(stamp: Stamp): { year: number; isInOrder: boolean } | undefined {
    if (zone === undefined) return undefined;
    const named = known(stamp, zone);
    if (named !== undefined) {
      if (year !== undefined) latest = { newYears: named.year - year, wall: named.wall };
      return { year: named.year, isInOrder: true };
    }
    if (stamp.is !== 'yearless' || year === undefined) return undefined;
    const { point, laterMs } = nearest(latest ?? { newYears: 0, wall: stamp.wall }, stamp.wall);
    const isInOrder = laterMs >= -DISORDER_MS;
    if (latest === undefined || laterMs > 0) latest = point;
    return { year: year + point.newYears, isInOrder };
  }

  function placed(stamp: Stamp, followed: ReturnType<typeof follow>): { ms: number; isOfTwo: boolean } {
    if (stamp.is === 'impossible') throw new EventError('at-invalid');
    if (stamp.is === 'instant') return { ms: stamp.ms, isOfTwo: false };
    if (zone === undefined) throw new ReadingError('zone-needed');
    if (stamp.is === 'wall') return inZone(zone, stamp.wall);
    if (followed === undefined) throw new ReadingError('year-needed');
    if (!followed.isInOrder) throw new ReadingError('time-disorder');
    const wall = inYear(stamp.wall, followed.year);
    if (wall === undefined) throw new ReadingError('day-not-in-year');
    return inZone(zone, wall);
  }

  function inZone(name: string, wall: WallMs): { ms: number; isOfTwo: boolean } {
    const [first, second] = instantsOf(name, wall);
    if (first === undefined) throw new ReadingError('time-in-gap');
    if (second === undefined) return { ms: first, isOfTwo: false };
    // The first, unless the lines before it are later already.
    return { ms: first >= latestMs - TWICE_DISORDER_MS ? first : second, isOfTwo: true };
  }

  return (stamp) => {
    const followed = follow(stamp);
    return () => {
      const { ms, isOfTwo } = placed(stamp, followed);
      latestMs = Math.max(latestMs, ms);
      const date = new Date(ms);
      if (Number.isNaN(date.getTime()) || date.getUTCFullYear() < 0 || date.getUTCFullYear() > 9999)
        throw new EventError('at-invalid');
      return { at: date.toISOString(), isOfTwo };
    };
  };
}
