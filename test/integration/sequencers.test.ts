import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { tileAt, tilePath } from '#core/log/tiles.ts';
import type { Cloud } from '#dev/cloud/cloud.ts';
import { acts, four, headOf, nearlyFull, newOwn } from './auditing.ts';
import { Crash, crashAfterTheHead, crashBefore, pauseBefore } from './faults.ts';
import { commit, newInstance, newLogKey, theCloud } from './sequencing.ts';

describe('I6 sequencers at the same time', { concurrency: 3 }, () => {
  let cloud: Cloud;
  let key: string;
  before(async () => {
    cloud = theCloud();
    key = await newLogKey(cloud);
  });

  test('I6 a sequencer may sleep before any of its calls while another does some of its work and more', async () => {
    const value = await newOwn(cloud, key);
    const other = await newInstance(value.log);
    for (let k = 1; ; k++) {
      await nearlyFull(value);
      const [own, shared, more] = [acts.many(k % 2), four(), acts.many(2)];
      await commit(value.log, shared);
      const { by, paused, resume } = pauseBefore(k);
      value.it.interfere(by);
      const sleeper = value.it.deliver([...own, ...(k % 2 === 0 ? shared : shared.slice(0, 2))]);
      await Promise.race([sleeper, paused]);
      await other.deliver(k % 3 === 0 ? shared : shared.slice(1));
      await other.deliver([...shared.slice(2), ...more]);
      resume();
      // What was delivered without an error is not delivered again.
      await sleeper;
      await value.audit.verify([...own, ...shared, ...more]).catch((cause: unknown) => {
        throw new Error(`asleep before call ${k}, ${value.it.calls().at(k - 1)}`, { cause });
      });
      if (value.it.calls().length < k) return;
    }
  });

  test('I6 a sequencer that wakes takes nothing from another that ended when it had moved the head', async () => {
    const value = await newOwn(cloud, key);
    const other = await newInstance(value.log);
    for (let k = 1; ; k++) {
      const [own, others] = [acts.many(1), acts.many(2)];
      const { by, paused, resume } = pauseBefore(k);
      value.it.interfere(by);
      const sleeper = value.it.deliver(own);
      await Promise.race([sleeper, paused]);
      other.interfere(crashAfterTheHead());
      await assert.rejects(other.deliver(others), Crash);
      resume();
      await sleeper;
      other.interfere();
      await other.deliver(others);
      await value.audit.verify([...own, ...others]).catch((cause: unknown) => {
        throw new Error(`woken before call ${k}, ${value.it.calls().at(k - 1)}`, { cause });
      });
      if (value.it.calls().length < k) return;
    }
  });

  test('I6 three sequencers at the same time, eight times, place each entry once', async () => {
    const value = await newOwn(cloud, key);
    const all = [value.it, await newInstance(value.log), await newInstance(value.log)];
    for (let round = 0; round < 8; round++) {
      const shared = [...four(), ...acts.many(30, 10), ...four()];
      await commit(value.log, shared.slice(0, 4));
      value.audit.expect(shared);
      await Promise.all(
        all.map((each, i) => {
          const own = acts.many(2);
          value.audit.expect(own);
          return each.deliver([...own, ...shared.slice(i, shared.length - 2 * i)]);
        }),
      );
      if (round % 5 === 4) await value.audit.verify();
    }
  });

  test('I6 who comes second does not overwrite a file, partial ones least of all', async () => {
    const own = await newOwn(cloud, key);
    await nearlyFull(own);
    const items = acts.many(1);
    const winner = await newInstance(own.log);
    const { promise, resolve } = Promise.withResolvers<void>();
    const { promise: writing, resolve: writes } = Promise.withResolvers<void>();
    own.it.interfere(async (_n, send, name) => {
      if (name === 'PutObjectCommand') {
        writes();
        await promise;
      }
      return send();
    });
    const loser = own.it.deliver(items);
    await writing;
    await winner.deliver(items);
    const partial = (['entries', 0] as const).map((level) => tilePath(tileAt(level, 254n, 255n)));
    const heads = () =>
      Promise.all(
        partial.map(async (Key) => {
          const { ETag, VersionId, LastModified } = await own.log.aws.s3.send(
            new HeadObjectCommand({ Bucket: own.log.bucket, Key }),
          );
          return { ETag, VersionId, LastModified };
        }),
      );
    const written = await heads();
    resolve();
    await loser;
    assert.deepEqual(await heads(), written);
    await own.audit.verify(items);
  });

  test('I6 nothing comes behind what the bucket has no checkpoint of, whoever asks for it', async () => {
    const own = await newOwn(cloud, key);
    const [first, second] = [four(), four()];
    await nearlyFull(own);
    own.it.interfere();
    await own.it.deliver(first);
    await own.audit.verify(first);
    // The checkpoint is written last.
    const writes = own.it.calls().lastIndexOf('PutObjectCommand') + 1;
    await nearlyFull(own);
    own.it.interfere(crashBefore(writes));
    await assert.rejects(own.it.deliver(second), Crash);
    const other = await newInstance(own.log);
    const { size, root } = z.object({ size: z.coerce.bigint(), root: z.string() }).parse(await headOf(own));
    const settled = { size, root: Buffer.from(root, 'base64'), checkpoint: '', published: size };
    await assert.rejects(other.tree.stage({ ...settled, staged: { id: '', parts: 1 } }, acts.many(1)));
    await other.deliver(second);
    await own.audit.verify(second);
  });
});
