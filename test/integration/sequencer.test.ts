import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { OutboxItem } from '#core/state/outbox.ts';
import type { Cloud } from '#dev/cloud/cloud.ts';
import { auditSnapshot } from '../core/sequencer/audit.ts';
import { Acts } from '../core/sequencer/own-log.ts';
import { type Fault, faults, PlannedFault } from '../memory/faults.ts';
import { logFilesContract } from '../memory/log-files-contract.ts';
import {
  adaptersOf,
  newInstance,
  newLog,
  newLogBucket,
  newLogKey,
  type OwnLog,
  snapshotOf,
  theCloud,
} from './own-log.ts';

/**
 * The sequencer on AWS as the emulator has it: a sample. Every crash, every interleaving and every forgery is tried in
 * memory (test/core/sequencer/).
 */
logFilesContract('in S3, in a bucket with Object Lock', async () => {
  const cloud = theCloud();
  const { s3LogFiles } = await adaptersOf(cloud);
  return s3LogFiles(await newLogBucket(cloud));
});

describe('I6 the sequencer on AWS', { concurrency: 3 }, () => {
  let cloud: Cloud;
  let key: string;
  const acts = new Acts();
  before(async () => {
    cloud = theCloud();
    key = await newLogKey(cloud);
  });

  async function commit({ aws, tables }: OwnLog, items: readonly OutboxItem[]): Promise<void> {
    for (const Item of items) await aws.dynamo.send(new PutCommand({ TableName: tables.entries, Item }));
  }
  const audit = async (log: OwnLog, items: readonly OutboxItem[]) =>
    auditSnapshot(await snapshotOf(log), items);

  test('I6 a call that fails, or whose answer is lost, leaves what a new sequencer completes', async () => {
    const log = await newLog(cloud, key);
    const committed: OutboxItem[] = acts.many(249);
    await (await newInstance(cloud, log)).deliver(committed);
    const counted = faults();
    const sample = acts.four();
    await (await newInstance(cloud, log, (name, port) => counted.over(name, port))).deliver(sample);
    committed.push(...sample);
    // Between staging, moving the head, writing files, publishing them and taking the stage away.
    const steps = ['signer.sign', 'store.write', 'files.create', 'files.publish', 'store.writeMany'];
    for (const [i, step] of steps.entries()) {
      const at = counted.calls.lastIndexOf(step);
      assert.ok(at > 0, step);
      const fault: Fault = i % 2 === 0 ? 'answer-lost' : 'fails';
      const plan = faults({ at, fault });
      const items = acts.four();
      committed.push(...items);
      const disturbed = await newInstance(cloud, log, (name, port) => plan.over(name, port));
      await assert.rejects(disturbed.deliver(items), PlannedFault);
      await (await newInstance(cloud, log)).deliver(items);
    }
    await audit(log, committed);
  });

  test('I6 three sequencers at the same time place each entry once, and overwrite no file', async () => {
    const log = await newLog(cloud, key);
    const all = await Promise.all([1, 2, 3].map(() => newInstance(cloud, log)));
    const committed: OutboxItem[] = [];
    for (let round = 0; round < 3; round++) {
      const shared = [...acts.four(), ...acts.many(12, 4), ...acts.four()];
      await commit(log, shared);
      committed.push(...shared);
      await Promise.all(
        all.map(async (instance, i) => {
          const own = acts.many(2);
          committed.push(...own);
          await instance.deliver([...own, ...shared.slice(i, shared.length - 2 * i)]);
        }),
      );
    }
    await audit(log, committed);
  });
});
