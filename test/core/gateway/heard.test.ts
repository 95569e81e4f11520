import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importPublicKey } from '#core/signature/keys.ts';
import { holder } from '../registry/registry.ts';
import { agency, approval, firstReviewer, gateway, inhabited, people } from './gateway.ts';

/** A key that another provider revoked is enrolled nowhere, and what reviewers are shown of one that is suspended. */
const { alice, bob, officer } = people;

const report = {
  provider: 'other.example/log',
  n: 1,
  item: 'sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:',
  reason: 'stolen',
  revokedAt: '2026-11-20T08:00:00.000Z',
};

const newcomer = holder('officer-9', 'agency', agency);
const proposal = { kind: 'officer', agency, officer: firstReviewer(newcomer) } as const;
const elsewhere = { name: 'RegistryError', code: 'key-revoked-elsewhere' };

test('a key that another provider revoked is neither proposed nor enrolled', async () => {
  const cloud = await inhabited();
  const { enrolment, call, heard, registry } = gateway(cloud);
  const early = await enrolment.propose(await call(alice, proposal));
  await enrolment.decide(await call(officer, { ...approval(early), decision: 'confirm' }, early.id));
  await heard.note(newcomer.key.keyId, report);
  await assert.rejects(enrolment.propose(await call(alice, proposal)), elsewhere);
  await assert.rejects(enrolment.decide(await call(bob, approval(early), early.id)), elsewhere);
  assert.equal(await registry.getKey(newcomer.key.keyId), undefined);
  const [said] = await heard.reports(importPublicKey(newcomer.key.publicKey).thumbprint);
  assert.equal(said?.reason, 'stolen');
});

test('two reviewers reinstate a suspended key; an officer proposes no such thing, and no other key is reinstated', async () => {
  const cloud = await inhabited();
  const { enrolment, call, suspensions, registry } = gateway(cloud);
  const reinstate = { kind: 'reinstate', keyid: officer.key.keyId } as const;
  const refused = { name: 'RegistryError', code: 'key-not-suspended' };
  await assert.rejects(enrolment.propose(await call(alice, reinstate)), refused);
  await assert.rejects(
    enrolment.propose(await call(alice, { ...reinstate, keyid: 'A'.repeat(43) })),
    refused,
  );
  const key = await registry.getKey(officer.key.keyId);
  assert.ok(key);
  await suspensions.suspend(key, report);
  await assert.rejects(enrolment.propose(await call(officer, reinstate)), { code: 'change-not-yours' });
  const proposed = await enrolment.propose(await call(alice, reinstate));
  assert.deepEqual(proposed.missing, { approvals: 1, confirmation: false });
  assert.equal((await registry.getKey(officer.key.keyId))?.suspension?.since !== undefined, true);
  const decided = await enrolment.decide(await call(bob, approval(proposed), proposed.id));
  assert.equal(decided.status, 'Applied');
  assert.equal((await registry.getKey(officer.key.keyId))?.suspension?.since, undefined);
  await assert.rejects(enrolment.propose(await call(alice, reinstate)), refused);
});
