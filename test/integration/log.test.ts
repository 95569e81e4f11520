import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import {
  DeleteObjectCommand,
  GetObjectRetentionCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
} from '@aws-sdk/client-s3';
import { DeleteCommand, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { submitRequest, withdrawRequest } from '#client/agency.ts';
import { showReview } from '#client/reviewer.ts';
import { canonicalJson } from '#core/canonical.ts';
import { entryHash } from '#core/log/entry.ts';
import { readCheckpoint } from '#core/log/reading.ts';
import { tileAt, tilePath } from '#core/log/tiles.ts';
import { placePath } from '#core/state/log-places.ts';
import { asAdministrator } from '#dev/as.ts';
import { until } from '#dev/feed.ts';
import { invoke } from '#dev/invoke.ts';
import { logFiles, logKeyOf } from '#dev/log.ts';
import type { World } from '#dev/world.ts';
import {
  approve,
  awsErrorOf,
  ingest,
  lacks,
  logged,
  login,
  newAccount,
  newAgency,
  newRequest,
  newReviewer,
  theWorld,
  toldOf,
  treeVerifies,
  wholeScope,
} from '../harness.ts';

describe('the log', { concurrency: 4 }, () => {
  let world: World;
  let account: string;
  before(async () => {
    world = await theWorld();
    account = newAccount();
    await ingest(world, [login(account, 20)]);
  });

  async function newCase() {
    const agency = await newAgency(world);
    const request = newRequest(account);
    return { agency, request, view: await submitRequest(agency.session, request) };
  }

  /** A case's committed entries as the table's stream delivers them to `sequence`. */
  async function delivery(caseId: string): Promise<{ Records: unknown[] }> {
    const { Items = [] } = await world.aws.dynamo.send(
      new QueryCommand({
        TableName: world.outputs.EntriesTableName,
        KeyConditionExpression: '#s = :s',
        ExpressionAttributeNames: { '#s': 'stream' },
        ExpressionAttributeValues: { ':s': `case/${caseId}` },
        ConsistentRead: true,
      }),
    );
    return {
      Records: Items.map((item) => ({
        eventName: 'INSERT',
        dynamodb: {
          NewImage: {
            stream: { S: z.string().parse(item.stream) },
            n: { N: String(item.n) },
            entry: { S: z.string().parse(item.entry) },
          },
        },
      })),
    };
  }

  /** How often the log tells each entry of a case. */
  const numbersOf = async (caseId: string) => (await toldOf(world, caseId)).map(({ entry }) => entry.n);

  test('is one tree from its first entry to its last, as the bucket holds it', async () => {
    const { view } = await newCase();
    await logged(world, view.id, 'request.received');
    await treeVerifies(world);
  });

  test('acts at the same time are each told once, a case’s own in their order', async () => {
    const reviewers = await Promise.all([newReviewer(world), newReviewer(world), newReviewer(world)]);
    const cases = await Promise.all(Array.from({ length: 4 }, newCase));
    await Promise.all(
      cases.flatMap(({ view }) => reviewers.map(({ session }) => showReview(session, view.id))),
    );
    await Promise.all(cases.map(({ view, request }) => approve(world, view, wholeScope(request))));
    await Promise.all(cases.map(({ agency, view }) => withdrawRequest(agency.session, view.id)));
    for (const { view } of cases) {
      const entries = await logged(world, view.id, 'case.withdrawn');
      assert.deepEqual(
        entries.map((e) => e.n),
        entries.map((_, i) => i + 1),
      );
      for (const [i, entry] of entries.entries()) {
        const before = entries[i - 1];
        assert.equal(entry.previous, before === undefined ? undefined : entryHash(before));
      }
      const kinds = entries.map((e) => e.kind);
      assert.equal(kinds[0], 'request.received');
      assert.equal(kinds.filter((kind) => kind === 'review.opened').length, 3);
      assert.equal(kinds.filter((kind) => kind === 'decision.approved').length, 2);
      assert.equal(kinds.filter((kind) => kind === 'case.withdrawn').length, 1);
    }
    await treeVerifies(world);
  });

  test('entries that are delivered again add nothing', async () => {
    const { agency, view } = await newCase();
    await withdrawRequest(agency.session, view.id);
    await logged(world, view.id, 'case.withdrawn');
    const event = await delivery(view.id);
    assert.equal(event.Records.length, 2);
    await invoke(world, 'Sequence', event);
    await invoke(world, 'Sequence', event);
    await invoke(world, 'Sequence', { Records: event.Records.toReversed() });
    assert.deepEqual(await numbersOf(view.id), [1, 2]);
    await treeVerifies(world);
  });

  test('several sequencers at the same moment tell each entry once', async () => {
    const { agency, view } = await newCase();
    await withdrawRequest(agency.session, view.id);
    // The stream’s own delivery is on its way: these race it, and each other.
    const event = await delivery(view.id);
    const last = { Records: event.Records.slice(-1) };
    await Promise.all([event, last, event, last].map((each) => invoke(world, 'Sequence', each)));
    await logged(world, view.id, 'case.withdrawn');
    assert.deepEqual(await numbersOf(view.id), [1, 2]);
    await treeVerifies(world);
  });

  test('an entry that arrives before its predecessor waits behind it', async () => {
    const { agency, view } = await newCase();
    await withdrawRequest(agency.session, view.id);
    const { Records } = await delivery(view.id);
    await invoke(world, 'Sequence', { Records: Records.slice(-1) });
    await until('both are told', async () => (await numbersOf(view.id)).length === 2, 90_000);
    assert.deepEqual(await numbersOf(view.id), [1, 2]);
  });

  test('I11: a first entry that somebody takes out of the outbox and writes anew is not told, and the first one counts', async () => {
    const { view } = await newCase();
    const [told] = await logged(world, view.id, 'request.received');
    assert.ok(told?.kind === 'request.received');
    const key = { stream: told.stream, n: 1 };
    const TableName = world.outputs.EntriesTableName;
    const { Item } = await world.aws.dynamo.send(
      new GetCommand({ TableName, Key: key, ConsistentRead: true }),
    );
    const resolved = 'A'.repeat(43);
    const entry = canonicalJson({ ...told, data: { ...told.data, resolved } });
    await world.aws.dynamo.send(new DeleteCommand({ TableName, Key: key }));
    // The table's stream brings it to `sequence`, as it brings what functions commit.
    await world.aws.dynamo.send(new PutCommand({ TableName, Item: { ...Item, entry } }));
    await invoke(world, 'Sequence', await delivery(view.id));
    const other = await newCase();
    await logged(world, other.view.id, 'request.received');
    assert.deepEqual(
      (await toldOf(world, view.id)).map(({ entry }) => canonicalJson(entry)),
      [canonicalJson(told)],
    );
    await treeVerifies(world);
  });

  test('holds nothing of what was asked, and none of who decided', async () => {
    const { request, view } = await newCase();
    const reviewer = await newReviewer(world);
    await showReview(reviewer.session, view.id);
    const entries = JSON.stringify(await logged(world, view.id, 'review.opened'));
    const [subject] = request.subjects;
    for (const value of [subject?.value ?? '', request.reference, view.requestDigest, reviewer.holder]) {
      assert.ok(!entries.includes(value));
    }
  });

  /** Where the newest entry is: what was written before the lock was in place, the emulator does not lock. */
  async function newestBundle(): Promise<string> {
    const { view } = await newCase();
    await logged(world, view.id, 'request.received');
    const { size } = (await readCheckpoint(logFiles(world), logKeyOf(world))) ?? { size: 0n };
    return tilePath(tileAt('entries', size - 1n, size));
  }

  test('no version of an entry can be deleted or kept shorter, not even by the account’s root', async (t) => {
    const reason = lacks(world.cloud, 'objectLock');
    if (reason) return t.skip(reason);
    const Bucket = world.outputs.LogBucketName;
    const { s3 } = world.aws;
    const Key = await newestBundle();
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: Key }));
    const VersionId = Versions.at(-1)?.VersionId;
    assert.ok(VersionId);
    const retention = await s3.send(new GetObjectRetentionCommand({ Bucket, Key, VersionId }));
    assert.equal(retention.Retention?.Mode, 'COMPLIANCE');
    const deleting = new DeleteObjectCommand({ Bucket, Key, VersionId, BypassGovernanceRetention: true });
    assert.match(await awsErrorOf(s3.send(deleting)), /^AccessDenied/);
    const Retention = { Mode: 'COMPLIANCE', RetainUntilDate: new Date(Date.now() + 1000) } as const;
    const shortening = new PutObjectRetentionCommand({ Bucket, Key, VersionId, Retention });
    assert.match(await awsErrorOf(s3.send(shortening)), /^AccessDenied/);
  });

  test('an administrator can neither overwrite, hide nor add an entry', async (t) => {
    const reason = lacks(world.cloud, 'iam');
    if (reason) return t.skip(reason);
    const Bucket = world.outputs.LogBucketName;
    const Key = await newestBundle();
    const administrator = await asAdministrator(world.cloud, world.aws);
    try {
      const { s3 } = administrator.aws;
      const attempts = {
        overwrite: s3.send(new PutObjectCommand({ Bucket, Key, Body: '{}' })),
        hide: s3.send(new DeleteObjectCommand({ Bucket, Key })),
        add: s3.send(new PutObjectCommand({ Bucket, Key: 'tile/entries/x999/999', Body: '{}' })),
        place: s3.send(new PutObjectCommand({ Bucket, Key: placePath({ stream: 'x', n: 1 }), Body: '0' })),
        republish: s3.send(new PutObjectCommand({ Bucket, Key: 'checkpoint', Body: '{}' })),
      };
      const outcomes = await Promise.all(
        Object.entries(attempts).map(async ([act, attempt]) => [act, await awsErrorOf(attempt)] as const),
      );
      for (const [act, outcome] of outcomes) assert.match(outcome, /^AccessDenied/, act);
    } finally {
      await administrator.leave();
    }
    const { Versions = [], DeleteMarkers = [] } = await world.aws.s3.send(
      new ListObjectVersionsCommand({ Bucket, Prefix: Key }),
    );
    assert.deepEqual([Versions.length, DeleteMarkers.length], [1, 0]);
  });
});
