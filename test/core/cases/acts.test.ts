import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  approvedScope,
  checkAsked,
  findTooMuch,
  keysRevoked,
  lapse,
  mint,
  receive,
  resolvedCommitment,
  retired,
  retirementDue,
  scopeCommitment,
  withdraw,
} from '#core/cases/acts.ts';
import { caseSchema, caseView, openStatuses, viewCase } from '#core/cases/case.ts';
import { offeredActs } from '#core/cases/offered.ts';
import { type Policy, policyHash } from '#core/cases/policy.ts';
import { askedScope, type Request } from '#core/cases/request.ts';
import type { Scope } from '#core/cases/scope.ts';
import { categories } from '#core/categories/categories.ts';
import { entrySchema } from '#core/log/entry.ts';
import {
  approved,
  approvedBy,
  code,
  commitAt,
  committed,
  disclosed,
  emergency,
  fresh,
  grant,
  hoursAfter,
  intended,
  minted,
  officerKey,
  opened,
  policy,
  received,
  receivedAt,
  reference,
  request,
  requests,
} from './cases.ts';

test('a request becomes a case that awaits approval, due as its priority says, with nothing decided', () => {
  fc.assert(
    fc.property(requests, (asked) => {
      const { next } = received(asked);
      assert.equal(next.status, 'AwaitingApproval');
      assert.equal(
        next.dueAt,
        asked.priority === 'Emergency' ? '2026-11-20T19:00:00.000Z' : '2026-11-30T23:00:00.000Z',
      );
      assert.deepEqual(next.asked, askedScope(asked));
      assert.deepEqual(
        [next.version, next.collections, next.decisions, next.entries.n, next.scope, next.grants, next.debts],
        [0, 0, [], 0, undefined, undefined, undefined],
      );
      assert.deepEqual([next.notice.renewals, next.notice.told], [0, 0]);
      assert.equal(next.notice.delayUntil, asked.notice?.delayUntil);
      assert.deepEqual([next.amends, next.preservations], [asked.amends, asked.preservations ?? []]);
      assert.deepEqual(caseSchema.parse(next), next);
    }),
  );
});

test('I7: what the log says of a request holds nothing that it asks about, nor free text', () => {
  const { entry } = committed(
    received({ ...emergency, amends: 'c0ffee00-0000-4000-8000-00000000000a' }),
    receivedAt,
  );
  const text = JSON.stringify(entrySchema.parse(entry));
  assert.doesNotMatch(text, /4915112345678|alice|Al ice|GS-4711|176b|pseudonym|officer-key/);
  assert.match(text, /"threat":"life"/);
  assert.match(text, /"delayReason":"jeopardising the investigation"/);
  const named = { ...request, instrument: { ...request.instrument, kind: 'MrsMiller' } };
  assert.throws(() => checkAsked(named, policy, receivedAt), code('instrument-not-accepted'));
});

test('the design’s request may be asked; what is broader than the policy may not', () => {
  const check = (asked: Request, its: Policy) => checkAsked(asked, its, receivedAt);
  check(request, policy);
  const limits = (change: Partial<Policy['limits']>) => ({
    ...policy,
    limits: { ...policy.limits, ...change },
  });
  // 3 subjects, 80 days, 2 kinds of record in 3 months: 18 epoch keys.
  check(request, limits({ subjects: 3, periodDays: 80, grants: 18 }));
  for (const change of [{ subjects: 2 }, { periodDays: 79 }, { grants: 17 }]) {
    assert.throws(() => check(request, limits(change)), code('limit-exceeded'));
  }
  const both: Request = { ...request, categories: ['UserIdentifyingData', 'TrafficData'] };
  check(both, limits({ grants: 9 }));
});

test('an order that no line of the policy takes is refused before a case exists', () => {
  const prosecutor = { ...request.instrument, authoriserRole: 'PublicProsecutor' as const };
  assert.throws(
    () => checkAsked({ ...request, instrument: prosecutor }, policy, receivedAt),
    code('authoriser-insufficient'),
  );
  checkAsked({ ...request, instrument: prosecutor, categories: ['SubscriberData'] }, policy, receivedAt);
  const petty = { ...request.instrument, offence: 'StGB 185' };
  assert.throws(
    () => checkAsked({ ...request, instrument: petty }, policy, receivedAt),
    code('offence-below-threshold'),
  );
});

test('an emergency says what is threatened where the policy asks for it', () => {
  const strict: Policy = { ...policy, emergency: { ...policy.emergency, threat: 'required' } };
  const { threat: _, ...silent } = emergency;
  checkAsked(silent, policy, receivedAt);
  checkAsked(emergency, strict, receivedAt);
  checkAsked(request, strict, receivedAt);
  assert.throws(() => checkAsked(silent, strict, receivedAt), code('threat-unstated'));
});

test('a delay may end so many days from now, and not a millisecond later', () => {
  const until = (delayUntil: string): Request => ({ ...request, notice: { delayUntil, reason: 'flight' } });
  const longest = hoursAfter(receivedAt, policy.notice.longestDelayDays * 24);
  checkAsked(until(longest), policy, receivedAt);
  const longer = new Date(Date.parse(longest) + 1).toISOString();
  assert.throws(() => checkAsked(until(longer), policy, receivedAt), code('delay-too-long'));
});

test('what is minted with nothing to mint is not available; nothing is minted twice or unapproved', () => {
  const none = mint(approved(), []);
  assert.equal(none.next.status, 'DisclosureNotAvailable');
  assert.equal(none.entry.kind, 'data.absent');
  assert.throws(() => mint(minted(), [grant]), code('case-closed'));
  assert.throws(() => mint(minted(), []), code('case-closed'));
  assert.throws(() => mint(approvedBy(fresh(), 'one'), [grant]), code('case-not-approved'));
  assert.throws(() => mint(withdraw(approved(), 'officer').next, [grant]), code('case-closed'));
});

test('what was minted names the entry that said so', () => {
  const { it: current, entry } = committed(mint(approved(), [grant]), receivedAt);
  assert.deepEqual([current.minted, entry.kind, entry.n], [4, 'grant.minted', 4]);
});

test('a case of too many epoch keys is invalid, unless it was minted already', () => {
  const { next, entry } = findTooMuch(approved());
  assert.deepEqual([next.status, next.reason, next.grants], ['Invalid', 'limit-exceeded', []]);
  assert.deepEqual(entry.data, { status: 'Invalid', because: 'limit-exceeded' });
  assert.throws(() => findTooMuch(minted()), code('case-closed'));
  assert.throws(() => findTooMuch(fresh()), code('case-not-approved'));
});

test('the right to collect ends at the very instant that it expires, and what was announced with it', () => {
  const current = intended();
  const end = current.expiresAt ?? '';
  assert.equal(end, hoursAfter(receivedAt, policy.collectHours));
  assert.equal(lapse(current, new Date(Date.parse(end) - 1).toISOString()), undefined);
  const over = lapse(current, end)?.next;
  assert.deepEqual([over?.status, over?.pending], ['Expired', undefined]);
  assert.equal(lapse(fresh(), end), undefined);
});

test('a request that is taken back is cancelled, and nothing that was announced is left', () => {
  const { next } = withdraw(intended(), 'officer');
  assert.deepEqual([next.status, next.pending], ['Cancelled', undefined]);
  assert.throws(() => withdraw(next, 'officer'), code('case-closed'));
});

test('I9: grants are due to be retired once access has ended or the last page is out, and not before', () => {
  assert.equal(retirementDue(approved()), undefined);
  assert.equal(retirementDue(minted()), undefined);
  assert.equal(retirementDue(disclosed()), undefined);
  const thrice = [1, 2, 3].reduce((current) => disclosed(current), minted());
  assert.equal(retirementDue(thrice), 'collections-used-up');
  assert.equal(retirementDue({ ...thrice, unfinished: { collection: 3, page: 1 } }), undefined);
  const cancelled = withdraw(minted(), 'officer').next;
  assert.equal(retirementDue(cancelled), 'Cancelled');
  assert.equal(retirementDue(withdraw(approved(), 'officer').next), undefined);
  const { next, entry } = retired(cancelled, 'Cancelled');
  assert.deepEqual([next.grants, next.status], [[], 'Cancelled']);
  assert.deepEqual(entry.data, { grants: 1, because: 'Cancelled' });
  assert.equal(retirementDue(next), undefined);
});

test('I3: with its officer’s key a request is cancelled, with its reviewer’s an open case is suspended', () => {
  const rests =
    (...ids: string[]) =>
    (keyId: string) =>
      ids.includes(keyId);
  for (const current of [fresh(), approved(), disclosed(), opened()]) {
    const { next, entry } = keysRevoked(current, rests('officer-key', 'key-of-one')) ?? {};
    assert.deepEqual(
      [next?.status, next?.reason, entry?.kind],
      ['Cancelled', 'key-revoked', 'case.cancelled'],
    );
  }
  for (const value of [approved(), intended(), disclosed(), opened()]) {
    const { next, entry } = keysRevoked(value, rests('key-of-one')) ?? {};
    assert.deepEqual([next?.status, next?.reason, next?.pending], ['Suspended', 'key-revoked', undefined]);
    assert.equal(entry?.kind, 'case.suspended');
    assert.equal(keysRevoked(value, rests('key-of-four')), undefined);
  }
});

test('I3: a decision that waits for another is void with its reviewer’s key, and the others stand', () => {
  const once = approvedBy(fresh(), 'one');
  const voided = keysRevoked(once, (keyId) => keyId === 'key-of-one');
  assert.ok(voided);
  assert.deepEqual(voided.entry.data, { decisions: 1, because: 'key-revoked' });
  const left = commitAt(voided);
  assert.deepEqual([left.status, left.decisions], ['AwaitingApproval', []]);
  assert.equal(approvedBy(left, 'two').status, 'AwaitingApproval');
  const three = { ...policy, approvals: 3 };
  const twice = approved(request, three);
  const one = keysRevoked(twice, (keyId) => keyId === 'key-of-one');
  assert.deepEqual(
    one?.next.decisions.map(({ reviewer }) => reviewer),
    ['two'],
  );
});

test('the agency is offered the collection while the case is open, and never sees who decided', () => {
  const all = [fresh(), approvedBy(fresh(), 'one'), approved(), intended(), withdraw(intended(), 'o').next];
  for (const current of all) {
    const seen = viewCase(current, 'GS-1', offeredActs(current, { at: receivedAt, policy }));
    assert.deepEqual(caseView.parse(seen), seen);
    assert.equal('collection' in seen.links, openStatuses.includes(current.status));
    assert.equal('validation' in seen.links, false);
    assert.doesNotMatch(JSON.stringify(seen), /one|two|pseudonym|key|salt/);
  }
  const seen = viewCase(opened(), 'GS-1', offeredActs(opened(), { at: receivedAt, policy }));
  assert.deepEqual(seen.debts, {
    dueAt: hoursAfter(receivedAt, 48),
    owed: ['second-signature', 'authorisation'],
  });
  assert.equal(seen.links.validation, `/v1/requests/${seen.id}/validation`);
});

test('what is committed to says the scope and the subjects, and changes with either', () => {
  const current = fresh();
  assert.notEqual(
    resolvedCommitment(current),
    resolvedCommitment({ ...current, subjects: [[{ subject: 'somebody else' }]] }),
  );
  assert.notEqual(
    scopeCommitment(current, current.asked),
    scopeCommitment(current, { ...current.asked, subjects: [0] }),
  );
  const respelled: Scope = { ...current.asked, subjects: current.asked.subjects.toReversed() };
  assert.equal(scopeCommitment(current, current.asked), scopeCommitment(current, respelled));
  assert.throws(() => approvedScope(current), code('case-not-approved'));
});

test('a case is received under the policy of then, and opened under that of its approval', () => {
  const { next } = receive(request, {
    id: 'c0ffee00-0000-4000-8000-000000000001',
    agency: 'agency-1',
    askedBy: 'officer-key',
    key: officerKey,
    reference,
    requestDigest: 'd',
    at: receivedAt,
    subjects: [],
    sealedRequest: new Uint8Array(),
    salt: new Uint8Array(32),
    policy,
    policyHash: policyHash(policy),
  });
  assert.deepEqual([next.policyHash, next.collectionsAllowed], [policyHash(policy), 3]);
  const other: Policy = { ...policy, collectHours: 5, limits: { ...policy.limits, collections: 1 } };
  const current = approvedBy(
    approvedBy(commitAt(received()), 'one', receivedAt, other),
    'two',
    receivedAt,
    other,
  );
  assert.deepEqual(
    [current.policyHash, current.collectionsAllowed, current.expiresAt],
    [policyHash(other), 1, hoursAfter(receivedAt, 5)],
  );
  assert.equal(categories.length, 3);
});
