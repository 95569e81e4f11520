import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { equals, StoreConflict } from '#core/store/store.ts';
import { scripts } from './scripts.ts';
import { memoryStore } from './store.ts';

// What it does of DynamoDB's, test/integration/store.test.ts holds against DynamoDB itself.

test('a script has one answer, however often it is run', async () => {
  await fc.assert(
    fc.asyncProperty(scripts('run'), async (steps) => {
      const [one, other] = [memoryStore(), memoryStore()];
      for (const { says, ask } of steps) assert.deepEqual(await ask(one), await ask(other), says);
    }),
  );
});

test('what is given out and taken in is a copy', async () => {
  const store = memoryStore();
  const item = { pk: '1', entries: { n: 1 } };
  await store.write({ table: 'cases', put: item });
  item.entries.n = 2;
  const read = await store.get('cases', { pk: '1' });
  assert.deepEqual(read, { pk: '1', entries: { n: 1 } });
  Object.assign(read ?? {}, { entries: { n: 3 } });
  assert.deepEqual(await store.get('cases', { pk: '1' }), { pk: '1', entries: { n: 1 } });
});

test('of writes of which one may not be, none is, and the conflict says which', async () => {
  const store = memoryStore();
  const puts = [1, 2, 3].map((n) => ({
    table: 'cases' as const,
    put: { pk: `${n}` },
    ...(n === 2 ? { when: equals('version', 1) } : {}),
  }));
  await assert.rejects(store.write(...puts), (error) => {
    assert.ok(error instanceof StoreConflict);
    assert.deepEqual(error.failed, [1]);
    return true;
  });
  assert.deepEqual(store.items('cases'), []);
});
