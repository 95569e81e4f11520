import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { omissions } from './omissions/omissions.ts';
import { type CompilerError, copySources, errorsOf, isFound, plant } from './omissions/scratch.ts';

/**
 * All omissions are planted in one copy, so the compiler runs once: each error names what was left out. That each is
 * found alone, and that a copy without any compiles, `node test/omissions/each.ts` proves; it takes minutes.
 */
const { dir, remove } = copySources();
let errors: CompilerError[] = [];
/** Omissions whose text is not there any more. */
const stale = new Map<string, unknown>();

before(async () => {
  for (const omission of omissions) {
    try {
      plant(dir, omission);
    } catch (error) {
      stale.set(omission.what, error);
    }
  }
  errors = await errorsOf(dir);
});
after(remove);

for (const omission of omissions) {
  test(`does not compile: ${omission.what}`, () => {
    assert.ifError(stale.get(omission.what));
    const there = errors.filter(({ file }) => file === omission.fails.file);
    assert.ok(isFound(omission, errors), JSON.stringify(there, undefined, 1));
  });
}

test('ten omissions or more are planted, each with a name of its own', () => {
  assert.ok(omissions.length >= 10);
  assert.equal(new Set(omissions.map(({ what }) => what)).size, omissions.length);
});
