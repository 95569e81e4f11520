import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

/** docs/architecture.md names what there is, and no change of its table touches more files than it may. */
const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
const tables = page.split('\n').filter((line) => line.startsWith('| '));
const filesIn = (text: string) =>
  [...text.matchAll(/`([a-z][\w./-]*\.(?:ts|json|md))`/g)].map(([, file = '']) => file);

/** As many files as issue and page allow, by change. */
const most: Readonly<Record<string, number>> = {
  'a category of an existing kind': 8,
  'a route': 3,
  'a kind of entry': 3,
  'a function': 2,
  'a command': 3,
  'a rule of law': 3,
};

test('docs/architecture.md says of each usual change which files it touches, and no more than it may', () => {
  const [, text = ''] = /<!-- changes -->\n([\s\S]*?)<!-- \/changes -->/.exec(page) ?? [];
  const rows = text
    .split('\n')
    .slice(2)
    .filter((line) => line !== '')
    .map((line) => line.split('|').map((cell) => cell.trim()));
  assert.deepEqual(
    Object.fromEntries(rows.map(([, change = '', limit = '']) => [change, Number(limit)])),
    most,
  );
  for (const [, change = '', limit, files = ''] of rows) {
    const named = filesIn(files);
    assert.ok(named.length > 0 && named.length <= Number(limit), change);
    for (const file of named) assert.ok(existsSync(join(root, file)), `${change}: ${file}`);
  }
});

test('docs/architecture.md names files that are there', () => {
  for (const file of tables.flatMap(filesIn)) {
    const path = file.includes('/') ? file : join('core/wire', file);
    assert.ok(existsSync(join(root, path)), file);
  }
});

test('docs/architecture.md has every folder of core', () => {
  const folders = readdirSync(join(root, 'core'), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  for (const { name } of folders)
    assert.ok(
      tables.some((line) => line.includes(`\`core/${name}\``)),
      name,
    );
});
