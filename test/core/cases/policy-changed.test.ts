/** A policy comes into force while cases are open: what they keep of theirs, and what follows the new one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decide } from '#core/cases/deciding.ts';
import { type Policy, policyHash } from '#core/cases/policy.ts';
import {
  approval,
  approvedBy,
  by,
  commitAt,
  emergency,
  fresh,
  hoursAfter,
  policy,
  receivedAt,
  request,
} from './cases.ts';

/** Another in each figure that a case could take from it. */
const next: Policy = {
  ...policy,
  name: 'the next',
  approvals: 3,
  deadlines: { Routine: { days: 3 }, Emergency: { hours: 2 } },
  collectHours: 24,
  caseRetentionMonths: 1,
  emergency: { ...policy.emergency, approvals: 2, debtHours: 24 },
  limits: { ...policy.limits, collections: 1 },
};

test('what a case was received under stays: when it is due, and how long it is kept', () => {
  const current = fresh();
  const two = approvedBy(approvedBy(current, 'one', receivedAt, next), 'two', receivedAt, next);
  const open = approvedBy(two, 'three', receivedAt, next);
  for (const later of [two, open]) {
    assert.equal(later.dueAt, current.dueAt);
    assert.equal(later.retentionMonths, policy.caseRetentionMonths);
    assert.equal(later.basis, current.basis);
  }
  assert.notEqual(fresh(request, next).dueAt, current.dueAt);
});

test('what it is approved under counts from then on: how many sign, how long and how often it is collected', () => {
  const current = fresh();
  const two = approvedBy(approvedBy(current, 'one', receivedAt, next), 'two', receivedAt, next);
  assert.equal(two.status, 'AwaitingApproval', 'the policy in force asks for three');
  assert.equal(two.policyHash, policyHash(policy));
  const open = approvedBy(two, 'three', receivedAt, next);
  assert.deepEqual(
    [open.status, open.policyHash, open.approvalsNeeded, open.collectionsAllowed, open.expiresAt],
    ['AwaitingDisclosure', policyHash(next), 3, 1, hoursAfter(receivedAt, 24)],
  );
});

test('an approval under the policy before does not count with those under the next', () => {
  const one = approvedBy(fresh(), 'one');
  const two = approvedBy(one, 'two', receivedAt, next);
  assert.equal(two.status, 'AwaitingApproval');
  assert.deepEqual(
    two.decisions.map(({ reviewer }) => reviewer),
    ['two'],
  );
  assert.equal(two.superseded?.[0]?.because, 'policy-changed');
});

test('what was opened keeps its approval, its time and its collections, whatever comes into force', () => {
  const open = approvedBy(approvedBy(fresh(), 'one'), 'two');
  const { expiresAt, collectionsAllowed, approvalsNeeded } = open;
  assert.deepEqual([collectionsAllowed, approvalsNeeded], [policy.limits.collections, policy.approvals]);
  assert.equal(expiresAt, hoursAfter(receivedAt, policy.collectHours));
  // The second signature of an emergency is given under the next policy, and changes none of it.
  const urgent = approvedBy(fresh(emergency), 'one');
  const signed = commitAt(decide(urgent, approval(urgent), by('two', receivedAt, next)));
  for (const name of ['expiresAt', 'collectionsAllowed', 'approvalsNeeded', 'policyHash'] as const)
    assert.equal(signed[name], urgent[name], name);
  assert.deepEqual(signed.debts?.dueAt, hoursAfter(receivedAt, policy.emergency.debtHours));
});

test('a line that the next policy lacks lets nobody approve any more', () => {
  const none: Policy = { ...next, categories: { ...next.categories, TrafficData: [] } };
  const current = fresh();
  assert.throws(() => decide(current, approval(current), by('one', receivedAt, none)), {
    code: 'category-not-disclosed',
  });
});
