import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { inOrder, merged } from '#core/disclosure/stream.ts';

const instants = fc.array(
  fc.nat(50).map((n) => new Date(n).toISOString()),
  { minLength: 1, maxLength: 8 },
);
const inTime = (list: string[]) => list.toSorted();
const at = (list: string[]) => inTime(list).map((instant) => ({ at: instant }));

async function* each<T>(list: readonly T[]): AsyncGenerator<T> {
  yield* list;
}

test('items that overlap give their records in order of time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(instants), async (groups) => {
      const items = groups
        .map((group) => ({ at: inTime(group)[0] ?? '', records: at(group) }))
        .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
      const order = (await Array.fromAsync(inOrder(each(items)))).map((each) => each.at);
      assert.deepEqual(order, inTime(groups.flat()));
    }),
  );
});

test('what comes before the next item is given before that item is asked for', async () => {
  let asked = 0;
  async function* items() {
    for (const n of [1, 2, 3]) {
      asked = n;
      yield { at: new Date(n).toISOString(), records: [{ at: new Date(n).toISOString() }] };
    }
  }
  const reading = inOrder(items());
  assert.equal((await reading.next()).value?.at, new Date(1).toISOString());
  assert.equal(asked, 2);
  await reading.return(undefined);
  assert.equal(asked, 2);
});

test('streams that are each in order of time are one that is', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(instants, { maxLength: 5 }), async (lists) => {
      const order = (await Array.fromAsync(merged(lists.map((list) => each(at(list)))))).map(
        (each) => each.at,
      );
      assert.deepEqual(order, inTime(lists.flat()));
    }),
  );
});

test('a reader that stops early stops the streams behind, those that it never reached included', async () => {
  const ended: number[] = [];
  async function* endless(n: number) {
    try {
      for (let i = 0; ; i++) yield { at: new Date(n + i).toISOString() };
    } finally {
      ended.push(n);
    }
  }
  for await (const { at: instant } of merged([endless(0), endless(1000)])) {
    if (instant === new Date(3).toISOString()) break;
  }
  assert.deepEqual(ended.sort(), [0, 1000]);
});
