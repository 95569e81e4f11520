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

test('a page begins behind the place of the one before, also where its last item has left the list', async () => {
  const store = memoryStore();
  const line = (n: number, status = 'Pending') => ({
    pk: `change#${n}`,
    listed: status,
    since: `2026-01-0${n}`,
  });
  for (let n = 1; n <= 4; n++) await store.write({ table: 'registry', put: line(n) });
  const query = { index: 'listed', of: 'Pending' };
  const first = await store.page('registry', query, { limit: 2 });
  await store.write({ table: 'registry', put: line(2, 'Applied') });
  const second = await store.page('registry', query, { limit: 2, from: first.next });
  assert.deepEqual(
    [first, second].map(({ items }) => items.map(({ pk }) => pk)),
    [
      ['change#1', 'change#2'],
      ['change#3', 'change#4'],
    ],
  );
});
