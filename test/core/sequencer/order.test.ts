import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { placeName } from '#core/state/outbox.ts';
import { audit } from './audit.ts';
import { Acts, commit, instanceOf, newLog } from './own-log.ts';

describe('I6 the order of entries', () => {
  test('I6 a thousand entries of three hundred streams in one delivery are in one checkpoint', async () => {
    const log = newLog();
    const items = new Acts().many(1000, 300);
    // As a stream may bring them: no stream's own in their order.
    await instanceOf(log).deliver(items.toReversed());
    await audit(log, items);
    assert.equal(log.files.versions.filter(({ path }) => path === 'checkpoint').length, 1);
  });

  test('I6 what is in the log already is neither signed nor written again', async () => {
    const log = newLog();
    const items = new Acts().four();
    await instanceOf(log).deliver(items);
    const before = [log.files.versions.length, log.store.changes.length];
    await instanceOf(log).deliver(items);
    await instanceOf(log).deliver(items.slice(1, 2));
    assert.deepEqual([log.files.versions.length, log.store.changes.length], before);
    await audit(log, items);
  });

  describe('entries of one transaction', () => {
    for (const [first, second] of [
      [[0, 1], [2]],
      [[2], [0, 1]],
      [[1], [2, 0]],
      [[2, 1, 0], []],
    ] as const) {
      test(`I6 stay together, delivered as ${first} and then ${second.join() || 'none'}, with others between`, async () => {
        const [log, acts] = [newLog(), new Acts()];
        const items = acts.together(acts.newStream(), acts.newStream(), acts.newStream());
        commit(log, items);
        const between = acts.many(3);
        const pick = (which: readonly number[]) => which.flatMap((i) => items[i] ?? []);
        const instance = instanceOf(log);
        await instance.deliver([...between.slice(0, 1), ...pick(first), ...between.slice(1)]);
        await instance.deliver(pick(second));
        await audit(log, [...items, ...between]);
      });
    }

    test('I6 are all in the log where only one is delivered, behind predecessors that were not', async () => {
      const [log, acts] = [newLog(), new Acts()];
      const [a, b, c] = [acts.newStream(), acts.newStream(), acts.newStream()];
      const before = [acts.one(a), acts.one(a), acts.one(b)];
      const one = acts.together(a, b, c);
      const two = acts.together(c, acts.newStream(), b);
      commit(log, [...before, ...one, ...two]);
      await instanceOf(log).deliver(two.slice(1, 2));
      await audit(log, [...before, ...one, ...two]);
    });

    test('I6 are in the log as far as they are in the outbox', async () => {
      const [log, acts] = [newLog(), new Acts()];
      const items = acts.together(acts.newStream(), acts.newStream(), acts.newStream());
      const kept = items.filter((_, i) => i !== 1);
      commit(log, kept);
      await instanceOf(log).deliver(items.slice(0, 1));
      assert.deepEqual(await audit(log, kept), kept.map(placeName));
    });
  });
});
