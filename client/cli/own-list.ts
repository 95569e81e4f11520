import { stripVTControlCharacters } from 'node:util';
import { printable } from '#client/printable.ts';
import { grouped } from '#core/grouped.ts';
import { counted } from './common.ts';
import { table } from './format.ts';
import { shortIds } from './named-case.ts';

/** How an officer's lists look: one line each, within the width of the terminal, and what there is in all. */
export interface OwnLine {
  id: string;
  reference: string;
  status: string;
  /** Until when something is to happen, or to be done. */
  due: string;
}

/** @param width of the terminal: a reference that does not fit is cut, and ends in … */
export function ownList(lines: readonly OwnLine[], width: number): string {
  const short = shortIds(lines.map(({ id }) => id));
  const rows = lines.map(({ due, status, id, reference }) => [
    due,
    status,
    printable(short.get(id) ?? id),
    printable(reference),
  ]);
  const used = [0, 1, 2].reduce(
    (sum, i) => sum + 2 + Math.max(6, ...rows.map((row) => stripVTControlCharacters(row[i] ?? '').length)),
    0,
  );
  const left = Math.max(9, width - used);
  return table(
    ['due', 'status', 'id', 'reference'],
    rows.map(([due = '', status = '', id = '', reference = '']) => [due, status, id, cut(reference, left)]),
  );
}

/** A text of so many characters at most. */
function cut(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
}

/** The width of the terminal; of a file or a pipe, 80. */
export const terminalWidth = () => process.stdout.columns ?? 80;

/** `3 requests: 2 AwaitingApproval, 1 Disclosed`. */
export function totals(what: string, lines: readonly { status: string }[]): string {
  const byStatus = grouped(lines, ({ status }) => status);
  const parts = [...byStatus].map(([status, some]) => `${some.length} ${status}`);
  return `${counted(lines.length, what)}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}`;
}
