import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { kinds } from '#core/log/kinds.ts';

const home = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(home, file), 'utf8');
const doc = read('docs/log.md');

test('docs/log.md explains every finding of a verification, and no other', () => {
  const source = read('core/log/verify/findings.ts');
  const union = source.slice(source.indexOf('export type FindingCode'), source.indexOf('const warnings'));
  const codes = [...union.matchAll(/^ {2}\| '([a-z-]+)'/gm)].map(([, code]) => code);
  const table = doc.slice(doc.indexOf('| code |'), doc.indexOf('Twice over'));
  const explained = [...table.matchAll(/^\| `([a-z-]+)`(?: \(a warning\))? \|/gm)].map(([, code]) => code);
  assert.ok(codes.length > 20);
  assert.deepEqual(explained.sort(), codes.sort());
});

test('docs/log.md names every kind of entry', () => {
  for (const kind of kinds) assert.ok(doc.includes(`\`${kind}\``), kind);
});

test('its links lead somewhere', () => {
  for (const file of [
    'docs/log.md',
    'docs/log-figures.md',
    'docs/transparency.md',
    'docs/reconciliation.md',
  ]) {
    for (const [, target = ''] of read(file).matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g))
      assert.ok(existsSync(join(home, dirname(file), target)), `${file}: ${target}`);
  }
});
