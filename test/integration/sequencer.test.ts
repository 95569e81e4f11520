import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { canonicalJson } from '#core/canonical.ts';
import type { Cloud } from '#dev/cloud/cloud.ts';
import { acts, four, nearlyFull, newOwn, type Own } from './auditing.ts';
import { Crash, crashAfter, crashBefore, type Interference, sentTwice } from './faults.ts';
import { newInstance, newLogKey, theCloud } from './sequencing.ts';

describe('I6 the sequencer', { concurrency: 3 }, () => {
  let cloud: Cloud;
  let key: string;
  before(async () => {
    cloud = theCloud();
    key = await newLogKey(cloud);
  });

  /** Has one thing happen to the first call, then to the second, until a delivery needs no more calls. */
  async function atEveryCall(
    own: Own,
    by: (k: number) => Interference,
    afterwards: 'cold' | 'warm' | 'done',
  ) {
    for (let k = 1; ; k++) {
      await nearlyFull(own);
      const items = four();
      own.it.interfere(by(k));
      const delivered = own.it.deliver(items);
      const happens = await delivered.then(
        () => false,
        (error: unknown) => error instanceof Crash || Promise.reject(error),
      );
      const reached = own.it.calls().length >= k;
      const call = `call ${k}, ${own.it.calls().at(k - 1)}`;
      assert.equal(happens, reached && afterwards !== 'done', call);
      if (afterwards === 'cold') own.it = await newInstance(own.log);
      own.it.interfere();
      if (afterwards !== 'done') await own.it.deliver(items);
      await own.audit.verify(items).catch((cause: unknown) => {
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

  test('I6 what takes several items to stage is in the log whole or not yet', async () => {
    const value = await newOwn(cloud, key);
    // A table's item holds 400 KB: three of them.
    const large = () =>
      acts.many(12).map((item) => {
        const own = { ...JSON.parse(item.entry), kind: 'case.weighed', data: 'x'.repeat(60_000) };
        return { ...item, entry: canonicalJson(own) };
      });
    for (const by of [crashBefore, crashAfter, sentTwice]) {
      const probe = large();
      value.it.interfere();
      await value.it.deliver(probe);
      await value.audit.verify(probe);
      const parts = value.it.calls().flatMap((name, i) => (name === 'PutItemCommand' ? [i + 1] : []));
      assert.equal(parts.length, 3);
      const items = large();
      value.it.interfere(by(parts[1] ?? 0));
      await value.it.deliver(items).catch((error: unknown) => assert.ok(error instanceof Crash));
      value.it = await newInstance(value.log);
      await value.it.deliver(items);
      await value.audit.verify(items);
    }
  });

  test('I6 a write that meets another is made again', async () => {
    const own = await newOwn(cloud, key);
    const conflicts = new Set<number>();
    own.it.interfere(async (n, send, name) => {
      // S3 answers so while another's write is under way, which may yet come to nothing.
      if (name === 'PutObjectCommand' && conflicts.size < 4) {
        conflicts.add(n);
        throw Object.assign(new Error(), { name: 'ConditionalRequestConflict' });
      }
      return send();
    });
    const items = acts.many(3);
    await own.it.deliver(items);
    assert.equal(conflicts.size, 4);
    await own.audit.verify(items);
  });

  test('I6 while KMS does not sign nothing is in the log, and nothing is left lying', async () => {
    const own = await newOwn(cloud, key);
    await nearlyFull(own);
    own.it.interfere(async (_n, send, name) => {
      if (name === 'SignCommand') throw new Crash();
      return send();
    });
    const items = acts.many(2);
    await assert.rejects(own.it.deliver(items), Crash);
    await own.audit.verify();
    own.it.interfere();
    await own.it.deliver(items);
    await own.audit.verify(items);
  });
});
