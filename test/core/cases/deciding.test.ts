import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { jsonDigest } from '#core/canonical.ts';
import { approvedScope, keysRevoked } from '#core/cases/acts.ts';
import { type Case, mostSuperseded } from '#core/cases/case.ts';
import { decide, suspend } from '#core/cases/deciding.ts';
import { type Policy, policyHash } from '#core/cases/policy.ts';
import { type Decision, grounds } from '#core/cases/request.ts';
import { type Scope, within } from '#core/cases/scope.ts';
import { categories } from '#core/categories/categories.ts';
import {
  approval,
  approved,
  approvedBy,
  by,
  code,
  commitAt,
  committed,
  fresh,
  hoursAfter,
  intended,
  policy,
  receivedAt,
  rejection,
  request,
  scopes,
} from './cases.ts';

const once = () => approvedBy(fresh(), 'one');
const narrower: Scope = { ...fresh().asked, subjects: [0] };
const approvedWith = (current: Case, scope: Scope, reviewer: string) =>
  commitAt(decide(current, approval(current, scope), by(reviewer)));
const other: Policy = { ...policy, name: 'another' };

test('I3: one approval opens nothing, the second by another person over the same scope does', () => {
  const half = once();
  assert.deepEqual([half.status, half.scope, half.expiresAt], ['AwaitingApproval', undefined, undefined]);
  const twice = approvedBy(half, 'two');
  assert.deepEqual(
    [twice.status, twice.approvedAt, twice.expiresAt, twice.debts],
    ['AwaitingDisclosure', receivedAt, hoursAfter(receivedAt, policy.collectHours), undefined],
  );
  assert.deepEqual(approvedScope(twice), fresh().asked);
});

test('I3: as many must sign as the policy of the approval says', () => {
  const three: Policy = { ...policy, approvals: 3 };
  assert.equal(approved(request, three).status, 'AwaitingApproval');
  const thrice = approvedBy(approved(request, three), 'three', receivedAt, three);
  assert.deepEqual([thrice.status, thrice.approvalsNeeded], ['AwaitingDisclosure', 3]);
  const since = ['one', 'two', 'three'].reduce(
    (current, who) => approvedBy(current, who, receivedAt, three),
    fresh(),
  );
  assert.equal(since.approvalsNeeded, 3, 'though it was received under another');
});

test('I3: the same reviewer’s second approval is refused, with another key and spelling too', () => {
  const current = once();
  const respelled: Scope = { ...current.asked, subjects: current.asked.subjects.toReversed() };
  for (const scope of [current.asked, respelled]) {
    const act = { ...by('one'), keyId: 'another key of the same person' };
    assert.throws(() => decide(current, approval(current, scope), act), code('decision-repeated'));
  }
});

test('I3: approvals of two scopes do not add up; the count starts anew, by the same reviewer as well', () => {
  for (const reviewer of ['one', 'two']) {
    const anew = commitAt(decide(once(), approval(once(), narrower), by(reviewer)));
    assert.equal(anew.status, 'AwaitingApproval');
    assert.deepEqual(
      anew.decisions.map((d) => d.reviewer),
      [reviewer],
    );
    const done = commitAt(decide(anew, approval(anew, narrower), by('three')));
    assert.equal(done.status, 'AwaitingDisclosure');
    assert.deepEqual(done.scope, narrower);
  }
});

test('I3: approvals under two policies do not add up; the count starts anew, by the same reviewer as well', () => {
  for (const reviewer of ['one', 'two']) {
    const anew = approvedBy(once(), reviewer, receivedAt, other);
    assert.deepEqual(
      [anew.status, anew.decisions.map((d) => d.policyHash)],
      ['AwaitingApproval', [policyHash(other)]],
    );
    const done = approvedBy(anew, 'three', receivedAt, other);
    assert.deepEqual([done.status, done.policyHash], ['AwaitingDisclosure', policyHash(other)]);
  }
});

test('I3: a category that the policy of the decision does not disclose is approved no more', () => {
  const less: Policy = { ...policy, categories: { ...policy.categories, TrafficData: [] } };
  assert.throws(
    () => decide(once(), approval(once()), by('two', receivedAt, less)),
    code('category-not-disclosed'),
  );
  const without: Scope = { ...once().asked, categories: ['SubscriberData'] };
  const anew = commitAt(decide(once(), approval(once(), without), by('two', receivedAt, less)));
  assert.deepEqual(
    anew.decisions.map((d) => d.reviewer),
    ['two'],
  );
});

test('I3: a decision over another digest, or wider than what was asked, is refused', () => {
  const current = fresh();
  const elsewhere = { ...approval(current), requestDigest: jsonDigest({}) };
  assert.throws(() => decide(current, elsewhere, by('one')), code('decision-digest-mismatch'));
  const wider: Scope[] = [
    { ...current.asked, subjects: [...current.asked.subjects, 3] },
    { ...current.asked, categories: [...categories] },
    { ...current.asked, period: { ...current.asked.period, from: '2026-08-31T23:59:59.999Z' } },
    { ...current.asked, period: { ...current.asked.period, to: '2026-11-20T00:00:00.001Z' } },
  ];
  for (const scope of wider) {
    assert.throws(() => decide(current, approval(current, scope), by('one')), code('scope-too-wide'));
    assert.throws(() => decide(current, { ...rejection(current), scope }, by('one')), code('scope-too-wide'));
  }
});

test('I3: whatever scope is decided, it is within what was asked, or refused', () => {
  const current = fresh();
  fc.assert(
    fc.property(scopes, (scope) => {
      const act = () => decide(current, approval(current, scope), by('one'));
      if (within(scope, current.asked)) assert.deepEqual(act().next.decisions[0]?.scope, scope);
      else assert.throws(act, code('scope-too-wide'));
    }),
  );
});

test('a decision remembers the entry that tells it, which says whether it narrows', () => {
  const { it: current, entry } = committed(decide(once(), approval(once()), by('two')), receivedAt);
  assert.equal(entry.n, 3);
  assert.equal(current.decisions.at(-1)?.entry, entry.n);
  const said = (scope: Scope) => {
    const { data } = decide(fresh(), approval(fresh(), scope), by('one')).entry;
    return 'narrowed' in data && data.narrowed;
  };
  assert.deepEqual([said(fresh().asked), said(narrower)], [false, true]);
});

test('one rejection ends a case, and the reviewer who approved it may reject it', () => {
  for (const reviewer of ['one', 'two']) {
    const { next, entry } = decide(once(), rejection(once()), { ...by(reviewer), explanation: 'jwe' });
    assert.deepEqual([next.status, next.reason, next.explanation], ['Rejected', 'other', 'jwe']);
    assert.equal(next.decisions.length, 2);
    assert.equal(entry.kind, 'decision.rejected');
    assert.throws(() => decide(next, approval(next), by('three')), code('case-closed'));
  }
});

test('a rejection says its ground from the list, and `other` where it says none', () => {
  const current = fresh();
  for (const ground of grounds) {
    const decision: Decision = {
      decision: 'reject',
      requestDigest: current.requestDigest,
      ground,
      reason: 'x',
    };
    const { next, entry } = decide(current, decision, by('one'));
    assert.equal(next.reason, ground);
    assert.ok('because' in entry.data && entry.data.because === ground);
  }
  assert.equal(decide(current, rejection(current), by('one')).next.reason, 'other');
});

test('what is decided and no emergency takes no decision more', () => {
  const current = approved();
  assert.throws(() => decide(current, approval(current), by('three')), code('case-closed'));
  assert.throws(() => decide(current, rejection(current), by('three')), code('case-closed'));
});

test('I9: a reviewer closes an open case alone and at once, over the digest of the request', () => {
  const suspension = { requestDigest: fresh().requestDigest, ground: 'press-freedom', reason: 'x' } as const;
  const act = { ...by('four'), explanation: 'jwe' };
  const { next, entry } = suspend(intended(), suspension, act);
  assert.deepEqual(
    [next.status, next.reason, next.explanation, next.pending],
    ['Suspended', 'press-freedom', 'jwe', undefined],
  );
  assert.ok(entry.kind === 'case.suspended' && entry.data.because === 'press-freedom');
  const elsewhere = { ...suspension, requestDigest: jsonDigest({}) };
  assert.throws(() => suspend(intended(), elsewhere, act), code('decision-digest-mismatch'));
  assert.throws(() => suspend(fresh(), suspension, act), code('case-not-approved'));
  assert.throws(() => suspend(next, suspension, act), code('case-closed'));
});

test('I3: an approval that counts no more stays visible, says why, and is counted nowhere', () => {
  const first = once();
  const outcome = decide(first, approval(first, narrower), by('two'));
  const anew = commitAt(outcome);
  const [before] = first.decisions;
  assert.deepEqual(anew.superseded, [
    { entry: before?.entry, reviewer: 'one', at: receivedAt, because: 'scope-differs', by: 3 },
  ]);
  assert.deepEqual(outcome.asides, first.decisions, 'what was signed is kept beside the case');
  assert.equal(anew.status, 'AwaitingApproval');
  const done = approvedWith(anew, narrower, 'one');
  assert.deepEqual(
    [done.status, done.decisions.map((d) => d.reviewer), done.superseded?.length],
    ['AwaitingDisclosure', ['two', 'one'], 1],
  );

  const replaced = approvedBy(once(), 'two', receivedAt, other);
  assert.deepEqual(
    replaced.superseded?.map(({ reviewer, because }) => [reviewer, because]),
    [['one', 'policy-changed']],
  );
  const voided = keysRevoked(once(), (keyId) => keyId === 'key-of-one');
  assert.deepEqual(
    voided?.next.superseded?.map(({ reviewer, because }) => [reviewer, because]),
    [['one', 'key-revoked']],
  );
  assert.deepEqual(voided?.asides, once().decisions);
});

test('a case names so many superseded approvals, and counts those after them', () => {
  let current = once();
  const more = 3;
  for (let i = 0; i < mostSuperseded + more; i++)
    current = commitAt(decide(current, approval(current, i % 2 === 0 ? narrower : current.asked), by('one')));
  assert.equal(current.superseded?.length, mostSuperseded);
  assert.equal(current.supersededMore, more);
  assert.equal(current.decisions.length, 1);
});
