/** docs/policies, held to the policies: a page for each, which names its instruments and offices, and what it is taken from. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { categories } from '#core/categories/categories.ts';
import { shipped } from '../core/cases/cases.ts';

const home = join(import.meta.dirname, '../..');
const pages = join(home, 'docs/policies');
const read = (file: string) => readFileSync(join(pages, file), 'utf8');
const names = readdirSync(join(home, 'policy')).map((file) => file.replace('.json', ''));

test('every shipped policy has a page and a row of the index, and there are no other pages', () => {
  assert.deepEqual(readdirSync(pages).sort(), [...names.map((name) => `${name}.md`), 'README.md'].sort());
  const index = read('README.md');
  for (const name of names) {
    assert.ok(index.includes(`[\`${name}\`](${name}.md)`), name);
    const row = index.split('\n').find((line) => line.includes(`(${name}.md)`)) ?? '';
    assert.equal(row.includes('inactive'), shipped(name).inactive !== undefined, name);
  }
});

test('a page names the orders that are for its law alone, says what was read, and what is left to counsel', () => {
  const everywhere = ['EPOC', 'EPOC-PR', 'EIO', 'MLA', 'NationalOrder'];
  for (const name of names) {
    const page = read(`${name}.md`);
    const policy = shipped(name);
    const kinds = categories.flatMap((each) =>
      policy.categories[each].flatMap(({ instruments }) => instruments),
    );
    for (const kind of new Set(kinds))
      if (!everywhere.includes(kind)) assert.ok(page.includes(kind), `${name}: ${kind}`);
    assert.ok(page.includes('## Left to counsel'), name);
    const isUnread = policy.sources?.some(({ read: how }) => how === 'cf') === true;
    if (isUnread) assert.match(page, /\| [^|]*cf\./, `${name}: a rule that was not read says so`);
  }
});

test('the links of the pages lead somewhere', () => {
  for (const file of readdirSync(pages))
    for (const [, target = ''] of read(file).matchAll(/\]\((?!https?:)([^)#]+)/g))
      assert.ok(existsSync(join(dirname(join(pages, file)), target)), `${file}: ${target}`);
});
