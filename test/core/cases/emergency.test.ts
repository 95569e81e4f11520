import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withdraw } from '#core/cases/acts.ts';
import type { Case } from '#core/cases/case.ts';
import { nextOfTime } from '#core/cases/clock.ts';
import { checkCollectable } from '#core/cases/collecting.ts';
import { decide, suspend } from '#core/cases/deciding.ts';
import { isOverdue, missObligations, validate } from '#core/cases/obligations.ts';
import { offeredActs } from '#core/cases/offered.ts';
import type { AuthoriserRole, Policy } from '#core/cases/policy.ts';
import type { Request } from '#core/cases/request.ts';
import {
  approval,
  approved,
  approvedBy,
  by,
  code,
  commitAt,
  disclosed,
  emergency,
  fresh,
  frozen,
  hoursAfter,
  minted,
  officerKey,
  opened,
  policy,
  receivedAt,
  rejection,
} from './cases.ts';

const dueAt = hoursAfter(receivedAt, 48);
const justBefore = new Date(Date.parse(dueAt) - 1).toISOString();
const validation = (authoriserRole: AuthoriserRole = 'JudgeCourtOrInvestigatingJudge') => ({
  authoriserRole,
  validatedAt: receivedAt,
  digest: 'sha-256=:validated:',
});
const validated = (current: Case, at = receivedAt) =>
  frozen(commitAt(validate(current, validation(), { officer: 'officer', key: officerKey, at, policy }), at));
const owed = (current: Case) => current.debts?.owed;

test('I3: an emergency opens on one signature, and owes the second and its authorisation within 48 hours', () => {
  const current = opened();
  assert.deepEqual([current.status, current.approvalsNeeded], ['AwaitingDisclosure', 2]);
  assert.deepEqual(current.debts, { dueAt, owed: ['second-signature', 'authorisation'], missed: [] });
});

test('I3: a policy may have an emergency open on two signatures: then no signature is owed', () => {
  const strict: Policy = { ...policy, emergency: { ...policy.emergency, approvals: 2 } };
  assert.equal(opened(strict).status, 'AwaitingApproval');
  const current = approved(emergency, strict);
  assert.deepEqual([current.status, owed(current)], ['AwaitingDisclosure', ['authorisation']]);
  assert.throws(
    () => decide(current, approval(current), by('three', receivedAt, strict)),
    code('case-closed'),
  );
  // It never takes more than any other case.
  const odd: Policy = { ...policy, emergency: { ...policy.emergency, approvals: 5 } };
  assert.equal(approved(emergency, odd).status, 'AwaitingDisclosure');
});

test('both debts are paid in either order, and the entry that paid the last is remembered', () => {
  for (const current of [validated(approvedBy(opened(), 'two')), approvedBy(validated(opened()), 'two')]) {
    assert.deepEqual([owed(current), current.debts?.settled, current.entries.n], [[], 4, 4]);
    assert.equal(isOverdue(current, dueAt), false);
    assert.equal(missObligations(current, dueAt), undefined);
    checkCollectable(current, dueAt);
    assert.throws(() => decide(current, approval(current), by('three')), code('case-closed'));
  }
  assert.deepEqual(owed(approvedBy(opened(), 'two')), ['authorisation']);
  assert.deepEqual(owed(validated(opened())), ['second-signature']);
});

test('I3: where three must sign, the signature is owed until all three have', () => {
  const three: Policy = { ...policy, approvals: 3 };
  const second = approvedBy(opened(three), 'two', receivedAt, three);
  assert.deepEqual(owed(second), ['second-signature', 'authorisation']);
  assert.deepEqual(owed(approvedBy(second, 'three', receivedAt, three)), ['authorisation']);
});

test('the authorisation may be there before the case is opened, and is owed no more then', () => {
  const early = validated(fresh(emergency));
  assert.equal(early.status, 'AwaitingApproval');
  const current = approvedBy(early, 'one');
  assert.deepEqual([owed(current), current.debts?.settled], [['second-signature'], undefined]);
  assert.throws(() => validated(current), code('nothing-owed'));
  assert.deepEqual(owed(approvedBy(current, 'two')), []);
  const strict: Policy = { ...policy, emergency: { ...policy.emergency, approvals: 2 } };
  const both = approvedBy(approvedBy(early, 'one', receivedAt, strict), 'two', receivedAt, strict);
  assert.deepEqual([owed(both), both.debts?.settled, both.entries.n], [[], 4, 4]);
});

test('only an emergency owes a validation, and once', () => {
  assert.throws(() => validated(fresh()), code('nothing-owed'));
  assert.throws(() => validated(approved()), code('nothing-owed'));
  assert.throws(() => validated(validated(opened())), code('nothing-owed'));
});

test('a validation is by whom the policy names, and by one who may order what was opened', () => {
  const act = { officer: 'officer', key: officerKey, at: receivedAt, policy };
  // A prosecutor validates, but not access to traffic data.
  const [traffic] = policy.categories.TrafficData;
  assert.ok(traffic);
  const authorisers = [...traffic.authorisers, 'OtherCompetentAuthority' as const];
  const its = { ...policy, categories: { ...policy.categories, TrafficData: [{ ...traffic, authorisers }] } };
  const wide: Request = { ...emergency, categories: ['SubscriberData', 'TrafficData'] };
  const first = approvedBy(fresh(wide, its), 'one', receivedAt, its);
  assert.throws(
    () => validate(first, validation('PublicProsecutor'), { ...act, policy: its }),
    code('authoriser-insufficient'),
  );
  const asked: Request = { ...emergency, categories: ['SubscriberData'] };
  const phone = approvedBy(fresh(asked), 'one');
  const { next, entry } = validate(phone, validation('PublicProsecutor'), act);
  assert.deepEqual(JSON.parse(next.validation ?? ''), validation('PublicProsecutor'));
  assert.ok(entry.kind === 'authorisation.validated' && entry.data.authoriserRole === 'PublicProsecutor');
  // Who may order it may not validate it for that reason.
  assert.throws(
    () => validate(phone, validation('OtherCompetentAuthority'), act),
    code('authoriser-insufficient'),
  );
  const narrow = { ...first.asked, categories: ['SubscriberData' as const] };
  const begun = fresh(wide, its);
  const narrowed = commitAt(decide(begun, approval(begun, narrow), by('one', receivedAt, its)));
  assert.ok(
    validate(narrowed, validation('PublicProsecutor'), { ...act, policy: its }),
    'what was opened counts',
  );
});

test('a validation is owed only where the order lacked it, and never where the law knows none', () => {
  const roles = ['PublicProsecutor', 'JudgeCourtOrInvestigatingJudge', 'OtherCompetentAuthority'] as const;
  const none: Policy = { ...policy, emergency: { ...policy.emergency, validators: [] } };
  const judge: Policy = {
    ...policy,
    emergency: { ...policy.emergency, validators: ['JudgeCourtOrInvestigatingJudge'] },
  };
  const owing = (its: Policy) =>
    roles.filter((authoriserRole) => {
      const asked = { ...emergency, instrument: { ...emergency.instrument, authoriserRole } };
      const waiting = fresh(asked, its);
      const outcome = decide(waiting, approval(waiting), by('one', receivedAt, its));
      const current = commitAt(outcome);
      assert.ok(outcome.entry.kind === 'decision.approved' && owed(current)?.includes('second-signature'));
      const isOwed = owed(current)?.includes('authorisation') === true;
      // The log says of each that it owes none.
      assert.equal(outcome.entry.data.needsValidation, isOwed ? undefined : false);
      assert.equal(outcome.entry.data.owed, isOwed ? 2 : 1);
      const act = { officer: 'officer', key: officerKey, at: receivedAt, policy: its };
      for (const one of [waiting, current]) {
        const offers = offeredActs(one, { at: receivedAt, policy: its }).includes('validation');
        assert.equal(offers, isOwed, 'what is refused is not offered');
        if (!isOwed) assert.throws(() => validate(one, validation(), act), code('nothing-owed'));
      }
      // Signed by all, it is any other case.
      if (!isOwed) assert.deepEqual(owed(approvedBy(current, 'two', receivedAt, its)), []);
      return isOwed;
    });
  assert.deepEqual(owing(policy), ['OtherCompetentAuthority']);
  assert.deepEqual(owing(judge), ['PublicProsecutor', 'OtherCompetentAuthority']);
  assert.deepEqual(owing(none), []);
});

test('what an open emergency owes stays as it was when it was opened, whatever the policy says since', () => {
  const none: Policy = { ...policy, emergency: { ...policy.emergency, validators: [] } };
  assert.deepEqual(owed(approvedBy(opened(), 'two')), ['authorisation']);
  const open = approvedBy(fresh(emergency, none), 'one', receivedAt, none);
  const act = { officer: 'officer', key: officerKey, at: receivedAt, policy };
  assert.throws(() => validate(open, validation(), act), code('nothing-owed'));
  assert.deepEqual(owed(commitAt(validate(opened(), validation(), act))), ['second-signature']);
});

test('I3: the second signature is over exactly the scope that was opened, and by somebody else', () => {
  const current = opened();
  const narrower = { ...current.asked, subjects: [0] };
  assert.throws(() => decide(current, approval(current, narrower), by('two')), code('scope-differs'));
  const wider = { ...current.asked, subjects: [0, 7] };
  assert.throws(() => decide(current, approval(current, wider), by('two')), code('scope-too-wide'));
  assert.throws(() => decide(current, approval(current), by('one')), code('decision-repeated'));
  const other: Policy = { ...policy, name: 'another' };
  assert.throws(
    () => decide(current, approval(current), by('one', receivedAt, other)),
    code('decision-repeated'),
  );
  const opens = commitAt(decide(fresh(emergency), approval(current, narrower), by('one')));
  assert.throws(() => decide(opens, approval(current), by('two')), code('scope-differs'));
  assert.deepEqual(owed(commitAt(decide(opens, approval(current, narrower), by('two')))), ['authorisation']);
});

test('I3: one millisecond before 48 hours the obligations can be fulfilled and the case is open, at 48 hours neither', () => {
  const current = minted(opened());
  checkCollectable(current, justBefore);
  assert.equal(missObligations(current, justBefore), undefined);
  assert.deepEqual(owed(approvedBy(current, 'two', justBefore)), ['authorisation']);
  assert.deepEqual(owed(validated(current, justBefore)), ['second-signature']);
  assert.throws(() => checkCollectable(current, dueAt), code('case-closed'), 'though no clock ran');
  assert.throws(() => decide(current, approval(current), by('two', dueAt)), code('debt-overdue'));
  assert.throws(() => validated(current, dueAt), code('debt-overdue'));
});

test('what is missed closes the case, is marked, and is recorded once', () => {
  const states: [Case, string, readonly string[]][] = [
    [minted(opened()), 'both', ['second-signature', 'authorisation']],
    [approvedBy(opened(), 'two'), 'authorisation', ['authorisation']],
    [validated(opened()), 'second-signature', ['second-signature']],
  ];
  for (const [current, debt, missed] of states) {
    const outcome = nextOfTime(current, dueAt, policy);
    assert.ok(outcome);
    assert.deepEqual(outcome.entry, { kind: 'emergency.overdue', data: { debt, status: 'Suspended' } });
    const { next } = outcome;
    assert.deepEqual(
      [next.status, next.reason, next.debts?.missed],
      ['Suspended', 'emergency-overdue', missed],
    );
    assert.deepEqual(owed(next), missed, 'it is owed still');
    assert.equal(missObligations(next, dueAt), undefined);
    assert.throws(() => decide(next, approval(next), by('two', dueAt)), code('case-closed'));
    assert.throws(() => validated(next, dueAt), code('nothing-owed'));
  }
});

test('I3 an agency that was given something owes its authorisation, however the case ended since', () => {
  const given = disclosed(minted(opened()));
  const ended: Case[] = [
    withdraw(given, 'officer').next,
    decide(given, rejection(given), by('two')).next,
    suspend(
      given,
      { requestDigest: given.requestDigest, ground: 'other', reason: 'x' },
      { ...by('two'), explanation: 'jwe' },
    ).next,
  ];
  for (const current of ended) {
    assert.equal(missObligations(current, justBefore), undefined);
    const outcome = nextOfTime(current, dueAt, policy);
    const data = { debt: 'authorisation', status: current.status };
    assert.deepEqual(outcome?.entry, { kind: 'emergency.overdue', data });
    assert.deepEqual([outcome?.next.status, outcome?.next.reason], [current.status, current.reason]);
    assert.deepEqual(outcome?.next.debts?.missed, ['authorisation']);
    assert.equal(missObligations(outcome?.next ?? current, dueAt), undefined, 'once');
    const paid = validated(current, justBefore);
    assert.equal(paid.status, current.status);
    assert.equal(missObligations(paid, dueAt), undefined);
  }
});

test('an emergency that was closed before anything was disclosed owes nothing', () => {
  const current = withdraw(minted(opened()), 'officer').next;
  assert.equal(missObligations(current, dueAt), undefined);
});

test('the second reviewer may reject what the first opened, and so may the first', () => {
  for (const reviewer of ['one', 'two']) {
    const { next } = decide(minted(opened()), rejection(opened()), by(reviewer));
    assert.equal(next.status, 'Rejected');
    assert.throws(() => checkCollectable(next, receivedAt), code('case-closed'));
  }
});

test('no case but an emergency owes anything, whatever the policy says of emergencies', () => {
  const current = approved();
  assert.deepEqual([current.debts, isOverdue(current, '2030-01-01T00:00:00Z')], [undefined, false]);
});
