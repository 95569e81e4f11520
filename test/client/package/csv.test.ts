import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { tableOf } from '#client/package/csv.ts';
import type { DisclosedRecord } from '#core/categories/categories.ts';
import { python } from '#dev/cloud/emulator.ts';

const table = tableOf(undefined);

/** Somebody else's reader: Python's. */
function read(tables: readonly string[]): string[][][] {
  const script = `
import csv, io, json, sys
tables = json.load(sys.stdin)
json.dump([list(csv.reader(io.StringIO(table, newline=""))) for table in tables], sys.stdout)
`;
  const options = { input: JSON.stringify(tables), encoding: 'utf8', maxBuffer: 1 << 28 } as const;
  return JSON.parse(execFileSync(python(), ['-c', script], options));
}

/** What a spreadsheet takes for a formula begins so, and so do the full-width forms that some fold. */
const dangerous = /^[=+\-@\t\r＝＋－＠]/u;
const escaped = (cell: string) => (dangerous.test(cell) ? `'${cell}` : cell);

const text = fc.oneof(
  fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed() && !text.includes('\0')),
  fc
    .tuple(fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', '"', ',', "'", '＝'), fc.string())
    .map(([first, rest]) => first + rest.replaceAll('\0', '')),
  fc.constantFrom('=cmd|calc!A0', '+4915112345678', '-1+1', '@SUM(1)', '"\r\n=1', 'a\n=1', 'a\r=1'),
);
const record: fc.Arbitrary<DisclosedRecord> = fc.oneof(
  fc.record({
    subject: fc.nat(99),
    category: fc.constant('SubscriberData' as const),
    phone: text,
    validFrom: text,
    validTo: text,
  }),
  fc.record({
    subject: fc.nat(99),
    category: fc.constant('UserIdentifyingData' as const),
    at: text,
    ip: text,
    port: fc.nat(65_535),
  }),
  fc.record(
    {
      subject: fc.nat(99),
      category: fc.constant('TrafficData' as const),
      at: text,
      ip: text,
      port: fc.nat(65_535),
      outcome: fc.constant('failed' as const),
    },
    { requiredKeys: ['subject', 'category', 'at', 'ip', 'port'] },
  ),
);

test('no cell of the table is a formula, and any reader gets back what was disclosed', () => {
  const samples = fc.sample(fc.array(record, { maxLength: 5 }), { numRuns: 400, seed: 8 });
  const tables = read(samples.map((records) => table.head.slice(1) + table.rows(records)));
  for (const [i, records] of samples.entries()) {
    const [head, ...rows] = tables[i] ?? [];
    assert.deepEqual(head, [
      'subject',
      'category',
      'at',
      'ip',
      'port',
      'phone',
      'validFrom',
      'validTo',
      'outcome',
    ]);
    assert.equal(rows.length, records.length, JSON.stringify(records));
    for (const [n, row] of rows.entries()) {
      for (const cell of row) assert.doesNotMatch(cell, dangerous);
      const value = records[n];
      assert.ok(value);
      const wanted =
        value.category === 'SubscriberData'
          ? [value.subject, value.category, '', '', '', value.phone, value.validFrom, value.validTo ?? '', '']
          : [
              value.subject,
              value.category,
              value.at,
              value.ip,
              value.port,
              '',
              '',
              '',
              'outcome' in value ? 'failed' : '',
            ];
      assert.deepEqual(
        row,
        wanted.map((cell) => escaped(String(cell))),
      );
    }
  }
});

test('the table begins with a byte order mark, ends its lines as spreadsheets expect, and can be made in parts', () => {
  const records = fc.sample(record, { numRuns: 6, seed: 9 });
  assert.equal(table.rows(records), table.rows(records.slice(0, 2)) + table.rows(records.slice(2)));
  assert.equal(table.rows([]), '');
  assert.ok(table.head.startsWith('\ufeffsubject,') && table.head.endsWith(',validTo,outcome\r\n'));
});

test('where the package names its subjects, each record names its own, and no name is a formula', () => {
  const names = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
  const samples = fc.sample(fc.tuple(names, fc.array(record, { maxLength: 3 })), { numRuns: 100, seed: 10 });
  const texts = samples.map(([value, records]) => {
    const named = tableOf([{ subject: 0, kind: 'username', value }]);
    return named.head.slice(1) + named.rows(records);
  });
  for (const [i, [head, ...rows]] of read(texts).entries()) {
    const [value, records] = samples[i] ?? ['', []];
    assert.deepEqual(head?.slice(0, 4), ['subject', 'subjectKind', 'subjectValue', 'category']);
    for (const [n, row] of rows.entries()) {
      for (const cell of row) assert.doesNotMatch(cell, dangerous);
      const isNamed = records[n]?.subject === 0;
      assert.deepEqual(row.slice(1, 3), isNamed ? ['username', escaped(value)] : ['', '']);
    }
  }
});

test('tables are to the byte as earlier versions made them, with csv-stringify: a package of years ago is proven by making its table again', () => {
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 4 }), (records) => {
      const rows = records.map((one) => {
        const cells: Record<string, unknown> = one;
        const names = ['subject', 'category', 'at', 'ip', 'port', 'phone', 'validFrom', 'validTo', 'outcome'];
        return names.map((name) => (cells[name] === undefined ? '' : String(cells[name])));
      });
      const before = stringify(rows, {
        escape_formulas: true,
        record_delimiter: 'windows',
        quoted_match: /[\r\n]/,
      });
      assert.equal(table.rows(records), before);
    }),
    { numRuns: 1000 },
  );
});
