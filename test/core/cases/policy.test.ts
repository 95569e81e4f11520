import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindOf, policyHash, policySchema } from '#core/cases/policy.ts';
import { policy } from './cases.ts';

test('I3: no policy may do with fewer than two approvals', () => {
  assert.ok(policySchema.safeParse({ ...policy, approvals: 2 }).success);
  for (const approvals of [1, 0, -1, 1.5, '2', null, undefined, 6]) {
    assert.equal(policySchema.safeParse({ ...policy, approvals }).success, false, String(approvals));
  }
});

test('a policy says all of it and nothing else', () => {
  for (const name of Object.keys(policy)) {
    const { [name as keyof typeof policy]: _, ...rest } = policy;
    assert.equal(policySchema.safeParse(rest).success, false, name);
  }
  const bad = [
    { ...policy, more: 1 },
    { ...policy, limits: { ...policy.limits, more: 1 } },
    { ...policy, limits: { ...policy.limits, grants: 0 } },
    { ...policy, authorisers: { ...policy.authorisers, ContentData: [] } },
    { ...policy, authorisers: { ...policy.authorisers, TrafficData: ['Police'] } },
    { ...policy, deadlineHours: { ...policy.deadlineHours, Routine: 0 } },
  ];
  for (const it of bad) assert.equal(policySchema.safeParse(it).success, false);
});

test('the hash of a policy is the hash of what it says, not of how it is written', () => {
  const { name, ...rest } = policy;
  assert.equal(policyHash({ ...rest, name }), policyHash(policy));
  assert.notEqual(policyHash({ ...policy, approvals: 3 }), policyHash(policy));
});

test('I5: every category is answered from one of the two kinds of record, and there are no others', () => {
  assert.deepEqual(kindOf, { SubscriberData: 'phone', UserIdentifyingData: 'access', TrafficData: 'access' });
});
