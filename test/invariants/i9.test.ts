import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, describe, test } from 'node:test';
import { CreateGrantCommand, DecryptCommand, type GrantListEntry } from '@aws-sdk/client-kms';
import { z } from 'zod';
import { collectOnce, withdrawRequest } from '#client/agency.ts';
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
  lacks,
  logged,
  login,
  newAccount,
  newAgency,
  newRequest,
  refusalOf,
  theWorld,
} from '../harness.ts';
import { firstWrappedKey, invoked, scan, storedCase } from './tools.ts';

describe('I9 access ends', () => {
  let world: World;
  let asCollect: Aws;
  let skip: string | false = false;
  before(async () => {
    world = await theWorld();
    skip = lacks(world.cloud, 'kms');
    asCollect = await asFunction(world, 'Collect');
  });

  test('I9 withdrawal ends the grants at KMS, for collect’s own role and with the grant’s token too', async (t) => {
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

  test('I9 a grant that no case has is found by the sweep, ended and reported', async (t) => {
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

  /** A sweep at a later time than it is must find no other test's case halfway through minting. */
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
