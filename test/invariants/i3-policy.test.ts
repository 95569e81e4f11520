import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { submitRequest } from '#client/agency.ts';
import { decideReview } from '#client/reviewer.ts';
import { policyHash } from '#core/cases/policy.ts';
import { until } from '#dev/feed.ts';
import {
  grantsFor,
  ingest,
  login,
  newAccount,
  newAgency,
  newRequest,
  refusalOf,
  theWorld,
  toldOf,
  wholeScope,
} from '../harness.ts';
import { ownFunction, publishedPolicy } from '../integration/own-function.ts';
import { putAs } from './stolen.ts';
import { invoked, storedCase } from './tools.ts';

const deskSchema = z.looseObject({
  policies: z.array(z.looseObject({ policyHash: z.string() })),
  entries: z.looseObject({ n: z.number() }),
});

// An operator deploys what they like, and writes into the registry's table that it was adopted. They can sign nothing.
test('I3 what two reviewers decide under a policy that is only written down as adopted mints nothing', async () => {
  const world = await theWorld();
  const deployed = await publishedPolicy(world);
  const lax = { ...deployed, name: 'lax', collectHours: 8000 };
  const call = await ownFunction(world, 'Review', lax);
  const account = newAccount();
  const [agency] = await Promise.all([newAgency(world), ingest(world, [login(account, 3)])]);
  const request = newRequest(account);
  const view = await submitRequest(agency.session, request);
  const { id, requestDigest } = view;
  const approve = async (index: number) => {
    const reviewer = world.reviewers[index];
    assert.ok(reviewer);
    const session = { ...reviewer.session, fetch: call };
    const decision = {
      decision: 'approve',
      requestDigest,
      scope: wholeScope(request),
      reason: 'looked at',
    } as const;
    return decideReview(session, id, decision);
  };
  assert.equal(await refusalOf(approve(0)), 'policy-not-adopted');
  const written = async (by: string): Promise<boolean> => {
    const { Item } = await world.aws.dynamo.send(
      new GetCommand({
        TableName: world.outputs.RegistryTableName,
        Key: { pk: 'desk' },
        ConsistentRead: true,
      }),
    );
    const desk = deskSchema.parse(Item);
    // The one that is deployed stays: other tests ask under it, and one of them may have adopted another before it.
    const stays = desk.policies.filter((one) => one.policyHash === policyHash(deployed)).slice(0, 1);
    const policies = [...stays, { policyHash: policyHash(lax), by }];
    // What another test changed of the desk meanwhile is not undone: an older desk proves no policy to anybody.
    const when = {
      ConditionExpression: 'entries.n = :n',
      ExpressionAttributeValues: { ':n': desk.entries.n },
    };
    try {
      await putAs(world, 'Registry', 'registry', { ...desk, policies }, when);
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  };
  for (const by of ['founding/1', 'change/nobodys'])
    await until('the policy is written down as adopted', () => written(by));
  await approve(0);
  assert.equal((await approve(1)).status, 'AwaitingDisclosure');
  const completed = await until(
    'both approvals are in the log',
    async () =>
      (await toldOf(world, id)).find(
        ({ entry }) => entry.kind === 'decision.approved' && entry.data.status === 'AwaitingDisclosure',
      ),
    90_000,
  );
  // As the log's own stream has it look, again: whatever it saw before, it answers here.
  const { failed, log } = await invoked(world, 'Authorise', headMoved(Number(completed.index)));
  assert.equal(failed, false, log);
  assert.match(log, /"approval not proven"/);
  assert.deepEqual(await grantsFor(world, account), []);
  assert.equal((await storedCase(world, id)).grants, undefined);
});

/** What the stream of the log's table says when the published head has moved over one entry. */
function headMoved(index: number) {
  const at = (size: number) => ({ published: { N: String(size) } });
  return { Records: [{ dynamodb: { OldImage: at(index), NewImage: at(index + 1) } }] };
}
