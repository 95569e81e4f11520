import assert from 'node:assert/strict';
import { test } from 'node:test';
import { provesAdoption, provesEnrolment } from '#core/access/changes.ts';
import type { Entry } from '#core/log/entry.ts';
import type { Change, Proposal } from '#core/registry/change.ts';
import type { KeyRecord } from '#core/registry/records.ts';
import { decided, type Holder, holder, proposed, signed } from '../registry/registry.ts';

const one = holder('reviewer-1', 'reviewer');
const two = holder('reviewer-2', 'reviewer');
const third = holder('reviewer-3', 'reviewer');
const impostor = holder('reviewer-2', 'reviewer');

const known = (...people: Holder[]) => ({
  proven: new Map(people.map(({ key }) => [key.keyId, key])),
  agencies: new Map<string, Entry[]>(),
});
const everybody = known(one, two);

const proposal: Proposal = {
  kind: 'reviewer',
  reviewer: { holder: 'reviewer-3', publicKey: third.key.publicKey },
};
const applied = async () => decided(await proposed(one, proposal), two);

test('I3 a change that two reviewers signed proves the key that it enrolled', async () => {
  assert.equal(provesEnrolment(await applied(), third.key, everybody), true);
});

test('I3 whatever is altered in a change or its key, it proves nothing', async () => {
  const value = await applied();
  const [first, second] = value.decisions;
  assert.ok(first && second);
  const later = { ...proposal, reviewer: { ...proposal.reviewer, activeFrom: '2026-12-01T00:00:00Z' } };
  const other: Proposal = { ...proposal, reviewer: { ...proposal.reviewer, holder: 'reviewer-4' } };
  const changes: [string, Change][] = [
    ['one signature', { ...value, decisions: [first] }],
    ['the same signature twice', { ...value, decisions: [first, first] }],
    ['one under another name', { ...value, decisions: [first, { ...first, holder: 'reviewer-2' }] }],
    ['under another key', { ...value, decisions: [first, { ...first, keyId: two.key.keyId }] }],
    ['another proposal', { ...value, proposal: other }],
    ['another beginning', { ...value, proposal: later }],
    [
      'a proposal with its digest',
      { ...value, proposal: other, digest: (await proposed(one, other)).digest },
    ],
    ['another change’s decision', { ...value, id: 'change-2' }],
    [
      'an approval that was a rejection',
      {
        ...value,
        decisions: [
          first,
          {
            ...second,
            message:
              (await decided(await proposed(one, proposal), two, undefined, { decision: 'reject' }))
                .decisions[1]?.message ?? new Uint8Array(),
          },
        ],
      },
    ],
    ['another time', { ...value, decisions: [first, { ...second, at: '2026-11-25T10:00:00.000Z' }] }],
  ];
  for (const [what, altered] of changes) {
    assert.equal(provesEnrolment(altered, third.key, everybody), false, what);
  }
  const keys: [string, KeyRecord][] = [
    ['another holder', { ...third.key, holder: 'reviewer-4' }],
    ['another key', { ...holder('reviewer-3', 'reviewer').key }],
    ['another role', { ...third.key, role: 'agency' }],
  ];
  for (const [what, key] of keys) assert.equal(provesEnrolment(value, key, everybody), false, what);
});

test('I3 an approval counts only from a reviewer who is proven, by the key that signed', async () => {
  const value = await applied();
  assert.equal(provesEnrolment(value, third.key, known(one)), false);
  assert.equal(provesEnrolment(value, third.key, known()), false);
  // The table gives another key out as the second reviewer's.
  const proven = new Map(everybody.proven).set(two.key.keyId, { ...impostor.key, keyId: two.key.keyId });
  const swapped = { ...everybody, proven };
  assert.equal(provesEnrolment(value, third.key, swapped), false);
});

test('I3 two keys of one reviewer are one approval', async () => {
  const again = holder('reviewer-1', 'reviewer');
  const other = { ...again, key: { ...again.key, holder: 'reviewer-2' } };
  const value = await decided(await proposed(one, proposal), other);
  assert.equal(provesEnrolment(value, third.key, known(one, other)), true);
  assert.equal(provesEnrolment(value, third.key, known(one, again)), false);
});

test('I3 a change that was signed for another method or path proves nothing', async () => {
  const [first, second] = (await applied()).decisions;
  assert.ok(first && second);
  const value = await applied();
  const approving = { decision: 'approve', changeDigest: value.digest };
  const elsewhere = await signed(two, `/v1/registry/changes/${value.id}/other`, approving);
  const decisions = [first, { ...second, message: elsewhere }];
  assert.equal(provesEnrolment({ ...value, decisions }, third.key, everybody), false);
  const otherDigest = { ...approving, changeDigest: `sha-256=:${'A'.repeat(43)}=:` };
  const ofAnother = await signed(two, `/v1/registry/changes/${value.id}/decisions`, otherDigest);
  assert.equal(
    provesEnrolment(
      { ...value, decisions: [first, { ...second, message: ofAnother }] },
      third.key,
      everybody,
    ),
    false,
  );
  const otherProposal: Proposal = { ...proposal, reviewer: { ...proposal.reviewer, holder: 'reviewer-4' } };
  const proposing = await signed(one, '/v1/registry/changes', otherProposal);
  assert.equal(
    provesEnrolment(
      { ...value, decisions: [{ ...first, message: proposing }, second] },
      third.key,
      everybody,
    ),
    false,
  );
  const rejecting = { decision: 'reject', changeDigest: value.digest };
  const rejected = await signed(two, `/v1/registry/changes/${value.id}/decisions`, rejecting);
  const relabelled = [first, { ...second, message: rejected }];
  assert.equal(provesEnrolment({ ...value, decisions: relabelled }, third.key, everybody), false);
  const put = await signed(two, `/v1/registry/changes/${value.id}/decisions`, approving, { method: 'PUT' });
  const otherwise = [first, { ...second, message: put }];
  assert.equal(provesEnrolment({ ...value, decisions: otherwise }, third.key, everybody), false);
});

test('I3 a policy is adopted by a change over its hash that two reviewers signed, and by no other', async () => {
  const policyHash = `sha-256=:${'A'.repeat(43)}=:`;
  const other = `sha-256=:${'B'.repeat(43)}=:`;
  const adopting = (hash: string): Proposal => ({ kind: 'policy', policyHash: hash });
  const value = await decided(await proposed(one, adopting(policyHash)), two);
  const [first] = value.decisions;
  assert.ok(first);
  assert.equal(provesAdoption(value, policyHash, everybody), true);
  assert.equal(provesAdoption(value, other, everybody), false);
  assert.equal(provesAdoption(value, policyHash, known(one)), false);
  assert.equal(provesAdoption(await applied(), policyHash, everybody), false);
  assert.equal(provesEnrolment(value, third.key, everybody), false);
  const { digest } = await proposed(one, adopting(other));
  for (const altered of [
    { ...value, decisions: [first, first] },
    { ...value, proposal: adopting(other) },
    { ...value, proposal: adopting(other), digest },
    { ...value, id: 'change-2' },
  ])
    for (const hash of [policyHash, other]) assert.equal(provesAdoption(altered, hash, everybody), false);
});
