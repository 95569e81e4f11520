import { stringify } from 'csv-stringify/sync';
import type { DisclosedRecord } from '#core/categories/categories.ts';
import { namesIn } from '#core/exhaustive.ts';

/**
 * Records for a spreadsheet: RFC 4180, with a byte order mark so that it is read as UTF-8. A cell that a spreadsheet
 * would take for a formula gets an apostrophe before it; numbers, which begin with `+`, are such cells.
 */
const columns = namesIn({
  subject: true,
  category: true,
  at: true,
  ip: true,
  port: true,
  phone: true,
  validFrom: true,
  validTo: true,
  outcome: true,
} satisfies Record<FieldOf<DisclosedRecord>, true>);

/** A field of any record: one that has no column does not compile. */
type FieldOf<R> = R extends unknown ? keyof R : never;

/** The first line: the wire's own names. */
export const csvHead = `\ufeff${csvOf([columns])}`;

/** The lines of some records, to follow the head or other records. */
export function csvRows(records: readonly DisclosedRecord[]): string {
  return csvOf(records.map((record) => columns.map((name) => cell({ ...record }, name))));
}

function cell(record: Record<string, unknown>, name: string): string {
  const value = record[name];
  return value === undefined ? '' : String(value);
}

function csvOf(rows: readonly (readonly string[])[]): string {
  return stringify(
    rows.map((row) => [...row]),
    // Either half of a line's end, inside a cell, ends the line for some reader.
    { escape_formulas: true, record_delimiter: 'windows', quoted_match: /[\r\n]/ },
  );
}
