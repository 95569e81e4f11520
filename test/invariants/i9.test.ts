import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, describe, test } from 'node:test';
import { CreateGrantCommand, DecryptCommand, type GrantListEntry } from '@aws-sdk/client-kms';
import { z } from 'zod';
import { collect, collectOnce, followRequest, submitRequest, withdrawRequest } from '#client/agency.ts';
import { decideReview } from '#client/reviewer.ts';
import { roleOf } from '#dev/as.ts';
import type { Aws } from '#dev/aws.ts';
import { until } from '#dev/feed.ts';
import type { World } from '#dev/world.ts';
import {
  allGrants,
  approvedCase,
  asFunction,
  awsErrorOf,
  grantsFor,
  ingest,
  logged,
  login,
  needsEnforcement,
  newAccount,
  newAgency,
  newRequest,
  refusalOf,
  revokeGrants,
  theWorld,
  wholeScope,
} from '../harness.ts';
import { firstWrappedKey, invoked, scan, storedCase } from './tools.ts';

describe('I9 doors close', () => {
  let world: World;
  let asCollect: Aws;
  let skip: string | false = false;
  before(async () => {
    world = await theWorld();
    skip = needsEnforcement(world);
    asCollect = await asFunction(world, 'Collect');
  });

  test('I9 withdrawal closes the doors at KMS, for collect’s own role and with the grant’s token too', async (t) => {
    if (skip) return t.skip(skip);
    const { account, agency, view } = await minted();
    const open = await opener(account, view.id);
    assert.equal(await open(), 'allowed');
    await withdrawRequest(agency.session, view.id);
    await until('no grant is left', async () => (await grantsFor(world, account)).length === 0, 90_000);
    assert.equal(await open(), 'AccessDeniedException');
    assert.equal(await refusalOf(collectOnce(agency.session, view.id, agency.encryptionKey)), 'case-closed');
    await logged(world, view.id, 'grant.retired');
  });

  test('I9 the last allowed collection closes the doors at KMS', async (t) => {
    if (skip) return t.skip(skip);
    const { account, agency, view } = await minted();
    const open = await opener(account, view.id);
    const { collectionsAllowed } = await storedCase(world, view.id);
    for (let i = 1; i <= collectionsAllowed; i++) {
      assert.equal(await open(), 'allowed', `before collection ${i}`);
      await collect(agency.session, view.id, agency.encryptionKey);
    }
    await until('no grant is left', async () => (await grantsFor(world, account)).length === 0, 90_000);
    assert.equal(await open(), 'AccessDeniedException');
    assert.equal(
      await refusalOf(collectOnce(agency.session, view.id, agency.encryptionKey)),
      'collections-used-up',
    );
    assert.equal((await followRequest(agency.session, view.id)).collections, collectionsAllowed);
  });

  test('I9 a rejection after an approval opens no door, and no approval after it does', async (t) => {
    if (skip) return t.skip(skip);
    const account = newAccount();
    await ingest(world, [login(account, 3)]);
    const agency = await newAgency(world);
    const request = newRequest(account);
    const { id, requestDigest } = await submitRequest(agency.session, request);
    const say = (index: number, decision: 'approve' | 'reject') => {
      const reviewer = world.reviewers[index];
      assert.ok(reviewer);
      const scope = wholeScope(request);
      return decideReview(reviewer.session, id, { decision, requestDigest, scope, reason: 'checked' });
    };
    await say(0, 'approve');
    await say(1, 'reject');
    assert.equal(await refusalOf(say(2, 'approve')), 'case-closed');
    await logged(world, id, 'decision.rejected');
    assert.deepEqual(await grantsFor(world, account), []);
    assert.equal(await refusalOf(collectOnce(agency.session, id, agency.encryptionKey)), 'case-closed');
    const { CiphertextBlob, EncryptionContext } = await firstWrappedKey(world, account);
    const open = asCollect.kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }));
    assert.equal(await awsErrorOf(open), 'AccessDeniedException');
  });

  test('I9 a grant that no case has is found by the sweep, closed and told', async (t) => {
    if (skip) return t.skip(skip);
    const account = newAccount();
    await ingest(world, [login(account, 3)]);
    const { KeyId, CiphertextBlob, EncryptionContext } = await firstWrappedKey(world, account);
    const open = () =>
      awsErrorOf(asCollect.kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext })));
    const authorise = await asFunction(world, 'Authorise');
    const { GrantId } = await authorise.kms.send(
      new CreateGrantCommand({
        KeyId,
        GranteePrincipal: await roleOf(world.aws, world.outputs.CollectFunctionName),
        Operations: ['Decrypt'],
        Constraints: { EncryptionContextEquals: EncryptionContext },
        Name: randomUUID(),
      }),
    );
    assert.equal(await open(), 'allowed');

    // A sweep now leaves it: it could be a grant whose case does not say so yet.
    const early = await invoked(world, 'Expire', { time: new Date().toISOString() });
    assert.equal(early.failed, false, early.log);
    assert.equal((await grantsFor(world, account)).length, 1);

    const created = Number((await grantsFor(world, account))[0]?.CreationDate);
    await everyOlderGrantHasItsCase(created, GrantId);
    const late = await invoked(world, 'Expire', { time: new Date(created + 300_000).toISOString() });
    assert.equal(late.failed, false, late.log);
    assert.deepEqual(await grantsFor(world, account), []);
    assert.equal(await open(), 'AccessDeniedException');
    assert.ok(mismatches(late.log) >= 1, late.log);
    assert.match(late.log, /"grants differ from cases"/);
  });

  test('I9 a case’s grant that KMS does not have is told by the sweep', async (t) => {
    if (skip) return t.skip(skip);
    const { account, agency, view } = await minted();
    await revokeGrants(world, await grantsFor(world, account));
    const { failed, log } = await invoked(world, 'Expire', { time: new Date().toISOString() });
    assert.equal(failed, false, log);
    assert.ok(mismatches(log) >= 1, log);
    assert.match(log, /"missing":[1-9]/);
    assert.equal(await refusalOf(collect(agency.session, view.id, agency.encryptionKey)), 'grant-missing');
    await withdrawRequest(agency.session, view.id);
  });

  async function minted() {
    const account = newAccount();
    await ingest(world, [login(account, 3)]);
    const agency = await newAgency(world);
    const view = await approvedCase(world, agency, newRequest(account));
    assert.equal((await grantsFor(world, account)).length, 1);
    return { account, agency, view };
  }

  /** Straight to KMS with the credentials of collect's role, and the grant's token as well. */
  async function opener(account: string, caseId: string): Promise<() => Promise<string>> {
    const { CiphertextBlob, EncryptionContext } = await firstWrappedKey(world, account);
    const GrantTokens = ((await storedCase(world, caseId)).grants ?? []).map((grant) => grant.token);
    return async () => {
      const [bare, withToken] = await Promise.all([
        awsErrorOf(asCollect.kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }))),
        awsErrorOf(
          asCollect.kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext, GrantTokens })),
        ),
      ]);
      assert.equal(bare, withToken);
      return bare;
    };
  }

  /** Before a sweep is told that it is later than it is: it must find no other test's case halfway through minting. */
  async function everyOlderGrantHasItsCase(created: number, but: string | undefined): Promise<void> {
    await until(
      'every grant as old as ours has its case',
      async () => {
        if (Date.now() <= created + 1000) return false;
        const known = await grantIdsOfCases();
        // What has had no case for a minute is no case's, but another test's stray.
        const isMinting = ({ GrantId = '', CreationDate }: GrantListEntry) =>
          GrantId !== but &&
          !known.has(GrantId) &&
          Number(CreationDate) <= created &&
          Number(CreationDate) > Date.now() - 60_000;
        return !(await allGrants(world)).some(isMinting);
      },
      90_000,
    );
  }

  async function grantIdsOfCases(): Promise<Set<string>> {
    const ids = new Set<string>();
    const input = { TableName: world.outputs.CasesTableName, ProjectionExpression: 'grants' };
    for await (const item of scan(world, input)) {
      for (const { grantId } of grantsSchema.parse(item).grants ?? []) ids.add(grantId);
    }
    return ids;
  }
});

const grantsSchema = z.object({ grants: z.array(z.looseObject({ grantId: z.string() })).optional() });

/** What the sweep's metric says: the sum of the embedded metrics of one invocation. */
function mismatches(log: string): number {
  return [...log.matchAll(/"GrantMismatch":(\d+)/g)].reduce((sum, [, n]) => sum + Number(n), 0);
}
