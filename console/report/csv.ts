import type { Figure } from '#core/log/report/bands.ts';
import type { FigureTable } from './tables.ts';

/**
 * A table for a spreadsheet: RFC 4180, with a byte order mark so that it is read as UTF-8. Numbers are plain. A range has a
 * dash and no hyphen, since a spreadsheet takes `1-4` for a day; what is not given is empty.
 */
export function csvOf({ first, columns, rows }: FigureTable): string {
  const lines = [
    [first, ...columns],
    ...rows.map(({ name, figures }) => [name, ...figures.map(plainFigure)]),
  ];
  return `\ufeff${lines.map((cells) => `${cells.map(cell).join(',')}\r\n`).join('')}`;
}

function plainFigure(figure: Figure): string {
  if (figure === null) return '';
  return typeof figure === 'number' ? String(figure) : `${figure.from}–${figure.to}`;
}

/** What the log calls something may begin as a formula does, which a spreadsheet would run. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
