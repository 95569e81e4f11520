import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { GetBucketPolicyCommand, HeadObjectCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { collect, collectOnce, openDisclosure, submitRequest, withdrawRequest } from '#client/agency.ts';
import { verifyLogProof } from '#core/log/proof.ts';
import { readCheckpoint } from '#core/log/reading.ts';
import { tileAt, tilePath } from '#core/log/tiles.ts';
import { until } from '#dev/feed.ts';
import { logFiles, logKeyOf } from '#dev/log.ts';
import type { World } from '#dev/world.ts';
import {
  approve,
  approvedCase,
  entryOf,
  grantsFor,
  ingest,
  lacks,
  logged,
  login,
  newAccount,
  newAgency,
  newRequest,
  refusalOf,
  revokeGrants,
  theWorld,
  toldOf,
  wholeScope,
} from '../harness.ts';
import { exchange, storedCase, storedEntries } from './tools.ts';

describe('I4 logged first', () => {
  let world: World;
  let skip: string | false = false;
  before(async () => {
    world = await theWorld();
    skip = lacks(world.cloud, 'iam');
  });

  test('I4 while the bucket refuses writes nothing is opened and nothing minted, and afterwards both are', async (t) => {
    if (skip) return t.skip(skip);
    const [ready, ungranted, undecided] = [newAccount(), newAccount(), newAccount()];
    await ingest(world, [login(ready, 3), login(ungranted, 3), login(undecided, 3)]);
    const agency = await newAgency(world);
    const { id } = await approvedCase(world, agency, newRequest(ready));
    const without = await approvedCase(world, agency, newRequest(ungranted));
    const request = newRequest(undecided);
    const waiting = await submitRequest(agency.session, request);
    await logged(world, waiting.id, 'request.received');
    // KMS refuses to unwrap for this case, which may be that it follows late: a call that says nothing of it has not asked KMS.
    await revokeGrants(world, await grantsFor(world, ungranted));

    await withTheLogDown(async () => {
      const [answer, unasked] = await Promise.all([
        exchange(agency.session, 'POST', `/v1/requests/${id}/collection`, {}),
        exchange(agency.session, 'POST', `/v1/requests/${without.id}/collection`, {}),
        approve(world, waiting, wholeScope(request)),
      ]);
      for (const { status, headers, text } of [answer, unasked]) {
        assert.equal(status, 202);
        assert.match(headers.get('retry-after') ?? '', /^\d+$/);
        assert.equal(headers.get('content-type'), 'application/json');
        assert.equal(z.looseObject({ collections: z.int() }).parse(JSON.parse(text)).collections, 0);
      }
      for (const current of [await storedCase(world, id), await storedCase(world, without.id)]) {
        assert.equal(current.collections, 0);
        assert.notEqual(current.pending, undefined);
        const kinds = (await storedEntries(world, current.id)).map((e) => e.kind);
        assert.equal(kinds.at(-1), 'collection.intended');
      }
      // The head has moved, and the bucket does not have what it says.
      await until('the log is stuck', aheadOfTheBucket, 90_000);
      assert.equal(await entryOf(world, id, 'collection.intended'), undefined);
      assert.deepEqual(await grantsFor(world, undecided), []);
      assert.equal((await storedCase(world, waiting.id)).grants, undefined);
    });

    const { package: disclosure } = await collect(agency.session, id, agency.encryptionKey, {
      patienceMs: 90_000,
    });
    assert.equal(disclosure.records.length, 1);
    await logged(world, id, 'collection.completed');
    const kinds = (await toldOf(world, id)).map(({ entry }) => entry.kind);
    // One intent: asking again resumed it.
    assert.deepEqual(kinds.slice(-2), ['collection.intended', 'collection.completed']);
    assert.equal(kinds.filter((kind) => kind === 'collection.intended').length, 1);

    await logged(world, waiting.id, 'grant.minted');
    assert.equal((await grantsFor(world, undecided)).length, 1);
    const refused = await until(
      'the case without a grant is refused',
      async () => {
        const code = await refusalOf(collectOnce(agency.session, without.id, agency.encryptionKey));
        return code !== 'not refused' && code;
      },
      90_000,
    );
    assert.equal(refused, 'try-again');
    await withdrawRequest(agency.session, without.id);
  });

  test('I4 the intent lies in the bucket when the answer comes, and the disclosure names its place', async () => {
    const account = newAccount();
    await ingest(world, [login(account, 3)]);
    const agency = await newAgency(world);
    const { id } = await approvedCase(world, agency, newRequest(account));
    const answer = await until(
      'the collection is answered',
      async () => {
        const value = await exchange(agency.session, 'POST', `/v1/requests/${id}/collection`, {});
        return value.status === 200 && value;
      },
      90_000,
    );
    const { package: disclosure } = await openDisclosure(agency.session, answer.text, agency.encryptionKey);
    const { index, size, envelope } = verifyLogProof(disclosure.log, logKeyOf(world));
    assert.equal(envelope.kind, 'collection.intended');
    assert.equal(envelope.stream, `case/${id}`);
    assert.ok(envelope.at <= disclosure.collectedAt);
    // The log has it in this very place, and what it lies in is locked.
    assert.deepEqual(
      (await toldOf(world, id)).find((link) => link.index === index)?.entry,
      disclosure.log.entry,
    );
    for (const Key of [
      tilePath(tileAt('entries', index, size)),
      tilePath(tileAt(0, index, size)),
      'checkpoint',
    ]) {
      const object = await world.aws.s3.send(
        new HeadObjectCommand({ Bucket: world.outputs.LogBucketName, Key }),
      );
      assert.equal(object.ObjectLockMode, 'COMPLIANCE', Key);
      assert.ok(Number(object.ObjectLockRetainUntilDate) > Date.now(), Key);
    }
  });

  async function aheadOfTheBucket(): Promise<boolean> {
    const { Item } = await world.aws.dynamo.send(
      new GetCommand({
        TableName: world.outputs.LogTableName,
        Key: { pk: 'head', sk: '-' },
        ConsistentRead: true,
      }),
    );
    const head = z.object({ size: z.coerce.bigint(), published: z.coerce.bigint() }).parse(Item);
    const checkpoint = await readCheckpoint(logFiles(world), logKeyOf(world));
    assert.ok((checkpoint?.size ?? 0n) <= head.published, 'the bucket took a write');
    return head.size > head.published;
  }

  /** Other tests share the log: they wait meanwhile, as agencies would. */
  async function withTheLogDown(work: () => Promise<void>): Promise<void> {
    const Bucket = world.outputs.LogBucketName;
    const { Policy = '' } = await world.aws.s3.send(new GetBucketPolicyCommand({ Bucket }));
    const policy = z.looseObject({ Statement: z.array(z.unknown()) }).parse(JSON.parse(Policy));
    const down = {
      Sid: 'TestTheLogIsDown',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:PutObject',
      Resource: `arn:aws:s3:::${Bucket}/*`,
    };
    const put = (Statement: unknown[]) =>
      world.aws.s3.send(
        new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ ...policy, Statement }) }),
      );
    await put([down, ...policy.Statement]);
    try {
      await work();
    } finally {
      await world.aws.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    }
  }
});
