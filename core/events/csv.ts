import { headerCells, rowSplitter, separatorLine } from './csv-rows.ts';
import { fieldNames, isNothing, outcomeFrom } from './fields.ts';
import { EventError } from './identity.ts';
import { mapped } from './map.ts';
import { moments } from './moment.ts';
import { type EventReader, type LineOutcome, ReadingError, type ReadingOptions } from './reader.ts';

/**
 * CSV files whose first line names the columns:
 *
 *   account,at,ip,port
 *   alice,2026-11-20T09:00:00Z,192.0.2.1,40001
 *   "Smith, ""Al""",2026-11-20T09:00:00Z,2001:db8::1,40002
 *
 * Columns are those of the wire, in any order: `account`, `at`, and `ip` with `port`, `phone` or `username`; `outcome` is
 * `failed` for a try that failed, and otherwise empty. An empty value is none. Another column is refused, since content
 * would come in as one (I5), unless a map (`--map account=.user_id,…`) says which columns count.
 */
const columns: readonly string[] = [...fieldNames, 'outcome'];

export const csvRows: EventReader = {
  title: 'CSV with a header',
  recognises: (firstLine) =>
    separatorLine(firstLine) !== undefined ||
    headerCells(firstLine).some((name) => columns.includes(columnOf(name))),
  malformed: 'stops',
  begin: (options) => {
    const split = rowSplitter();
    let row: ((values: string[]) => LineOutcome) | undefined;
    return (text) => {
      const values = split(text);
      if (values === undefined) return { skipped: 'header' };
      if (row !== undefined) return row(values);
      row = options.map === undefined ? ownRows(values, options) : mappedRows(values, options);
      return { skipped: 'header' };
    };
  },
};

function ownRows(header: readonly string[], { failedToo, zone }: ReadingOptions) {
  const names = header.map(columnOf);
  const unknown = names.findIndex((name) => !columns.includes(name));
  if (unknown >= 0) throw new ReadingError('column-unknown', unknown + 1);
  checkDistinct(names);
  const has = (name: string) => names.includes(name);
  const says = (has('ip') && has('port')) || has('phone') || has('username');
  if (!has('account') || !has('at') || !says) throw new ReadingError('column-missing');
  const moment = moments(zone);
  return (values: readonly string[]): LineOutcome => {
    checkLength(values, names);
    const found = (name: string) => values[names.indexOf(name)];
    if (['ip', 'phone', 'username'].every((name) => isNothing(found(name))))
      throw new EventError('field-missing');
    const outcome = found('outcome');
    if (!isNothing(outcome) && outcome !== 'failed') throw new EventError('outcome-invalid');
    return outcomeFrom(found, moment, { failed: outcome === 'failed', failedToo });
  };
}

/** Each row as an object of texts, for a map to look into. */
function mappedRows(names: readonly string[], options: ReadingOptions) {
  checkDistinct(names);
  const read = mapped(options);
  return (values: readonly string[]): LineOutcome => {
    checkLength(values, names);
    return read(Object.fromEntries(names.map((name, i) => [name, values[i]])));
  };
}

const columnOf = (name: string) => name.trim().toLowerCase();

function checkDistinct(names: readonly string[]): void {
  const twice = names.findIndex((name, i) => names.indexOf(name) !== i);
  if (twice >= 0) throw new ReadingError('column-twice', twice + 1);
}

function checkLength(values: readonly string[], names: readonly string[]): void {
  if (values.length !== names.length) throw new EventError('row-length');
}
