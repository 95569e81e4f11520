import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Head, logHead } from '#core/state/log-head.ts';
import { StoreConflict } from '#core/store/store.ts';
import { memoryStore } from '../../memory/store.ts';

const root = (byte: number) => new Uint8Array(32).fill(byte);
const headOf = (size: bigint, byte: number) => ({
  size,
  root: root(byte),
  checkpoint: `checkpoint of ${size}`,
  staged: { id: `stage of ${size}`, parts: 1 },
});

/** A head of three entries. */
async function headOfThree({ isPublished = true } = {}) {
  const head = logHead(memoryStore());
  await head.move(undefined, headOf(3n, 1));
  if (isPublished) assert.ok(await head.markPublished({ ...headOf(3n, 1), published: 0n }));
  const present = await head.read();
  assert.ok(present);
  return { head, present };
}

describe('I6 the log’s head', () => {
  test('I6 moves to a larger tree, and is published when that is said', async () => {
    const { head, present } = await headOfThree();
    assert.deepEqual(present, { ...headOf(3n, 1), published: 3n });
    await head.move(present, headOf(5n, 2));
    assert.deepEqual(await head.read(), { ...headOf(5n, 2), published: 3n });
  });

  test('I6 moves from nothing but itself', async () => {
    const { head, present } = await headOfThree();
    const others: (Head | undefined)[] = [
      undefined,
      { ...present, size: 2n, published: 2n },
      { ...present, size: 4n, published: 4n },
      { ...present, root: root(9) },
    ];
    for (const other of others) await assert.rejects(head.move(other, headOf(5n, 2)), StoreConflict);
    assert.deepEqual(await head.read(), present);
  });

  test('I6 does not move while the bucket lacks a part of it, whoever says that it has all', async () => {
    const { head, present } = await headOfThree({ isPublished: false });
    for (const claimed of [present, { ...present, published: 3n }])
      await assert.rejects(head.move(claimed, headOf(5n, 2)), StoreConflict);
    assert.deepEqual(await head.read(), present);
  });

  test('I6 does not move if somebody has edited its size', async () => {
    const store = memoryStore();
    const head = logHead(store);
    await head.move(undefined, headOf(3n, 1));
    await head.markPublished({ ...headOf(3n, 1), published: 0n });
    const present = await head.read();
    store.force('log', { ...store.items('log')[0], size: 5 });
    await assert.rejects(head.move(present, headOf(6n, 2)), StoreConflict);
  });

  test('I6 is marked as published once, and only as it is', async () => {
    const { head, present } = await headOfThree({ isPublished: false });
    assert.equal(await head.markPublished({ ...present, size: 2n }), false);
    assert.equal(await head.markPublished({ ...present, size: 4n }), false);
    assert.equal(await head.markPublished(present), true);
    assert.equal(await head.markPublished(present), false);
  });
});
