import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { utf8 } from '#core/bytes.ts';
import { encodeBundle } from '#core/log/tiles.ts';
import type { OutboxItem } from '#core/state/outbox.ts';
import { turns } from '../../memory/turns.ts';
import { audit, bytesOf } from './audit.ts';
import { Acts, copyOf, instanceOf, logOf, newLog, type OwnLog } from './own-log.ts';

/** What somebody put into the table or the bucket who is no function of Writ. */
const headKey = { pk: 'head', sk: '-' };
const acts = new Acts();
/** Two entries before a tile is full: the next four fill it and begin another. */
const nearlyFull = await logOf(acts, 254);

async function headOf({ store }: OwnLog) {
  const head = await store.get('log', headKey);
  assert.ok(head);
  return head;
}

const staged = ({ store }: OwnLog) => store.items('log').filter(({ pk }) => pk === 'stage');

/** Has an instance die when its delivery has moved the head. @returns that head */
async function unpublished(log: OwnLog, items: readonly OutboxItem[]) {
  const before = log.store.items('log').find(({ pk }) => pk === 'head')?.size ?? 0;
  const order = turns<'sequencer'>();
  void instanceOf(log, (name, port) => order.over('sequencer', name, port)).deliver(items);
  const isMoved = () => log.store.items('log').find(({ pk }) => pk === 'head')?.size !== before;
  await order.run(([first]) => (isMoved() ? undefined : first));
  assert.ok(isMoved());
  return headOf(log);
}

/** Whether a new instance refuses to go on: nothing is signed, and nothing written to the bucket. */
async function refuses(log: OwnLog, items: readonly OutboxItem[], why: RegExp): Promise<void> {
  const before = log.files.versions.length;
  const order = turns<'sequencer'>();
  const instance = instanceOf(log, (name, port) => order.over('sequencer', name, port));
  const rejected = assert.rejects(instance.deliver(items), why);
  await order.run(([first]) => first);
  await rejected;
  assert.ok(!order.taken.some(({ call }) => call === 'signer.sign'));
  assert.equal(log.files.versions.length, before);
}

describe('I6 a head that is not the bucket’s', () => {
  for (const [more, wasPublished] of [
    [3, true],
    [10, true],
    [200, true],
    [3, false],
    [200, false],
  ] as const) {
    const which = wasPublished ? 'published' : 'unpublished';
    test(`I6 restored from a backup of a ${which} one, forks no log with ${more} entries`, async () => {
      const log = copyOf(nearlyFull);
      const items = acts.many(10);
      const backup = wasPublished ? await headOf(log) : await unpublished(log, items.slice(0, 5));
      await instanceOf(log).deliver(items.slice(0, 5));
      await instanceOf(log).deliver(items);
      await audit(log, items);
      const newest = await headOf(log);
      log.store.force('log', backup);
      const others = acts.many(more);
      await refuses(log, others, /the bucket holds another log/);
      // With the head that the bucket says, the log goes on.
      log.store.force('log', newest);
      await instanceOf(log).deliver(others);
      await audit(log, [...items, ...others]);
    });
  }

  test('I6 lost, begins no second log in the bucket of the first', async () => {
    for (const more of [1, 3, 300]) {
      const log = copyOf(nearlyFull);
      log.store.remove('log', headKey);
      await refuses(log, acts.many(more), /the bucket holds another log/);
    }
  });

  test('I6 edited, signs nothing and publishes nothing', async () => {
    const root = createHash('sha256').update('another').digest('base64');
    for (const edit of [{ root }, { size: 253, published: 253 }]) {
      const log = copyOf(nearlyFull);
      log.store.force('log', { ...(await headOf(log)), ...edit });
      await refuses(log, acts.four(), /another log|file-missing/);
    }
    for (const edit of [{ published: 253 }, { published: 258 }]) {
      const log = copyOf(nearlyFull);
      const items = acts.four();
      const ahead = await unpublished(log, items);
      log.store.force('log', { ...ahead, ...edit });
      await refuses(log, acts.four(), /another log|file-missing/);
      log.store.force('log', ahead);
      await instanceOf(log).deliver(items);
      await audit(log, items);
    }
  });

  test('I11 of which somebody says that the bucket has all, has nothing appended twice', async () => {
    for (let calls = 0, more = true; more; calls++) {
      const log = copyOf(nearlyFull);
      const items = acts.four();
      const ahead = await unpublished(log, items);
      log.store.force('log', { ...ahead, published: ahead.size });
      const order = turns<'deceived'>();
      const deceived = instanceOf(log, (name, port) => order.over('deceived', name, port))
        .deliver(items)
        .catch(() => {});
      await order.run(([first]) => (order.taken.length < calls ? first : undefined));
      more = order.taken.length === calls;
      // While it waits, another one publishes what the head says, and the table is right again.
      log.store.force('log', ahead);
      await instanceOf(log).deliver(items);
      await order.run(([first]) => first);
      await deceived;
      const others = acts.many(2);
      await instanceOf(log).deliver(others);
      await audit(log, [...items, ...others]);
    }
  });

  test('I11 made on the same one as another, because somebody put that back, is not written beside it', async () => {
    const log = copyOf(nearlyFull);
    const before = await headOf(log);
    const [items, others] = [acts.many(1), acts.many(3)];
    const one = await unpublished(log, items);
    log.store.force('log', before);
    const other = await unpublished(log, others);
    const stages = staged(log);
    assert.equal(stages.length, 2);
    // One has begun to write its files, and has not published them.
    log.store.force('log', one);
    const order = turns<'sequencer'>();
    void instanceOf(log, (name, port) => order.over('sequencer', name, port)).deliver(items);
    await order.run(([first]) => (first?.call === 'files.publish' ? undefined : first));
    assert.equal(order.taken.filter(({ call }) => call === 'files.create').length, 1 + 1 + 2);
    log.store.force('log', other);
    await refuses(log, others, /the bucket holds another file in this place/);
    log.store.force('log', one);
    await instanceOf(log).deliver([...items, ...others]);
    await audit(log, [...items, ...others]);
  });

  test('I11 whose checkpoint the log’s key did not sign for it gets no place, and is not published', async () => {
    const log = copyOf(nearlyFull);
    const older = await headOf(log);
    const items = acts.four();
    const ahead = await unpublished(log, items);
    const checkpoint = String(ahead.checkpoint);
    for (const other of [
      '',
      String(older.checkpoint),
      checkpoint.replace('\n258\n', '\n259\n'),
      `${checkpoint}— witness ${Buffer.alloc(68, 1).toString('base64')}\n`,
    ]) {
      log.store.force('log', { ...ahead, checkpoint: other });
      await refuses(log, items, /the checkpoint that the head says is not the head’s/);
    }
    log.store.force('log', ahead);
    await instanceOf(log).deliver(items);
    await audit(log, items);
  });

  test('I6 of which what is staged was edited or taken away, publishes nothing', async () => {
    for (const tamper of ['take', 'edit'] as const) {
      const log = copyOf(nearlyFull);
      const items = acts.four();
      await unpublished(log, items);
      const [part, ...more] = staged(log);
      assert.ok(part);
      assert.deepEqual(more, []);
      if (tamper === 'take') log.store.remove('log', { pk: String(part.pk), sk: String(part.sk) });
      else log.store.force('log', { ...part, entries: encodeBundle(acts.four().map(bytesOf)) });
      const why = tamper === 'take' ? /what the head says is staged is not there/ : /not what the head says/;
      await refuses(log, items, why);
      // As it was staged, it is published.
      log.store.force('log', part);
      await instanceOf(log).deliver(items);
      await audit(log, items);
    }
  });
});

describe('I6 the bucket', () => {
  test('I6 with another file in a place stops the log before its checkpoint', async () => {
    for (const path of ['tile/entries/000', 'tile/0/000', 'tile/0/001.p/2']) {
      const log = copyOf(nearlyFull);
      log.files.force(path, utf8('another'));
      await assert.rejects(
        instanceOf(log).deliver(acts.four()),
        /the bucket holds another file in this place/,
      );
      const written = (name: string) => log.files.versions.filter(({ path }) => path === name).length;
      assert.deepEqual([written('checkpoint'), written(path)], [1, 1]);
    }
  });

  test('I6 that refuses a write because of another that comes to nothing is written again', async () => {
    const log = copyOf(nearlyFull);
    let refused = 0;
    // S3 answers so while another's write is under way.
    const busy = instanceOf(log, (name, port) =>
      name !== 'files'
        ? port
        : new Proxy(port, {
            get: (target, property) =>
              (property === 'create' || property === 'publish') && refused < 4 && refused++ < 4
                ? async () => false
                : Reflect.get(target, property),
          }),
    );
    const items = acts.many(3);
    await busy.deliver(items);
    assert.equal(refused, 4);
    await audit(log, items);
  });
});

test('I6 while nobody signs, nothing is in the log, and nothing is left in the stage', async () => {
  const log = copyOf(nearlyFull);
  const items = acts.many(2);
  const sign = async () => {
    throw new Error('KMS does not answer');
  };
  await assert.rejects(
    instanceOf({ ...log, signer: { ...log.signer, sign } }).deliver(items),
    /KMS does not answer/,
  );
  await audit(log, []);
  await instanceOf(log).deliver(items);
  await audit(log, items);
});

test('I6 a signature that does not verify moves no head', async () => {
  const log = copyOf(nearlyFull);
  const sign = async () => new Uint8Array(64);
  await assert.rejects(
    instanceOf({ ...log, signer: { ...log.signer, sign } }).deliver(acts.many(2)),
    /note-unsigned/,
  );
  await audit(log, []);
});

test('I11: a head that says that more is published than there is stops the sequencer at once', async () => {
  const [log, acts] = [newLog(), new Acts()];
  await instanceOf(log).deliver(acts.many(2));
  const [head] = log.store.items('log').filter(({ pk }) => pk === 'head');
  log.store.force('log', { ...head, pk: 'head', published: 3 });
  await assert.rejects(instanceOf(log).deliver(acts.many(1)), /more is published than there is/);
});
