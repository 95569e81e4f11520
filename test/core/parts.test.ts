import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CaseError } from '#core/cases/errors.ts';
import { inParts, nameOfFailure, PartsFailed } from '#core/parts.ts';
import { ForgedItem } from '#core/store/forged.ts';
import { memoryWatch } from '../memory/outside.ts';

test('every part is tried once and in order, whichever of them fail, and the work has failed if one has', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom('done', 'failed', 'forged')), async (fates) => {
      const watch = memoryWatch();
      const parts = inParts(watch, 'work');
      const tried: number[] = [];
      for (const [n, fate] of fates.entries()) {
        const given = await parts.attempt({ n }, async () => {
          tried.push(n);
          if (fate === 'failed') throw new TypeError(`part ${n}`);
          if (fate === 'forged') throw new ForgedItem('cases', { pk: 'case#1' });
          return n;
        });
        assert.equal(given, fate === 'done' ? n : undefined);
      }
      assert.deepEqual(tried, [...fates.keys()]);
      const failed = fates.flatMap((fate, n) => (fate === 'failed' ? [n] : []));
      assert.deepEqual(
        watch.lines.map(({ facts }) => facts),
        failed.map((n) => ({ n, error: 'TypeError' })),
      );
      if (failed.length === 0) return parts.finish();
      assert.throws(
        () => parts.finish(),
        (error) =>
          error instanceof PartsFailed &&
          error.message === `work: ${failed.length} of ${fates.length} parts failed` &&
          error.cause instanceof TypeError,
      );
    }),
  );
});

test('I1 of a failure its name and its code are written down, and nothing that it says', () => {
  assert.deepEqual(nameOfFailure(new CaseError('case-closed')), { error: 'CaseError', code: 'case-closed' });
  const said = Object.assign(new RangeError('+4915112345678'), { code: '+49 151' });
  assert.deepEqual(nameOfFailure(said), { error: 'RangeError' });
  assert.deepEqual(nameOfFailure('+4915112345678'), { error: '' });
});
