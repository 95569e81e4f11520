import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { findingCodes, warningCodes } from '#core/log/finding-codes.ts';
import { entryKinds, kinds, streamNames } from '#core/log/kinds.ts';

const home = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(home, file), 'utf8');
const doc = read('docs/log.md');

test('docs/log.md explains every finding of a verification in the words of its table, and no other', () => {
  const table = doc.slice(doc.indexOf('| code |'), doc.indexOf('Twice over'));
  const explained = [...table.matchAll(/^\| `([a-z-]+)`( \(a warning\))? \| (.*) \|$/gm)].map(
    ([, code = '', warning, meaning]) => [code, { isWarning: warning !== undefined, meaning }],
  );
  const defined = Object.entries(findingCodes).map(([code, meaning]) => [
    code,
    { isWarning: [...warningCodes].some((warning) => warning === code), meaning },
  ]);
  assert.ok(defined.length > 20);
  assert.deepEqual(Object.fromEntries(explained), Object.fromEntries(defined));
});

test('docs/log.md puts every kind of entry into the stream that it has in the table of kinds', () => {
  const rows = doc.slice(doc.indexOf('| stream | kinds |'), doc.indexOf('### What they commit to'));
  const documented = new Map(
    [...rows.matchAll(/^\| (`.*?`) \| (.*) \|$/gm)].flatMap(([, streams = '', text = '']) => {
      const names = [...streams.matchAll(/`([^`<…]+)/g)].map(([, name = '']) => name);
      return [...text.matchAll(/`([a-z-]+\.[a-z-]+)`/g)].map(([, kind = '']) => [kind, names] as const);
    }),
  );
  for (const kind of kinds) {
    const stream = streamNames[entryKinds[kind].stream];
    assert.ok(documented.get(kind)?.includes(stream), `${kind} stands in ${stream}`);
  }
  assert.equal(documented.size, kinds.length);
});

test('its links lead somewhere', () => {
  for (const file of [
    'docs/log.md',
    'docs/log-figures.md',
    'docs/monitor.md',
    'docs/transparency.md',
    'docs/reconciliation.md',
  ]) {
    for (const [, target = ''] of read(file).matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g))
      assert.ok(existsSync(join(home, dirname(file), target)), `${file}: ${target}`);
  }
});
