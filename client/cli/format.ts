import { stripVTControlCharacters, styleText } from 'node:util';
import { printable } from '#client/printable.ts';
import { parseInstant } from '#core/instant.ts';
import { displayWidth, shortened } from './width.ts';

/** How commands show values to people. */

/** An instant in the reader's time zone, and in UTC where that differs. */
export function when(iso: string): string {
  if (parseInstant(iso) === undefined) return printable(iso);
  const at = new Date(iso);
  const here = clock(at, at.getTimezoneOffset());
  const there = clock(at, 0);
  if (here.date === there.date && here.time === there.time) return `${there.date} ${there.time} UTC`;
  const utc = here.date === there.date ? there.time : `${there.date} ${there.time}`;
  return `${here.date} ${here.time} ${zoneOf(at)} (${utc} UTC)`;
}

/** @param behindMinutes how far a zone's clock is behind UTC */
function clock(at: Date, behindMinutes: number) {
  // Years before 100 keep their four digits: Intl would write 50, and for the year 0000 it would write 1.
  const [date = '', time = ''] = new Date(at.getTime() - behindMinutes * 60_000).toISOString().split('T');
  return { date, time: time.slice(0, 'HH:MM'.length) };
}

function zoneOf(at: Date): string {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' }).formatToParts(at);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
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

/** Names and values, each below the one before; a value of several lines stays in its column. One that is undefined is left out. */
export function fields(of: Record<string, string | number | undefined>): string {
  const rows = Object.entries(of).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
  const width = Math.max(0, ...rows.map(({ name }) => name.length));
  return rows
    .map(({ name, value }) => {
      const below = String(value).replaceAll('\n', `\n${' '.repeat(width + 2)}`);
      return `${`${name}:`.padEnd(width + 2)}${below}\n`;
    })
    .join('');
}

/** Rows below a head, in columns as wide as their longest cell. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const shown = (text: string) => displayWidth(stripVTControlCharacters(text));
  const widths = head.map((name, i) => Math.max(name.length, ...rows.map((row) => shown(row[i] ?? ''))));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => (i === row.length - 1 ? cell : cell + ' '.repeat((widths[i] ?? 0) - shown(cell))))
      .join('  ')
      .trimEnd();
  return [faint(line(head)), ...rows.map(line), ''].join('\n');
}

/**
 * The same, no wider than a terminal: columns that may be shortened are, the widest first, until the lines fit or each has
 * the least that it takes. Without a terminal nothing is shortened.
 *
 * @param least of each column that may be shortened, how many columns of the terminal it keeps
 */
export function fitted(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  least: Readonly<Record<string, number>>,
  width = process.stdout.isTTY ? process.stdout.columns : undefined,
): string {
  if (width === undefined) return table(head, rows);
  const widths = head.map((_, i) =>
    Math.max(...[head, ...rows].map((row) => displayWidth(stripVTControlCharacters(row[i] ?? '')))),
  );
  const mayGive = (i: number) => Math.max(0, (widths[i] ?? 0) - (least[head[i] ?? ''] ?? Infinity));
  let over = widths.reduce((sum, each) => sum + each + 2, -2) - width;
  while (over > 0) {
    const [widest] = head
      .map((_, i) => i)
      .filter((i) => mayGive(i) > 0)
      .toSorted((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0));
    if (widest === undefined) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    over--;
  }
  const cut = (row: readonly string[]) =>
    row.map((cell, i) => (Object.hasOwn(least, head[i] ?? '') ? shortened(cell, widths[i] ?? 0) : cell));
  return table(cut(head), rows.map(cut));
}

const faint = (text: string) => styleText('dim', text, { stream: process.stdout });
export const strong = (text: string) => styleText('bold', text, { stream: process.stdout });

/** Thumbprints, one a line, for a person to compare by telephone. */
export function thumbprints(keys: Iterable<string>): string {
  return [...keys].map((key) => `  ${key}`).join('\n');
}
