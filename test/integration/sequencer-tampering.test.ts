import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { before, describe, type TestContext, test } from 'node:test';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { DeleteCommand, PutCommand, paginateScan } from '@aws-sdk/lib-dynamodb';
import { utf8 } from '#core/bytes.ts';
import { canonicalJson } from '#core/canonical.ts';
import { encodeBundle } from '#core/log/tiles.ts';
import type { Cloud } from '#dev/cloud/cloud.ts';
import type { OutboxItem } from '#functions/aws/entries.ts';
import { acts, four, headKey, headOf, nearlyFull, newOwn, type Own } from './auditing.ts';
import { Crash, crashAfterTheHead } from './faults.ts';
import { commit, type Instance, newInstance, newLogKey, recordOf, theCloud } from './sequencing.ts';

/** What somebody put into the outbox, the table or the bucket who is no function of Writ. */
describe('I6 the sequencer and', { concurrency: 3 }, () => {
  let cloud: Cloud;
  let key: string;
  before(async () => {
    cloud = theCloud();
    key = await newLogKey(cloud);
  });

  describe('what is no entry', { concurrency: 1 }, () => {
    const stream = () => `case/${randomUUID()}`;

    /** The sum of a metric in what was printed since. */
    function counted(t: TestContext, name: string): () => number {
      const { mock } = t.mock.method(console, 'log', () => {});
      return () =>
        mock.calls
          .map(({ arguments: [line] }) => JSON.parse(String(line))[name] ?? 0)
          .reduce((sum, value) => sum + value, 0);
    }

    /** Outbox items that no function of Writ writes. */
    function malformed(): OutboxItem[] {
      const [one, two] = [acts.one(stream()), acts.one(stream())];
      const own = JSON.parse(one.entry);
      const long = canonicalJson({ ...own, v: 99, more: 'x'.repeat(0xffff) });
      return [
        { ...one, entry: 'no JSON' },
        { ...one, entry: '' },
        { ...one, entry: '{}' },
        { ...one, entry: canonicalJson({ ...own, data: {} }) },
        { ...one, entry: two.entry },
        { ...one, n: one.n + 1 },
        { ...one, entry: long },
        // Not as RFC 8785 writes it, so no proof of it could be given.
        { ...one, entry: ` ${one.entry}` },
        { ...one, entry: one.entry.replace('"v":1', '"v":1,"v":1') },
        // Of a transaction that it is no part of.
        { ...one, together: [{ stream: two.stream, n: two.n }] },
        { ...one, together: Array.from({ length: 101 }, () => ({ stream: one.stream, n: one.n })) },
      ];
    }

    test('I6 neither stops the log nor enters it, and somebody is woken', async (t) => {
      const it = await newOwn(cloud, key);
      it.it = await newInstance(it.log, { metrics: true });
      const count = counted(t, 'EntriesMalformed');
      const items = [...malformed().map(recordOf)];
      const good = four();
      const incomplete = acts.many(4).map(recordOf);
      for (const [i, name] of ['stream', 'n', 'entry'].entries())
        delete incomplete[i]?.dynamodb?.NewImage?.[name];
      delete incomplete[3]?.dynamodb?.NewImage;
      const Records = [...items, ...incomplete, ...good.map(recordOf), ...items];
      await it.it.handler({ Records });
      await it.audit.verify(good);
      assert.equal(count(), 2 * items.length + incomplete.length);
    });

    test('I6 is passed over where a predecessor or a part of a transaction should be', async (t) => {
      const it = await newOwn(cloud, key);
      it.it = await newInstance(it.log, { metrics: true });
      const count = counted(t, 'EntriesMalformed');
      const bad = malformed();
      for (const item of [...bad, { ...bad[0], entry: 5 }, { ...bad[0], together: 'all' }]) {
        const name = stream();
        const [first, second] = [acts.one(name), acts.one(name)];
        const place = { stream: first.stream, n: first.n };
        await commit(it.log, [{ ...item, ...place }]);
        await it.it.deliver([second]);
        const pair = acts.together(stream(), stream());
        await commit(it.log, [{ ...item, stream: pair[0]?.stream, n: pair[0]?.n }]);
        await it.it.deliver(pair.slice(1));
        it.audit.expectFrom(second);
        it.audit.expect(pair.slice(1));
      }
      await it.audit.verify();
      assert.equal(count(), 2 * (bad.length + 2));
    });

    test('I6 transactions that claim to lie within each other do not stop the log', async () => {
      const it = await newOwn(cloud, key);
      const [a, b] = [stream(), stream()];
      const [a1, b1, a2, b2] = [acts.one(a), acts.one(b), acts.one(a), acts.one(b)];
      const place = ({ stream, n }: OutboxItem) => ({ stream, n });
      const crossed = [
        { ...a1, together: [place(a1), place(b2)] },
        { ...b2, together: [place(a1), place(b2)] },
        { ...b1, together: [place(b1), place(a2)] },
        { ...a2, together: [place(b1), place(a2)] },
      ];
      await commit(it.log, crossed);
      await it.it.deliver(crossed);
      const { size } = (await it.it.reader.publishedLog())?.checkpoint ?? { size: 0n };
      assert.equal(size, 4n);
    });

    test('I6 is not what is of a kind or version that is not known yet', async () => {
      const it = await newOwn(cloud, key);
      const [one, two] = [acts.one(stream()), acts.one(stream())];
      const younger = [
        { ...one, entry: canonicalJson({ ...JSON.parse(one.entry), kind: 'case.weighed' }) },
        { ...two, entry: canonicalJson({ ...JSON.parse(two.entry), v: 2, data: 'otherwise' }) },
      ];
      await it.it.deliver(younger);
      await it.audit.verify(younger);
    });
  });

  describe('a head that is not the bucket’s', () => {
    const filesOf = async ({ audit }: Own) =>
      (await audit.versions()).map(({ VersionId }) => VersionId).sort();
    const write = ({ log: { aws, table } }: Own, Item: Record<string, unknown> | undefined) =>
      aws.dynamo.send(new PutCommand({ TableName: table, Item }));

    /** Whether an instance refuses to go on, having signed nothing. */
    async function refuses(instance: Instance, items: readonly OutboxItem[]): Promise<void> {
      instance.interfere();
      await assert.rejects(instance.deliver(items), /the bucket holds another log/);
      assert.ok(!instance.calls().includes('SignCommand'));
    }

    /** Ends an instance when its delivery has moved the head, and answers that head. */
    async function unpublished(it: Own, items: readonly OutboxItem[]) {
      it.it.interfere(crashAfterTheHead());
      await assert.rejects(it.it.deliver(items), Crash);
      it.it.interfere();
      return headOf(it);
    }

    test('I6 restored from a backup, forks no log: nothing is signed, nothing written', async () => {
      for (const [more, wasPublished] of [
        [3, true],
        [10, true],
        [200, true],
        [3, false],
        [200, false],
      ] as const) {
        const it = await newOwn(cloud, key);
        await nearlyFull(it);
        const items = acts.many(10);
        const backup = wasPublished ? await headOf(it) : await unpublished(it, items.slice(0, 5));
        await it.it.deliver(items.slice(0, 5));
        await it.it.deliver(items);
        await it.audit.verify(items);
        const newest = await headOf(it);
        const before = await filesOf(it);
        await write(it, backup);
        const others = acts.many(more);
        await refuses(it.it, others);
        await refuses(await newInstance(it.log), others);
        assert.deepEqual(await filesOf(it), before);
        // With the head that the bucket says, the log goes on.
        await write(it, newest);
        await it.it.deliver(others);
        await it.audit.verify(others);
      }
    });

    test('I6 lost, begins no second log in the bucket of the first', async () => {
      const it = await newOwn(cloud, key);
      const items = acts.many(3);
      await it.it.deliver(items);
      const before = await filesOf(it);
      await it.log.aws.dynamo.send(new DeleteCommand({ TableName: it.log.table, Key: headKey }));
      for (const more of [1, 3, 300]) await refuses(it.it, acts.many(more));
      assert.deepEqual(await filesOf(it), before);
    });

    test('I6 edited, signs nothing and publishes nothing', async () => {
      const it = await newOwn(cloud, key);
      await nearlyFull(it);
      const before = await filesOf(it);
      const head = await headOf(it);
      const root = createHash('sha256').update('another').digest('base64');
      const items = four();
      const ahead = await unpublished(it, items);
      for (const edited of [
        { ...head, root },
        { ...head, size: 253, published: 253 },
        { ...ahead, published: 253 },
        { ...ahead, published: 258 },
      ]) {
        await write(it, edited);
        it.it.interfere();
        await assert.rejects(it.it.deliver(four()));
        assert.ok(!it.it.calls().includes('SignCommand'));
        assert.deepEqual(await filesOf(it), before);
      }
      await write(it, ahead);
      await it.it.deliver(items);
      await it.audit.verify(items);
    });

    test('I6 of which what is staged was edited or taken away, publishes nothing', async () => {
      for (const tamper of ['take', 'edit'] as const) {
        const it = await newOwn(cloud, key);
        await nearlyFull(it);
        const before = await filesOf(it);
        const items = four();
        await unpublished(it, items);
        const { aws, table } = it.log;
        const staged = async () => {
          const pages = paginateScan({ client: aws.dynamo }, { TableName: table });
          const all = (await Array.fromAsync(pages)).flatMap(({ Items = [] }) => Items);
          return all.filter(({ pk }) => pk !== headKey.pk);
        };
        const [part, ...more] = await staged();
        assert.ok(part);
        assert.deepEqual(more, []);
        const { pk, sk } = part;
        const entries = encodeBundle(four().map(({ entry }) => utf8(entry)));
        if (tamper === 'take')
          await aws.dynamo.send(new DeleteCommand({ TableName: table, Key: { pk, sk } }));
        else await write(it, { ...part, entries });
        it.it = await newInstance(it.log);
        await assert.rejects(
          it.it.deliver(items),
          tamper === 'take' ? /what the head says is staged is not there/ : /not what the head says/,
        );
        assert.deepEqual(await filesOf(it), before);
        // Nor is it said of any entry that it has a place.
        assert.equal((await staged()).length, tamper === 'take' ? 0 : 1);
        // As it was staged, it is published.
        await write(it, part);
        await it.it.deliver(items);
        await it.audit.verify(items);
      }
    });
  });

  test('I6 a file that is there and is another stops the log before its checkpoint', async () => {
    for (const path of ['tile/entries/000', 'tile/0/000', 'tile/0/001.p/2']) {
      const it = await newOwn(cloud, key);
      await nearlyFull(it);
      const { aws, bucket } = it.log;
      await aws.s3.send(new PutObjectCommand({ Bucket: bucket, Key: path, Body: 'another' }));
      await assert.rejects(it.it.deliver(four()), /the bucket holds another file in this place/);
      const versions = await it.audit.versions();
      assert.equal(versions.filter((version) => version.Key === 'checkpoint').length, 1);
      assert.equal(versions.filter((version) => version.Key === path).length, 1);
    }
  });
});
