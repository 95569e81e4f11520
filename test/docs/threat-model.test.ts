/** docs/threat-model.md, held to the code: each row's test is there, every table and every function is on the page. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { type TableShape, tableNames, tables } from '#core/store/tables.ts';
import { functionNames } from '../../lib/functions.ts';
import { anchorsOf } from './anchors.ts';

const home = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(home, file), 'utf8');
const file = 'docs/threat-model.md';
const page = read(file);
const security = 'SECURITY.md';

interface Row {
  actor: string;
  cells: string[];
}

/** The rows of all tables whose last column is of tests, with the heading that they stand under. */
function rowsOf(text: string): Row[] {
  const rows: Row[] = [];
  let actor = '';
  let isOfTests = false;
  for (const line of text.split('\n')) {
    if (line.startsWith('## ')) actor = line.slice('## '.length);
    if (!line.startsWith('|')) {
      isOfTests = false;
      continue;
    }
    const cells = line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim());
    if (cells.at(-1) === 'test') isOfTests = true;
    else if (isOfTests && !line.startsWith('|-')) rows.push({ actor, cells });
  }
  return rows;
}

const cited = /`((?:test|dev\/attack)\/[\w./-]+\.ts)`: "([^"]+)"/g;
const rows = rowsOf(page);
const of = (actor: string) => rows.filter((row) => row.actor === actor);
/** What a row begins with: `calls` in "`calls`: delete a nonce". */
const subjects = (actor: string) => of(actor).map(({ cells: [first = ''] }) => /^`(\w+)`: /.exec(first)?.[1]);

function assertCitesTests({ actor, cells }: Row): void {
  const found = [...(cells.at(-1) ?? '').matchAll(cited)];
  const [first] = cells;
  assert.ok(found.length > 0, `${actor}: ${first} names no test`);
  for (const [, at = '', name = ''] of found) {
    assert.ok(existsSync(join(home, at)), `${actor}: ${first}: ${at} is not there`);
    assert.ok(
      new RegExp(`['"\`]${RegExp.escape(name)}['"\`]`).test(read(at)),
      `${actor}: ${first}: ${at} has no test “${name}”`,
    );
  }
}

describe('docs/threat-model.md', () => {
  test('says of each actor what they can do, what stops them, what only shows afterwards, by a test that is there', () => {
    const actors = new Set(rows.map(({ actor }) => actor));
    assert.equal(actors.size, 16);
    for (const row of rows) {
      assert.equal(row.cells.length, 4, row.cells[0]);
      for (const cell of row.cells) assert.ok(cell !== '', row.cells[0]);
      assertCitesTests(row);
    }
  });

  test('has every table, and why each that carries no MAC is harmless', () => {
    const named = subjects('Whoever writes every table and holds no key');
    for (const name of tableNames) assert.ok(named.includes(name), name);
    for (const name of named) assert.ok(name === undefined || Object.hasOwn(tables, name), name);
    for (const name of tableNames) {
      const shape: TableShape = tables[name];
      const isSaid = of('Whoever writes every table and holds no key').some(
        ({ cells: [first = '', second = ''] }) =>
          first.startsWith(`\`${name}\`: `) && second.startsWith('harmless: '),
      );
      assert.equal(isSaid, 'harmless' in shape.believed, name);
    }
  });

  /** What `tables` says of a table without MACs, part by part. */
  test('says of a harmless table as much as the code does', () => {
    const parts = {
      calls: ['nonce', 'rate', 'counts of refusals', 'catch'],
      log: ['head', 'stage'],
      notices: ['exchange', 'delete'],
      revocations: ['changed', 'missing', 'too many'],
    } as const;
    const harmless = tableNames.filter((name) => 'harmless' in tables[name].believed);
    assert.deepEqual(harmless.toSorted(), Object.keys(parts).sort());
    for (const name of ['calls', 'log', 'notices', 'revocations'] as const) {
      const words = parts[name];
      const text = of('Whoever writes every table and holds no key')
        .flatMap(({ cells }) => cells)
        .filter((cell) => cell.startsWith(`\`${name}\`: `))
        .join(' ');
      const { believed } = tables[name];
      for (const word of words) {
        assert.ok(text.includes(word), `${name}: ${word}`);
        assert.ok(believed.harmless.toLowerCase().includes(word), `tables.ts, ${name}: ${word}`);
      }
    }
  });

  test('has every function, once, and what a thief of its role could do', () => {
    assert.deepEqual(subjects("A thief of one function's role").toSorted(), functionNames.toSorted());
  });

  test('its links, and those of SECURITY.md, lead somewhere', () => {
    for (const from of [file, security]) {
      for (const [, target = '', anchor = ''] of read(from).matchAll(
        /\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g,
      )) {
        const to = target === '' ? from : join(dirname(from), target);
        assert.ok(existsSync(join(home, to)), `${from}: ${target}`);
        if (anchor !== '') assert.ok(anchorsOf(read(to)).has(anchor), `${from}: ${target}#${anchor}`);
      }
    }
  });
});

test('SECURITY.md names for each invariant a test that is there', () => {
  const table = rowsOf(read(security));
  assert.deepEqual(
    table.map(({ cells: [first = ''] }) => /^I\d+/.exec(first)?.[0]),
    Array.from({ length: 11 }, (_, i) => `I${i + 1}`),
  );
  for (const row of table) assertCitesTests(row);
});
