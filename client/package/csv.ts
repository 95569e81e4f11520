import type { DisclosedRecord } from '#core/categories/categories.ts';
import type { NamedSubject } from '#core/disclosure/package.ts';
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

/** As the request names the subject, beside its number: only where the package says so. */
const named = { kind: 'subjectKind', value: 'subjectValue' } as const;

/** A table's first line, and the lines of records to follow it or other records. */
export interface Table {
  /** The wire's own names. */
  head: string;
  rows(records: readonly DisclosedRecord[]): string;
}

/** @param subjects as the package names them, if it does */
export function tableOf(subjects: readonly NamedSubject[] | undefined): Table {
  const all = columns.flatMap((name): string[] =>
    name === 'subject' && subjects !== undefined ? [name, named.kind, named.value] : [name],
  );
  return {
    head: `\ufeff${csvOf([all])}`,
    rows: (records) =>
      csvOf(
        records.map((record) => {
          const { kind, value } = subjects?.find((each) => each.subject === record.subject) ?? {};
          return all.map((name) => cell({ ...record, [named.kind]: kind, [named.value]: value }, name));
        }),
      ),
  };
}

function cell(record: Record<string, unknown>, name: string): string {
  const value = record[name];
  return value === undefined ? '' : String(value);
}

const csvOf = (rows: readonly (readonly string[])[]) =>
  rows.map((row) => `${row.map((text) => quoted(harmless(text))).join(',')}\r\n`).join('');

/** What a spreadsheet takes for a formula begins so, or with the full-width form that some take for the same. */
const harmless = (text: string) => (/^[=+\-@\t\r＝＋－＠]/.test(text) ? `'${text}` : text);

/** Either half of a line's end, inside a cell, ends the line for some reader. */
const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
