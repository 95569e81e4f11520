import assert from 'node:assert/strict';
import { test } from 'node:test';
import { policyHash } from '#core/cases/policy.ts';
import { registryDesk } from '#core/gateway/registry.ts';
import { reviewDesk } from '#core/gateway/reviews.ts';
import { WireError } from '#core/problem.ts';
import type { RegistryState } from '#core/state/registry.ts';
import { policy } from '../cases/cases.ts';
import { proposed } from './acts.ts';
import {
  agency,
  approval,
  asked,
  firstReviewer,
  type Gateway,
  gateway,
  inhabited,
  people,
} from './gateway.ts';

const officerKey = { kind: 'officer', agency, officer: firstReviewer(people.newcomer) } as const;

/** What an older record of an agency or the desk decides, that somebody put back: nothing. And what it cannot hold up. */

type Newest = Pick<RegistryState, 'getAgency' | 'getDesk'>;

async function deskOver(newest: (calls: Gateway) => Newest) {
  const cloud = await inhabited();
  const calls = gateway(cloud);
  const { registry, emergencies, suspensions, heard, cases } = calls;
  const { clock, chance, watch } = cloud;
  const ports = { registry, emergencies, suspensions, heard, cases, clock, chance, watch, coolOffHours: 0 };
  return { cloud, calls, desk: registryDesk({ ...ports, newest: newest(calls) }) };
}

const fails = (error: () => Error): Newest => ({
  getAgency: async () => {
    throw error();
  },
  getDesk: async () => {
    throw error();
  },
});
const old = () => fails(() => new WireError('record-unproven'));
const down = () => fails(() => new Error('the bucket does not answer'));

test('I11: no change is decided on a record that is older than the log, or while the log cannot be read', async () => {
  for (const newest of [old, down]) {
    const { calls, desk } = await deskOver(newest);
    const change = await proposed(calls, officerKey);
    await assert.rejects(
      desk.decide(await calls.call(people.bob, approval(change), change.id)),
      newest === old ? { code: 'record-unproven' } : /bucket/,
    );
    assert.equal((await calls.registry.getChange(change.id))?.decisions.length, 1);
  }
});

test('a key is revoked though the record of its agency is an old one, and though the log cannot be read', async () => {
  for (const [newest, leaves] of [
    [old, false],
    [down, true],
  ] as const) {
    const { calls, desk } = await deskOver(newest);
    const keyid = people.officer.key.keyId;
    await desk.revoke(await calls.call(people.alice, { keyid, reason: 'stolen' }));
    assert.ok((await calls.registry.getKey(keyid))?.revokedAt);
    const agency = await calls.registry.getAgency('agency-1');
    // An old record is not written on.
    assert.equal(agency?.members.length, leaves ? 0 : 1);
  }
});

test('a case is rejected though the agency’s key cannot be proven; then the agency is not told why', async () => {
  const cloud = await inhabited();
  const calls = gateway(cloud);
  const { cases, registry } = calls;
  const { watch, kms } = cloud;
  const { references } = calls;
  const shared = {
    cases,
    registry,
    desk: kms.desk,
    references,
    watch,
    clock: cloud.clock,
    policy,
    policyHash: policyHash(policy),
  };
  const keys = [
    [
      async () => {
        throw new Error('the bucket does not answer');
      },
      false,
    ],
    [async () => undefined, false],
    [
      async ({ agency: id }: { agency: string }) => (await registry.getAgency(id))?.encryptionKeys.at(-1),
      true,
    ],
  ] as const;
  for (const [i, [recipientOf, isTold]] of keys.entries()) {
    const view = await calls.requests.submit(
      await calls.call(people.officer, { ...asked, reference: `GS-${i}/26` }),
    );
    const desk = reviewDesk({
      ...shared,
      recipientOf,
      ownRecipients: async () => [],
      whatExists: async () => [],
    });
    const { requestDigest } = view;
    const decision = { decision: 'reject', requestDigest, reason: 'not lawful' } as const;
    const rejected = await desk.decide(await calls.call(people.alice, decision, view.id));
    assert.equal(rejected.status, 'Rejected');
    assert.equal(rejected.explanation !== undefined, isTold);
  }
});
