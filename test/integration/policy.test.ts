import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { z } from 'zod';
import { followRequest, submitRequest } from '#client/agency.ts';
import type { Session } from '#client/exchange.ts';
import { decideChange, proposeChange } from '#client/registry.ts';
import { policyHash } from '#core/cases/policy.ts';
import { until } from '#dev/feed.ts';
import { invoke } from '#dev/invoke.ts';
import type { World } from '#dev/world.ts';
import {
  ingest,
  login,
  newAccount,
  newAgency,
  newRequest,
  refusalOf,
  theWorld,
  toldWhere,
} from '../harness.ts';
import { ownFunction, publishedPolicy } from './own-function.ts';

describe('a policy', () => {
  let world: World;
  let deployed: string;
  let hash: string;
  let decoy: string;
  let call: typeof fetch;
  before(async () => {
    world = await theWorld();
    decoy = newAccount();
    const made = await invoke(world, 'Operate', { decoy: { kind: 'account', value: decoy } });
    const { tag } = z.object({ tag: z.string() }).parse(made);
    const before = await publishedPolicy(world);
    deployed = policyHash(before);
    const policy = { ...before, name: 'with a decoy', decoys: [tag] };
    hash = policyHash(policy);
    call = await ownFunction(world, 'Request', policy);
  });

  const through = (session: Session): Session => ({ ...session, fetch: call });

  async function adopt(policyHash: string): Promise<void> {
    const [first, second] = world.reviewers;
    assert.ok(first && second);
    const proposal = { kind: 'policy', policyHash } as const;
    await decideChange(second.session, await proposeChange(first.session, proposal), 'approve');
  }

  test('that is deployed and not adopted takes nothing; two reviewers adopt it, and the log says which', async () => {
    const account = newAccount();
    const [agency] = await Promise.all([newAgency(world), ingest(world, [login(account, 3)])]);
    const request = newRequest(account);
    const session = through(agency.session);
    assert.equal(await refusalOf(submitRequest(session, request)), 'policy-not-adopted');
    const bySelf = proposeChange(agency.session, { kind: 'policy', policyHash: hash });
    assert.equal(await refusalOf(bySelf), 'change-not-yours');
    const [first] = world.reviewers;
    assert.ok(first);
    await proposeChange(first.session, { kind: 'policy', policyHash: hash });
    assert.equal(await refusalOf(submitRequest(session, request)), 'policy-not-adopted', 'one is not two');
    await adopt(hash);
    assert.equal((await submitRequest(session, request)).status, 'AwaitingApproval');
    // The one before it is still taken: nothing stops between an adoption and its deployment.
    const another = await submitRequest(agency.session, newRequest(account));
    assert.equal(another.status, 'AwaitingApproval');
    await until('its adoption is in the log', async () => {
      const told = await toldWhere(
        world,
        ({ entry }) => entry.kind === 'change.proposed' && entry.data.policyHash === hash,
      );
      return told.length === 2;
    });
  });

  test('with a decoy has whoever asks for it revoked, and what they asked cancelled', async () => {
    await adopt(hash);
    const account = newAccount();
    const [agency] = await Promise.all([newAgency(world), ingest(world, [login(account, 3)])]);
    const session = through(agency.session);
    const before = await submitRequest(session, newRequest(account));
    const unknown = await refusalOf(submitRequest(session, newRequest(newAccount())));
    assert.equal(
      await refusalOf(submitRequest(session, newRequest(decoy))),
      unknown,
      'a thief is told no more',
    );
    await until(
      'the key is revoked',
      async () => (await refusalOf(followRequest(agency.session, before.id))) === 'signature-key-unknown',
      90_000,
    );
    await until('the log says so', async () => {
      const told = await toldWhere(
        world,
        ({ entry }) =>
          (entry.kind === 'decoy.asked' && entry.data.agency === agency.id) ||
          (entry.kind === 'key.revoked' && entry.data.agency === agency.id) ||
          (entry.kind === 'case.cancelled' && entry.stream === `case/${before.id}`),
      );
      const kinds = new Set(told.map(({ entry }) => entry.kind));
      return kinds.size === 3;
    });
    // For the tests that come after, the deployed one is the newest again.
    await adopt(deployed);
  });
});
