import { utc, type WallMs } from './zone.ts';

/**
 * When a line of a log is from, as its beginning says:
 *
 *   Nov 20 09:00:00                         RFC 3164 section 4.1.2: no year, no zone
 *   Nov 20 09:00:00.123456                  the same from `journalctl -o short-precise`
 *   Nov 20 2026 09:00:00                    with a year, as some write it
 *   Fri Nov 20 09:00:00 2026                OpenWrt's `logread`
 *   2026-11-20T09:00:00.123456+01:00        RFC 3339: rsyslog in Debian 12 and Ubuntu 24.04, `journalctl -o short-iso`
 *   2026-11-20 09:00:00                     no zone
 *   Fri 2026-11-20 09:00:00 UTC             `journalctl -o short-full`
 *   1795165200.123456                       `journalctl -o short-unix`
 *
 * and before any of them a priority, `<38>` (RFC 3164 section 4.1.1). RFC 5424 has its own header (core/events/syslog.ts).
 */
export type Stamp =
  | { is: 'instant'; ms: number }
  /** Names no zone. */
  | { is: 'wall'; wall: WallMs }
  /** Names neither zone nor year: what a clock showed in a year with every day there is. */
  | { is: 'yearless'; wall: WallMs }
  /** Has the form of a stamp, and no calendar has it. */
  | { is: 'impossible' };

/** A year that has every day. */
export const LEAP_YEAR = 2000;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAYS = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const TIME = String.raw`(?<hour>\d{2}):(?<minute>\d{2}):(?<second>\d{2})(?:[.,](?<fraction>\d{1,9}))?`;

const BSD = new RegExp(
  String.raw`^(?:${DAYS} )?(?<monthName>[A-Z][a-z]{2}) {1,2}(?<day>\d{1,2}) (?:(?<year>\d{4}) )?${TIME}:? `,
);
const CTIME = new RegExp(
  String.raw`^${DAYS} (?<monthName>[A-Z][a-z]{2}) {1,2}(?<day>\d{1,2}) ${TIME} (?<year>\d{4}) `,
);
const ISO = new RegExp(
  String.raw`^(?:${DAYS} )?(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})[T ]${TIME}(?: ?(?<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)| [A-Z]{3,5})? `,
);
const UNIX = /^(?<seconds>\d{9,11})\.(?<fraction>\d{6}) /;
const PRIORITY = /^<\d{1,3}>/;

/** A line's stamp and what follows it. @returns undefined where a line begins with none */
export function readStamp(line: string): { stamp: Stamp; rest: string } | undefined {
  const text = line.replace(PRIORITY, '');
  const found = ISO.exec(text) ?? CTIME.exec(text) ?? BSD.exec(text);
  if (found === null) return unixStamp(text);
  return { stamp: stampOf(found.groups ?? {}), rest: text.slice(found[0].length) };
}

/** A stamp by itself, as RFC 5424 has it. */
export function stampIn(text: string): Stamp | undefined {
  const found = ISO.exec(`${text} `);
  return found?.[0].length === text.length + 1 ? stampOf(found.groups ?? {}) : undefined;
}

function unixStamp(text: string): { stamp: Stamp; rest: string } | undefined {
  const found = UNIX.exec(text);
  if (found === null) return undefined;
  const { seconds, fraction = '' } = found.groups ?? {};
  return {
    stamp: { is: 'instant', ms: Number(seconds) * 1000 + msOf(fraction) },
    rest: text.slice(found[0].length),
  };
}

/** Digits after the point, cut to milliseconds: what was is not made later than it was. */
function msOf(fraction: string): number {
  return Number(fraction.slice(0, 3).padEnd(3, '0'));
}

type Groups = Record<string, string | undefined>;

function stampOf(groups: Groups): Stamp {
  const { monthName = '', year, zone } = groups;
  const month = monthName === '' ? Number(groups.month) : MONTHS.indexOf(monthName) + 1;
  const wall = wallTime(year === undefined ? LEAP_YEAR : Number(year), month, groups);
  if (wall === undefined) return { is: 'impossible' };
  if (year === undefined) return { is: 'yearless', wall };
  if (zone === undefined) return { is: 'wall', wall };
  const offset = offsetMs(zone);
  return offset === undefined ? { is: 'impossible' } : { is: 'instant', ms: wall - offset };
}

function wallTime(year: number, month: number, groups: Groups): WallMs | undefined {
  const { day, hour, minute, second, fraction = '' } = groups;
  // No leap seconds: what shows them as :60 cannot be an instant of ours.
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const time = ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000 + msOf(fraction);
  const wall = utc(year, month, Number(day), time);
  const date = new Date(wall);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === Number(day) ? wall : undefined;
}

function offsetMs(zone: string): number | undefined {
  if (!/^[+-]/.test(zone)) return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = zone.length > 3 ? Number(zone.slice(-2)) : 0;
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
