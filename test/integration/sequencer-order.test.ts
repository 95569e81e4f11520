import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, describe, test } from 'node:test';
import type { Cloud } from '#dev/cloud/cloud.ts';
import type { OutboxItem } from '#functions/aws/entries.ts';
import { acts, newOwn, type Own } from './auditing.ts';
import { halfDone } from './faults.ts';
import { commit, newInstance, newLogKey, theCloud } from './sequencing.ts';

describe('I6 the order of entries', { concurrency: 3 }, () => {
  let cloud: Cloud;
  let key: string;
  before(async () => {
    cloud = theCloud();
    key = await newLogKey(cloud);
  });

  test('I6 what DynamoDB did not get to in one call it is asked for in the next', async () => {
    const own = await newOwn(cloud, key);
    own.it.interfere(halfDone);
    const items = acts.many(60, 20);
    await own.it.deliver(items);
    await own.it.deliver(items);
    await own.audit.verify(items);
  });

  describe('entries of one transaction', () => {
    const stream = () => `case/${randomUUID()}`;

    /** Where the entries are, one behind the other. */
    function adjacent({ audit }: Own, items: readonly OutboxItem[]): void {
      const places = items.map(({ stream, n }) => audit.told.indexOf(`${stream} ${n}`));
      const [first = -1] = places;
      assert.ok(first >= 0);
      assert.deepEqual(
        places,
        items.map((_, i) => first + i),
      );
    }

    test('I6 stay together in two deliveries, in either order, and with others between', async () => {
      const own = await newOwn(cloud, key);
      for (const [first, second] of [
        [[0, 1], [2]],
        [[2], [0, 1]],
        [[1], [2, 0]],
        [[2, 1, 0], []],
      ] as const) {
        const items = acts.together(stream(), stream(), stream());
        await commit(own.log, items);
        const between = acts.many(3);
        const pick = (which: readonly number[]) => which.flatMap((i) => items[i] ?? []);
        await own.it.deliver([...between.slice(0, 1), ...pick(first), ...between.slice(1)]);
        if (second.length > 0) await own.it.deliver(pick(second));
        await own.audit.verify([...items, ...between]);
        adjacent(own, items);
      }
    });

    test('I6 are all told where only one is delivered, behind predecessors that were not', async () => {
      const own = await newOwn(cloud, key);
      const [a, b, c] = [stream(), stream(), stream()];
      const before = [acts.one(a), acts.one(a), acts.one(b)];
      const one = acts.together(a, b, c);
      const two = acts.together(c, stream(), b);
      await commit(own.log, [...before, ...one, ...two]);
      await own.it.deliver(two.slice(1, 2));
      await own.audit.verify([...before, ...one, ...two]);
      adjacent(own, one);
      adjacent(own, two);
    });

    test('I6 stay together where each of two sequencers is brought one of them', async () => {
      const own = await newOwn(cloud, key);
      const other = await newInstance(own.log);
      for (let round = 0; round < 5; round++) {
        const items = acts.together(stream(), stream());
        await commit(own.log, items);
        await Promise.all([own.it.deliver(items.slice(0, 1)), other.deliver(items.slice(1))]);
        await own.audit.verify(items);
        adjacent(own, items);
      }
    });

    test('I6 are told as far as they are there', async () => {
      const own = await newOwn(cloud, key);
      const items = acts.together(stream(), stream(), stream());
      const kept = items.filter((_, i) => i !== 1);
      await commit(own.log, kept);
      await own.it.deliver(items.slice(0, 1));
      await own.audit.verify(kept);
      adjacent(own, kept);
    });
  });

  test('I6 a thousand entries of three hundred streams in one delivery are in one checkpoint', async () => {
    const own = await newOwn(cloud, key);
    const items = acts.many(1000, 300);
    // As a stream may bring them: no stream's own in their order.
    await own.it.deliver(items.toReversed());
    await own.audit.verify(items);
    const checkpoints = (await own.audit.versions()).filter((version) => version.Key === 'checkpoint');
    assert.equal(checkpoints.length, 1);
  });
});
