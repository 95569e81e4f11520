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
      const own = await newOwn(cloud, key);
      own.it = await newInstance(own.log, { metrics: true });
      const count = counted(t, 'EntriesMalformed');
      const items = [...malformed().map(recordOf)];
      const good = four();
      const incomplete = acts.many(4).map(recordOf);
      for (const [i, name] of ['stream', 'n', 'entry'].entries())
        delete incomplete[i]?.dynamodb?.NewImage?.[name];
      delete incomplete[3]?.dynamodb?.NewImage;
      const Records = [...items, ...incomplete, ...good.map(recordOf), ...items];
      await own.it.handler({ Records });
      await own.audit.verify(good);
      assert.equal(count(), 2 * items.length + incomplete.length);
    });

    test('I6 is passed over where a predecessor or a part of a transaction should be', async (t) => {
      const own = await newOwn(cloud, key);
      own.it = await newInstance(own.log, { metrics: true });
      const count = counted(t, 'EntriesMalformed');
      const bad = malformed();
      for (const item of [...bad, { ...bad[0], entry: 5 }, { ...bad[0], together: 'all' }]) {
        const name = stream();
        const [first, second] = [acts.one(name), acts.one(name)];
        const place = { stream: first.stream, n: first.n };
        await commit(own.log, [{ ...item, ...place }]);
        await own.it.deliver([second]);
        const pair = acts.together(stream(), stream());
        await commit(own.log, [{ ...item, stream: pair[0]?.stream, n: pair[0]?.n }]);
        await own.it.deliver(pair.slice(1));
        own.audit.expectFrom(second);
        own.audit.expect(pair.slice(1));
      }
      await own.audit.verify();
      assert.equal(count(), 2 * (bad.length + 2));
    });

    test('I6 transactions that claim to lie within each other do not stop the log', async () => {
      const own = await newOwn(cloud, key);
      const [a, b] = [stream(), stream()];
      const [a1, b1, a2, b2] = [acts.one(a), acts.one(b), acts.one(a), acts.one(b)];
      const place = ({ stream, n }: OutboxItem) => ({ stream, n });
      const crossed = [
        { ...a1, together: [place(a1), place(b2)] },
        { ...b2, together: [place(a1), place(b2)] },
        { ...b1, together: [place(b1), place(a2)] },
        { ...a2, together: [place(b1), place(a2)] },
      ];
      await commit(own.log, crossed);
      await own.it.deliver(crossed);
      const { size } = (await own.it.reader.publishedLog())?.checkpoint ?? { size: 0n };
      assert.equal(size, 4n);
    });

    test('I6 is not what is of a kind or version that is not known yet', async () => {
      const own = await newOwn(cloud, key);
      const [one, two] = [acts.one(stream()), acts.one(stream())];
      const younger = [
        { ...one, entry: canonicalJson({ ...JSON.parse(one.entry), kind: 'case.weighed' }) },
        { ...two, entry: canonicalJson({ ...JSON.parse(two.entry), v: 2, data: 'otherwise' }) },
      ];
      await own.it.deliver(younger);
      await own.audit.verify(younger);
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
    async function unpublished(own: Own, items: readonly OutboxItem[]) {
      own.it.interfere(crashAfterTheHead());
      await assert.rejects(own.it.deliver(items), Crash);
      own.it.interfere();
      return headOf(own);
    }

    test('I6 restored from a backup, forks no log: nothing is signed, nothing written', async () => {
      for (const [more, wasPublished] of [
        [3, true],
        [10, true],
        [200, true],
        [3, false],
        [200, false],
      ] as const) {
        const own = await newOwn(cloud, key);
        await nearlyFull(own);
        const items = acts.many(10);
        const backup = wasPublished ? await headOf(own) : await unpublished(own, items.slice(0, 5));
        await own.it.deliver(items.slice(0, 5));
        await own.it.deliver(items);
        await own.audit.verify(items);
        const newest = await headOf(own);
        const before = await filesOf(own);
        await write(own, backup);
        const others = acts.many(more);
        await refuses(own.it, others);
        await refuses(await newInstance(own.log), others);
        assert.deepEqual(await filesOf(own), before);
        // With the head that the bucket says, the log goes on.
        await write(own, newest);
        await own.it.deliver(others);
        await own.audit.verify(others);
      }
    });

    test('I6 lost, begins no second log in the bucket of the first', async () => {
      const own = await newOwn(cloud, key);
      const items = acts.many(3);
      await own.it.deliver(items);
      const before = await filesOf(own);
      await own.log.aws.dynamo.send(new DeleteCommand({ TableName: own.log.table, Key: headKey }));
      for (const more of [1, 3, 300]) await refuses(own.it, acts.many(more));
      assert.deepEqual(await filesOf(own), before);
    });

    test('I6 edited, signs nothing and publishes nothing', async () => {
      const own = await newOwn(cloud, key);
      await nearlyFull(own);
      const before = await filesOf(own);
      const head = await headOf(own);
      const root = createHash('sha256').update('another').digest('base64');
      const items = four();
      const ahead = await unpublished(own, items);
      for (const edited of [
        { ...head, root },
        { ...head, size: 253, published: 253 },
        { ...ahead, published: 253 },
        { ...ahead, published: 258 },
      ]) {
        await write(own, edited);
        own.it.interfere();
        await assert.rejects(own.it.deliver(four()));
        assert.ok(!own.it.calls().includes('SignCommand'));
        assert.deepEqual(await filesOf(own), before);
      }
      await write(own, ahead);
      await own.it.deliver(items);
      await own.audit.verify(items);
    });

    test('I6 of which what is staged was edited or taken away, publishes nothing', async () => {
      for (const tamper of ['take', 'edit'] as const) {
        const own = await newOwn(cloud, key);
        await nearlyFull(own);
        const before = await filesOf(own);
        const items = four();
        await unpublished(own, items);
        const { aws, table } = own.log;
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
        else await write(own, { ...part, entries });
        own.it = await newInstance(own.log);
        await assert.rejects(
          own.it.deliver(items),
          tamper === 'take' ? /what the head says is staged is not there/ : /not what the head says/,
        );
        assert.deepEqual(await filesOf(own), before);
        // Nor is it said of any entry that it has a place.
        assert.equal((await staged()).length, tamper === 'take' ? 0 : 1);
        // As it was staged, it is published.
        await write(own, part);
        await own.it.deliver(items);
        await own.audit.verify(items);
      }
    });
  });

  test('I6 a file that is there and is another stops the log before its checkpoint', async () => {
    for (const path of ['tile/entries/000', 'tile/0/000', 'tile/0/001.p/2']) {
      const own = await newOwn(cloud, key);
      await nearlyFull(own);
      const { aws, bucket } = own.log;
      await aws.s3.send(new PutObjectCommand({ Bucket: bucket, Key: path, Body: 'another' }));
      await assert.rejects(own.it.deliver(four()), /the bucket holds another file in this place/);
      const versions = await own.audit.versions();
      assert.equal(versions.filter((version) => version.Key === 'checkpoint').length, 1);
      assert.equal(versions.filter((version) => version.Key === path).length, 1);
    }
  });
});
