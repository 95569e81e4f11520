import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { noEntries } from '#core/log/entry.ts';
import { changeDays } from '#core/log/limits.ts';
import {
  activeFrom,
  agencyOfProposal,
  type Change,
  missing,
  type Proposal,
  proposalSchema,
} from '#core/registry/change.ts';
import { RegistryError } from '#core/registry/errors.ts';
import { adopted, type DeskRecord } from '#core/registry/records.ts';
import { agencyOf, at, confirmed, decided, holder, proposed, terms } from './registry.ts';

const one = holder('reviewer-1', 'reviewer');
const two = holder('reviewer-2', 'reviewer');
const oneAgain = holder('reviewer-1', 'reviewer');
const officer = holder('officer-1', 'agency', 'lka');
const stranger = holder('officer-9', 'agency', 'bka');
const recruit = holder('officer-2', 'agency', 'lka');

const newOfficer: Proposal = {
  kind: 'officer',
  agency: 'lka',
  officer: { holder: 'officer-2', publicKey: recruit.key.publicKey },
};
const newReviewer: Proposal = {
  kind: 'reviewer',
  reviewer: { holder: 'reviewer-3', publicKey: recruit.key.publicKey },
};
const newPolicy: Proposal = { kind: 'policy', policyHash: `sha-256=:${'A'.repeat(43)}=:` };
const reopening: Proposal = { kind: 'emergencies', agency: 'lka' };
const enrolled = agencyOf('lka', officer);

const newChange = await proposed(one, reopening);

const refused = (code: string) => (error: unknown) => error instanceof RegistryError && error.code === code;

test('a reviewer’s key takes two reviewers, and one of them alone is not two', async () => {
  const value = await proposed(one, newReviewer);
  assert.equal(value.status, 'Pending');
  assert.deepEqual(missing(value, undefined), { approvals: 1, confirmation: false });
  await assert.rejects(decided(value, one), refused('change-repeated'));
  await assert.rejects(decided(value, oneAgain), refused('change-repeated'));
  assert.equal((await decided(value, two)).status, 'Applied');
});

test('an agency that has an officer must confirm, whatever reviewers agree on', async () => {
  const half = await decided(await proposed(one, newOfficer), two, enrolled);
  assert.equal(half.status, 'Pending');
  assert.deepEqual(missing(half, enrolled), { approvals: 0, confirmation: true });
  assert.equal((await decided(half, officer, enrolled)).status, 'Applied');
});

test('an agency whose keys are all revoked cannot confirm, so two reviewers are enough', async () => {
  assert.equal((await decided(await proposed(one, newOfficer), two, agencyOf('lka'))).status, 'Applied');
});

test('an officer’s proposal for their own agency is its confirmation, and needs both reviewers still', async () => {
  const value = await proposed(officer, newOfficer);
  assert.deepEqual(missing(value, enrolled), { approvals: 2, confirmation: false });
  const half = await decided(value, one, enrolled);
  assert.equal(half.status, 'Pending');
  assert.equal((await decided(half, two, enrolled)).status, 'Applied');
});

test('an officer may propose for no other agency, and neither terms, reviewers nor agencies', async () => {
  const others: Proposal[] = [
    { ...newOfficer, agency: 'bka' },
    newReviewer,
    newPolicy,
    reopening,
    { kind: 'terms', agency: 'lka', terms },
    {
      kind: 'agency',
      agency: { id: 'lka', name: 'x', encryptionKey: {}, terms },
      officer: newOfficer.officer,
    },
  ];
  for (const proposal of others) {
    await assert.rejects(proposed(officer, proposal), refused('change-not-yours'), proposal.kind);
  }
});

test('an officer confirms and never approves, a reviewer approves and never confirms', async () => {
  const value = await proposed(one, newOfficer);
  await assert.rejects(
    decided(value, officer, enrolled, { decision: 'approve' }),
    refused('change-not-yours'),
  );
  await assert.rejects(decided(value, two, enrolled, { decision: 'confirm' }), refused('change-not-yours'));
  await assert.rejects(decided(value, stranger, enrolled), refused('change-not-yours'));
  await assert.rejects(
    decided(value, stranger, enrolled, { decision: 'reject' }),
    refused('change-not-yours'),
  );
});

test('one rejection ends a change, the agency’s own as well', async () => {
  for (const by of [two, officer]) {
    const value = await decided(await proposed(one, newOfficer), by, enrolled, { decision: 'reject' });
    assert.equal(value.status, 'Rejected');
    await assert.rejects(
      decided(value, holder('reviewer-4', 'reviewer'), enrolled),
      refused('change-closed'),
    );
  }
});

test('a decision is over the digest of what was proposed', async () => {
  const value = await proposed(one, newReviewer);
  const { digest } = await proposed(one, newOfficer);
  await assert.rejects(decided(value, two, undefined, { digest }), refused('change-digest-mismatch'));
});

test('a key that was revoked since it signed counts for nothing', async () => {
  const value = await proposed(one, newReviewer);
  const gone = [one.key.keyId];
  const still = await decided(value, two, undefined, { gone });
  assert.equal(still.status, 'Pending');
  assert.deepEqual(missing(still, undefined), { approvals: 1, confirmation: false });
  const confirmed = await decided(await proposed(officer, newOfficer), one, enrolled, {
    gone: [officer.key.keyId],
  });
  assert.equal((await decided(confirmed, two, enrolled)).status, 'Pending');
});

test('a change that is not complete in time is dead', async () => {
  const value = await proposed(one, newReviewer);
  const end = Date.parse(at) + changeDays * 86_400_000;
  const late = { at: new Date(end).toISOString() };
  await assert.rejects(decided(value, two, undefined, late), refused('change-closed'));
  const inTime = { at: new Date(end - 1).toISOString() };
  assert.equal((await decided(value, two, undefined, inTime)).status, 'Applied');
});

test('no history of decisions applies a change without two reviewers and the agency’s own', async () => {
  const people = [one, oneAgain, two, officer, stranger, holder('reviewer-3', 'reviewer')];
  const steps = fc.array(
    fc.record({ who: fc.nat(people.length - 1), decision: fc.constantFrom('approve', 'confirm') }),
    { maxLength: 8 },
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(one, officer), steps, async (first, history) => {
      let change: Change = await proposed(first, newOfficer);
      for (const { who, decision } of history) {
        const by = people[who];
        if (by === undefined) continue;
        change = await decided(change, by, enrolled, { decision }).catch((error: unknown) => {
          if (error instanceof RegistryError) return change;
          throw error;
        });
      }
      const who = (decision: string) =>
        new Set(change.decisions.filter((d) => d.decision === decision).map((d) => d.holder));
      const complete = who('approve').size >= 2 && who('confirm').has('officer-1');
      assert.equal(change.status, complete ? 'Applied' : 'Pending');
    }),
    { numRuns: 60 },
  );
});

test('a new key cools off, and longer if it was asked to', () => {
  assert.equal(activeFrom(at, 0), at);
  assert.equal(activeFrom(at, 24), '2026-11-25T10:00:00.000Z');
  assert.equal(activeFrom(at, 24, '2026-11-24T12:00:00Z'), '2026-11-25T10:00:00.000Z');
  assert.equal(activeFrom(at, 24, '2026-12-01T00:00:00Z'), '2026-12-01T00:00:00.000Z');
});

test('a proposal has no field that is not its own, and names are plain', () => {
  const bad: unknown[] = [
    { ...newOfficer, approvals: 1 },
    { ...newOfficer, officer: { ...newOfficer.officer, role: 'reviewer' } },
    { ...newOfficer, agency: 'a b' },
    { ...newOfficer, agency: '' },
    { ...newReviewer, agency: 'lka' },
    { kind: 'terms', agency: 'lka', terms: { ...terms, jurisdictions: [] } },
    { kind: 'terms', agency: 'lka', terms: { ...terms, categories: ['MessageContent'] } },
    { kind: 'terms', agency: 'lka', terms: { ...terms, jurisdictions: ['DE', 'DE'] } },
    { kind: 'operator' },
    { ...newPolicy, agency: 'lka' },
    { ...newPolicy, policyHash: 'minimal' },
    { kind: 'emergencies' },
    { ...newOfficer, officer: { holder: 'x', publicKey: { ...recruit.key.publicKey, n: 1e300 } } },
    { ...newOfficer, officer: { holder: 'x', publicKey: { ...recruit.key.publicKey, more: { a: 1 } } } },
    { ...newOfficer, officer: { holder: 'x', publicKey: { ...recruit.key.publicKey, '': 'x' } } },
    // What has no digest cannot be signed.
    { ...newOfficer, officer: { holder: 'x', publicKey: { ...recruit.key.publicKey, more: '\ud800' } } },
    { ...newOfficer, officer: { holder: 'x', publicKey: { ...recruit.key.publicKey, more: ['\udc00'] } } },
    { kind: 'encryption-key', agency: 'lka', encryptionKey: { kty: 'EC', x: 'x'.repeat(1001) } },
  ];
  for (const value of bad)
    assert.equal(proposalSchema.safeParse(value).success, false, JSON.stringify(value));
  assert.equal(proposalSchema.safeParse(newOfficer).success, true);
});

test('I3: a policy is adopted by two reviewers, whatever agencies think of it', async () => {
  const value = await proposed(one, newPolicy);
  assert.deepEqual(
    [agencyOfProposal(newPolicy), missing(value, undefined)],
    [undefined, { approvals: 1, confirmation: false }],
  );
  await assert.rejects(decided(value, oneAgain), refused('change-repeated'));
  for (const decision of ['approve', 'confirm', 'reject'] as const)
    await assert.rejects(decided(value, officer, enrolled, { decision }), refused('change-not-yours'));
  assert.throws(() => confirmed(value), refused('change-not-yours'));
  assert.equal((await decided(value, two)).status, 'Applied');
});

test('emergencies are taken again by one reviewer and an operator, in either order, and never by the agency', async () => {
  const value = await proposed(one, reopening);
  for (const agency of [enrolled, agencyOf('lka'), undefined])
    assert.deepEqual(missing(value, agency), { approvals: 0, confirmation: true });
  for (const decision of ['approve', 'confirm', 'reject'] as const)
    await assert.rejects(decided(value, officer, enrolled, { decision }), refused('change-not-yours'));
  assert.equal((await decided(value, two, enrolled)).status, 'Pending', 'two reviewers are no operator');
  assert.equal(confirmed(value).status, 'Applied');
  // Whoever proposed it has no key any more.
  const half = confirmed(value, { standing: [] });
  assert.deepEqual(
    [half.status, missing(half, enrolled)],
    ['Pending', { approvals: 1, confirmation: false }],
  );
  assert.equal((await decided(half, two, enrolled)).status, 'Applied');
});

test('an operator confirms nothing else, and nothing that is decided or too old', async () => {
  for (const proposal of [newOfficer, newReviewer, newPolicy])
    assert.throws(() => confirmed({ ...newChange, proposal }), refused('change-not-yours'));
  const value = await proposed(one, reopening);
  assert.throws(() => confirmed(confirmed(value)), refused('change-closed'));
  const late = new Date(Date.parse(at) + changeDays * 86_400_000).toISOString();
  assert.throws(() => confirmed(value, { at: late }), refused('change-closed'));
});

test('the desk keeps the policy that was adopted last and the one before', () => {
  const none = { version: 0, members: [], foundings: noEntries, policies: [], entries: noEntries };
  const names = (desk: DeskRecord) => desk.policies.map(({ policyHash, by }) => `${policyHash} ${by}`);
  const twice = adopted(adopted(none, 'a', 'founding/1'), 'b', 'change/1');
  assert.deepEqual(names(twice), ['b change/1', 'a founding/1']);
  assert.deepEqual(names(adopted(twice, 'c', 'change/2')), ['c change/2', 'b change/1']);
  assert.deepEqual(names(adopted(twice, 'b', 'change/3')), ['b change/3', 'a founding/1']);
  assert.deepEqual(names(adopted(twice, 'a', 'change/3')), ['a change/3', 'b change/1']);
});
