/**
 * Time zones by their IANA names, and what a clock in one shows. `Intl` has the rules of the runtime's own copy of the
 * IANA time zone database.
 */

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'gregory',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
      era: 'short',
    });
    formats.set(zone, format);
  }
  return format;
}

/**
 * A zone's name as the database spells it.
 *
 * @returns undefined for an unknown name, and for a bare offset (`+01:00`): a place's clocks change, an offset's do not, so
 * half a year would be an hour out
 */
export function zoneNamed(name: string): string | undefined {
  if (!/^[A-Za-z]/.test(name)) return undefined;
  try {
    return formatOf(name).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

/** What a clock shows, as if it were one of UTC: milliseconds since 1970. */
export type WallMs = number;

const HOUR_MS = 3_600_000;

/** How far a zone's clocks are ahead of UTC in the hour of an instant. Transitions lie on quarters of an hour. */
const offsets = new Map<string, number>();
const QUARTER_MS = HOUR_MS / 4;

function offsetAt(zone: string, ms: number): number {
  const quarter = Math.floor(ms / QUARTER_MS) * QUARTER_MS;
  const key = `${zone} ${quarter}`;
  let offset = offsets.get(key);
  if (offset === undefined) {
    if (offsets.size > 10_000) offsets.clear();
    offset = wallAt(zone, quarter) - quarter;
    offsets.set(key, offset);
  }
  return offset;
}

function wallAt(zone: string, ms: number): WallMs {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, value]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes) => Number(parts.get(name));
  const year = parts.get('era') === 'BC' ? 1 - part('year') : part('year');
  return utc(
    year,
    part('month'),
    part('day'),
    part('hour') * HOUR_MS + part('minute') * 60_000 + part('second') * 1000,
  );
}

/** `Date.UTC`, which takes the years 0 to 99 for those of the last century. */
export function utc(year: number, month: number, day: number, ms: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime() + ms;
}

/** What a zone's clocks show at an instant. */
export function wallOf(zone: string, instantMs: number): WallMs {
  return instantMs + offsetAt(zone, instantMs);
}

/**
 * The instants at which a zone's clocks show a time: one; none in a gap, which they are put forward over; two where they
 * are put back, in order.
 */
export function instantsOf(zone: string, wall: WallMs): number[] {
  // No zone is a day from UTC, and none changes twice in two days.
  const around = [wall - 24 * HOUR_MS, wall + 24 * HOUR_MS].map((ms) => offsetAt(zone, ms));
  return [...new Set(around)]
    .map((offset) => wall - offset)
    .filter((ms) => wallOf(zone, ms) === wall)
    .sort((a, b) => a - b);
}
