import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const core = new URL('../../../core/', import.meta.url);

/** A module of `core` and all that it imports at run time; types are gone by then. */
function closure(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  if (path.startsWith('node:')) return seen;
  const source = readFileSync(new URL(path, core), 'utf8');
  for (const [statement, from = ''] of source.matchAll(/^import[^;]*? from '([^']+)';$/gms)) {
    if (statement.startsWith('import type')) continue;
    closure(from.replace(/^#core\//, '').replace(/^\.\//, 'signature/'), seen);
  }
  return seen;
}

test('signing runs in a browser: nothing it needs is of Node', () => {
  const modules = [...closure('signature/sign.ts')];
  assert.ok(modules.includes('bytes.ts') && modules.includes('signature/structured.ts'));
  assert.deepEqual(
    modules.filter((name) => name.startsWith('node:') || !name.endsWith('.ts')),
    [],
  );
  for (const name of modules) {
    assert.doesNotMatch(readFileSync(new URL(name, core), 'utf8'), /\b(Buffer|process|require)\b/, name);
  }
});

test('the test above would see a Node module', () => {
  assert.ok(closure('signature/verify.ts').has('node:crypto'));
});
