import { parseInstant, statedInstant, wireInstant } from '#core/instant.ts';

/**
 * Instants as people write them. A date alone means the midnight that begins this day in the reader's time zone, since
 * orders name days of their own country. The command always shows the instant in UTC, which is the one that is signed.
 */
const DAY = /^\d{4}-\d{2}-\d{2}$/;
/** ISO 8601 with an offset. The wire takes UTC only. */
const WITH_OFFSET = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

/** @returns the instant as the wire has it; undefined for what is neither a day nor an instant of 1970 or later */
export function instantOf(text: string): string | undefined {
  const read = readInstant(text);
  return read !== undefined && statedInstant.safeParse(read).success ? read : undefined;
}

/** What is wrong with a text as an instant, in words that follow it; undefined where nothing is. */
export function instantFault(text: string): string | undefined {
  if (instantOf(text) !== undefined) return undefined;
  if (readInstant(text) !== undefined) return 'lies before 1970: write the year with its four digits';
  return `is no time: give ${instantHelp}`;
}

function readInstant(text: string): string | undefined {
  if (parseInstant(text) !== undefined) return text;
  if (DAY.test(text)) {
    // JavaScript takes the 30th of February for a day of March.
    if (parseInstant(`${text}T00:00:00Z`) === undefined) return undefined;
    // As text, without a zone: `new Date(50, 0, 1)` would be a day of 1950.
    return wire(new Date(`${text}T00:00:00`));
  }
  const [, date = ''] = WITH_OFFSET.exec(text) ?? [];
  if (parseInstant(`${date}T00:00:00Z`) === undefined) return undefined;
  return wire(new Date(text));
}

/** A zone can take the first and the last day out of the years 0000 to 9999, which have no instant on the wire. */
function wire(at: Date): string | undefined {
  const canonical = Number.isNaN(at.getTime()) ? undefined : parseInstant(at.toISOString());
  return canonical === undefined ? undefined : wireInstant(canonical);
}

export const instantHelp = 'a day (2026-11-20) or an instant (2026-11-20T09:00:00Z)';
/** The same, within a question. */
export const instantHint = '2026-11-20, or 2026-11-20T09:00:00Z';

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/**
 * The day of an instant where the reader is, with its weekday, by which people notice a slip: `Fri 20 Nov 2026`. An instant
 * that begins no day has its time behind it: `Fri 20 Nov 2026, 09:30`.
 */
export function daySaid(instant: string): string {
  const at = new Date(instant);
  const day = `${weekdays[at.getDay()]} ${at.getDate()} ${months[at.getMonth()]} ${at.getFullYear()}`;
  return isMidnight(at) ? day : `${day}, ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** Whether this instant begins its day here. Where the clock is put forward at midnight, the day begins at one. */
function isMidnight(at: Date): boolean {
  const before = new Date(at.getTime() - 1);
  return before.getDate() !== at.getDate();
}

const two = (n: number) => String(n).padStart(2, '0');
