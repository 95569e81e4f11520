import { stripVTControlCharacters, styleText } from 'node:util';
import { plain } from '#client/plain.ts';

/** How commands show values to people. */

/** An instant in the reader's time zone, and in UTC where that differs. */
export function when(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return plain(iso);
  const here = clock(at);
  const there = clock(at, 'UTC');
  if (here.date === there.date && here.time === there.time) return `${there.date} ${there.time} UTC`;
  const utc = here.date === there.date ? there.time : `${there.date} ${there.time}`;
  return `${here.date} ${here.time} ${here.zone} (${utc} UTC)`;
}

function clock(at: Date, timeZone?: string) {
  const parts = new Intl.DateTimeFormat('en-GB', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
    ...(timeZone === undefined ? {} : { timeZone }),
  }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value ?? '';
  return {
    date: `${part('year')}-${part('month')}-${part('day')}`,
    time: `${part('hour')}:${part('minute')}`,
    zone: part('timeZoneName'),
  };
}

/** How long from now until an instant, or since it: `in 9 days`, `3 hours ago`. */
export function until(iso: string, now = Date.now()): string {
  const ms = Date.parse(iso) - now;
  const [unit, size] =
    Math.abs(ms) >= 2 * 86_400_000
      ? (['day', 86_400_000] as const)
      : Math.abs(ms) >= 2 * 3_600_000
        ? (['hour', 3_600_000] as const)
        : (['minute', 60_000] as const);
  return new Intl.RelativeTimeFormat('en', { numeric: 'always' }).format(Math.round(ms / size), unit);
}

/** Names and values, one a line. A value that is undefined is left out. */
export function fields(of: Record<string, string | number | undefined>): string {
  const rows = Object.entries(of).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
  const width = Math.max(0, ...rows.map(({ name }) => name.length));
  return rows.map(({ name, value }) => `${`${name}:`.padEnd(width + 2)}${value}\n`).join('');
}

/** Rows below a head, in columns as wide as their longest cell. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const shown = (text: string) => stripVTControlCharacters(text).length;
  const widths = head.map((name, i) => Math.max(name.length, ...rows.map((row) => shown(row[i] ?? ''))));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => (i === row.length - 1 ? cell : cell + ' '.repeat((widths[i] ?? 0) - shown(cell))))
      .join('  ')
      .trimEnd();
  return [faint(line(head)), ...rows.map(line), ''].join('\n');
}

const faint = (text: string) => styleText('dim', text, { stream: process.stdout });
export const strong = (text: string) => styleText('bold', text, { stream: process.stdout });

/** Thumbprints, one a line, for a person to compare by telephone. */
export function thumbprints(keys: Iterable<string>): string {
  return [...keys].map((key) => `  ${key}`).join('\n');
}
