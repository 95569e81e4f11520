import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, describe, test } from 'node:test';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { canonicalJson } from '#core/canonical.ts';
import { tileAt } from '#core/log/reading.ts';
import { tilePath } from '#core/log/tiles.ts';
import type { Cloud } from '#dev/cloud/cloud.ts';
import type { OutboxItem } from '#functions/aws/entries.ts';
import { acts, four, nearlyFull, newOwn, type Own } from './auditing.ts';
import { Crash, crashAfter, crashBefore, type Interference, pauseBefore, sentTwice } from './faults.ts';
import { commit, newInstance, newLogKey, theCloud } from './sequencing.ts';

describe('I6 the sequencer', { concurrency: 3 }, () => {
  let cloud: Cloud;
  let key: string;
  before(async () => {
    cloud = theCloud();
    key = await newLogKey(cloud);
  });

  /** Has one thing happen to the first call, then to the second, until a delivery needs no more calls. */
  async function atEveryCall(it: Own, by: (k: number) => Interference, afterwards: 'cold' | 'warm' | 'done') {
    for (let k = 1; ; k++) {
      await nearlyFull(it);
      const items = four();
      it.it.interfere(by(k));
      const delivered = it.it.deliver(items);
      const happens = await delivered.then(
        () => false,
        (error: unknown) => error instanceof Crash || Promise.reject(error),
      );
      const reached = it.it.calls().length >= k;
      const call = `call ${k}, ${it.it.calls().at(k - 1)}`;
      assert.equal(happens, reached && afterwards !== 'done', call);
      if (afterwards === 'cold') it.it = await newInstance(it.log);
      it.it.interfere();
      if (afterwards !== 'done') await it.it.deliver(items);
      await it.audit.verify(items).catch((cause: unknown) => {
        throw new Error(`after ${call}`, { cause });
      });
      if (!reached) return k - 1;
    }
  }

  test('I6 a sequencer that ends before any of its calls leaves what a new one completes', async (t) => {
    const calls = await atEveryCall(await newOwn(cloud, key), crashBefore, 'cold');
    t.diagnostic(`${calls} calls`);
    assert.ok(calls > 12);
  });

  test('I6 a sequencer that never hears of a call that did its work goes on by what it knows', async (t) => {
    const calls = await atEveryCall(await newOwn(cloud, key), crashAfter, 'warm');
    t.diagnostic(`${calls} calls`);
    assert.ok(calls > 12);
  });

  test('I6 any call may be made twice', async () => {
    await atEveryCall(await newOwn(cloud, key), sentTwice, 'done');
  });

  test('I6 a sequencer may sleep before any of its calls while another does the same work and more', async () => {
    const it = await newOwn(cloud, key);
    const other = await newInstance(it.log);
    for (let k = 1; ; k++) {
      await nearlyFull(it);
      const items = four();
      await commit(it.log, items);
      const { by, paused, resume } = pauseBefore(k);
      it.it.interfere(by);
      const sleeper = it.it.deliver(k % 2 === 0 ? items : items.slice(0, 2));
      await Promise.race([sleeper, paused]);
      await other.deliver(k % 3 === 0 ? items : items.slice(1));
      const more = acts.many(2);
      await other.deliver([...items.slice(2), ...more]);
      resume();
      await sleeper;
      await other.deliver(items);
      await it.audit.verify([...items, ...more]).catch((cause: unknown) => {
        throw new Error(`asleep before call ${k}, ${it.it.calls().at(k - 1)}`, { cause });
      });
      if (it.it.calls().length < k) return;
    }
  });

  test('I6 what takes several items to stage is in the log whole or not yet', async () => {
    const it = await newOwn(cloud, key);
    // A table's item holds 400 KB: three of them.
    const large = () =>
      acts.many(12).map((item) => {
        const own = { ...JSON.parse(item.entry), kind: 'case.weighed', data: 'x'.repeat(60_000) };
        return { ...item, entry: canonicalJson(own) };
      });
    for (const by of [crashBefore, crashAfter, sentTwice]) {
      const probe = large();
      it.it.interfere();
      await it.it.deliver(probe);
      await it.audit.verify(probe);
      const parts = it.it.calls().flatMap((name, i) => (name === 'PutItemCommand' ? [i + 1] : []));
      assert.equal(parts.length, 3);
      const items = large();
      it.it.interfere(by(parts[1] ?? 0));
      await it.it.deliver(items).catch((error: unknown) => assert.ok(error instanceof Crash));
      it.it = await newInstance(it.log);
      await it.it.deliver(items);
      await it.audit.verify(items);
    }
  });

  test('I6 three sequencers at the same time, twenty times, place each entry once', async () => {
    const it = await newOwn(cloud, key);
    const all = [it.it, await newInstance(it.log), await newInstance(it.log)];
    for (let round = 0; round < 20; round++) {
      const items = [...four(), ...acts.many(30, 10), ...four()];
      await commit(it.log, items.slice(0, 4));
      await Promise.all(all.map((each, i) => each.deliver(items.slice(i, items.length - 2 * i))));
      await it.it.deliver(items);
      it.audit.expect(items);
      if (round % 5 === 4) await it.audit.verify();
    }
  });

  test('I6 who comes second does not overwrite a file, partial ones least of all', async () => {
    const it = await newOwn(cloud, key);
    await nearlyFull(it);
    const items = acts.many(1);
    const winner = await newInstance(it.log);
    const { promise, resolve } = Promise.withResolvers<void>();
    const { promise: writing, resolve: writes } = Promise.withResolvers<void>();
    it.it.interfere(async (_n, send, name) => {
      if (name === 'PutObjectCommand') {
        writes();
        await promise;
      }
      return send();
    });
    const loser = it.it.deliver(items);
    await writing;
    await winner.deliver(items);
    const partial = (['entries', 0] as const).map((level) => tilePath(tileAt(level, 254n, 255n)));
    const heads = () =>
      Promise.all(
        partial.map(async (Key) => {
          const { ETag, VersionId, LastModified } = await it.log.aws.s3.send(
            new HeadObjectCommand({ Bucket: it.log.bucket, Key }),
          );
          return { ETag, VersionId, LastModified };
        }),
      );
    const written = await heads();
    resolve();
    await loser;
    assert.deepEqual(await heads(), written);
    await it.audit.verify(items);
  });

  test('I6 a write that meets another is made again', async () => {
    const it = await newOwn(cloud, key);
    const conflicts = new Set<number>();
    it.it.interfere(async (n, send, name) => {
      // S3 answers so while another's write is under way, which may yet come to nothing.
      if (name === 'PutObjectCommand' && conflicts.size < 4) {
        conflicts.add(n);
        throw Object.assign(new Error(), { name: 'ConditionalRequestConflict' });
      }
      return send();
    });
    const items = acts.many(3);
    await it.it.deliver(items);
    assert.equal(conflicts.size, 4);
    await it.audit.verify(items);
  });

  test('I6 while KMS does not sign nothing is in the log, and nothing is left lying', async () => {
    const it = await newOwn(cloud, key);
    await nearlyFull(it);
    it.it.interfere(async (_n, send, name) => {
      if (name === 'SignCommand') throw new Crash();
      return send();
    });
    const items = acts.many(2);
    await assert.rejects(it.it.deliver(items), Crash);
    await it.audit.verify();
    it.it.interfere();
    await it.it.deliver(items);
    await it.audit.verify(items);
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
      const it = await newOwn(cloud, key);
      for (const [first, second] of [
        [[0, 1], [2]],
        [[2], [0, 1]],
        [[1], [2, 0]],
        [[2, 1, 0], []],
      ] as const) {
        const items = acts.together(stream(), stream(), stream());
        await commit(it.log, items);
        const between = acts.many(3);
        const pick = (which: readonly number[]) => which.flatMap((i) => items[i] ?? []);
        await it.it.deliver([...between.slice(0, 1), ...pick(first), ...between.slice(1)]);
        if (second.length > 0) await it.it.deliver(pick(second));
        await it.audit.verify([...items, ...between]);
        adjacent(it, items);
      }
    });

    test('I6 are all told where only one is delivered, behind predecessors that were not', async () => {
      const it = await newOwn(cloud, key);
      const [a, b, c] = [stream(), stream(), stream()];
      const before = [acts.one(a), acts.one(a), acts.one(b)];
      const one = acts.together(a, b, c);
      const two = acts.together(c, stream(), b);
      await commit(it.log, [...before, ...one, ...two]);
      await it.it.deliver(two.slice(1, 2));
      await it.audit.verify([...before, ...one, ...two]);
      adjacent(it, one);
      adjacent(it, two);
    });

    test('I6 stay together where each of two sequencers is brought one of them', async () => {
      const it = await newOwn(cloud, key);
      const other = await newInstance(it.log);
      for (let round = 0; round < 5; round++) {
        const items = acts.together(stream(), stream());
        await commit(it.log, items);
        await Promise.all([it.it.deliver(items.slice(0, 1)), other.deliver(items.slice(1))]);
        await it.audit.verify(items);
        adjacent(it, items);
      }
    });

    test('I6 are told as far as they are there', async () => {
      const it = await newOwn(cloud, key);
      const items = acts.together(stream(), stream(), stream());
      const kept = items.filter((_, i) => i !== 1);
      await commit(it.log, kept);
      await it.it.deliver(items.slice(0, 1));
      await it.audit.verify(kept);
      adjacent(it, kept);
    });
  });

  test('I6 a thousand entries of three hundred streams in one delivery are in one checkpoint', async () => {
    const it = await newOwn(cloud, key);
    const items = acts.many(1000, 300);
    // As a stream may bring them: no stream's own in their order.
    await it.it.deliver(items.toReversed());
    await it.audit.verify(items);
    const checkpoints = (await it.audit.versions()).filter((version) => version.Key === 'checkpoint');
    assert.equal(checkpoints.length, 1);
  });
});
