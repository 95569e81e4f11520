import { CsvError, parse } from 'csv-parse/sync';
import { EventError } from './identity.ts';
import { ReadingError } from './reader.ts';

/**
 * The rows of a CSV file (RFC 4180), line by line. Excel writes `;` between values where the comma is in numbers, others
 * write tabs: the first line says which, or a line before it does (`sep=;`).
 *
 * A value with a line break in it is refused, with all lines that it runs over: none of ours can have one, and its second
 * line could read as somebody else's row. A quote where none can be stops the file, in which nobody knows any more which
 * lines are rows.
 */
const separators = [',', ';', '\t'] as const;
type Separator = (typeof separators)[number];

/** What a line says that stands before the header, for Excel: `sep=;`. */
export function separatorLine(line: string): Separator | undefined {
  return separators.find((each) => line.trimEnd() === `sep=${each}` || line === `sep=${each}`);
}

/** The names in a header; none where a line is none. */
export function headerCells(line: string): string[] {
  // Names as people and programs give them. A line of a log has signs that are in no name: its time has colons.
  if (!/^[\p{L}\p{N}_ .@/()",;\t-]{1,4096}$/u.test(line)) return [];
  try {
    const cells = split(line, separatorIn(line)) ?? [];
    return cells.length > 1 ? cells : [];
  } catch (error) {
    if (error instanceof ReadingError) return [];
    throw error;
  }
}

/** The one that parts most. */
function separatorIn(line: string): Separator {
  const counts = separators.map((each) => line.split(each).length);
  return separators[counts.indexOf(Math.max(...counts))] ?? ',';
}

/**
 * Splits the lines of one file, in their order.
 *
 * @returns for each the values of its row; undefined for a line that only says what parts values
 * @throws EventError line-break; ReadingError quotes-invalid
 */
export function rowSplitter(): (line: string) => string[] | undefined {
  let separator: Separator | undefined;
  let isOpen = false;
  return (line) => {
    if (separator === undefined) {
      separator = separatorLine(line);
      if (separator !== undefined) return undefined;
      separator = separatorIn(line);
    }
    // What follows an open quote is as if it began with one.
    const values = split(isOpen ? `"${line}` : line, separator);
    const wasOpen = isOpen;
    isOpen = values === undefined;
    if (values === undefined || wasOpen) throw new EventError('line-break');
    return values;
  };
}

/** @returns undefined where a quote is open at the end. @throws ReadingError quotes-invalid */
function split(line: string, delimiter: Separator): string[] | undefined {
  try {
    // No line holds its end, so there is one row.
    const [row = []]: string[][] = parse(line, { delimiter, record_delimiter: '\n' });
    return row;
  } catch (error) {
    // Its messages quote what they found.
    if (!(error instanceof CsvError)) throw error;
    if (error.code === 'CSV_QUOTE_NOT_CLOSED') return undefined;
    throw new ReadingError('quotes-invalid');
  }
}
