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
});
