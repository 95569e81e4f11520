import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withdraw } from '#core/cases/acts.ts';
import type { Case } from '#core/cases/case.ts';
import { collected, intend } from '#core/cases/collecting.ts';
import {
  addressNotice,
  noteLateNotice,
  noticeDueSince,
  noticesSent,
  renewDelay,
  subjectsToNotify,
} from '#core/cases/notice.ts';
import type { Request } from '#core/cases/request.ts';
import {
  answer,
  approved,
  code,
  commitAt,
  disclosed,
  fresh,
  hoursAfter,
  intended,
  minted,
  officerKey,
  policy,
  receivedAt,
  request,
} from './cases.ts';

const { notice: _, ...undelayed } = request;
const delayUntil = '2026-11-22T10:00:00.000Z';
const delayed: Request = { ...request, notice: { delayUntil, reason: 'flight' } };
const open = (asked: Request) => minted(approved(asked));
const before = (at: string) => new Date(Date.parse(at) - 1).toISOString();
const later = hoursAfter(receivedAt, 1);
const notify = (current: Case, at: string) => {
  const outcome = noticesSent(current, at);
  assert.ok(outcome, 'there is something to tell');
  return { it: commitAt(outcome, at), data: outcome.entry.data };
};

test('nobody is notified where nothing was disclosed', () => {
  for (const current of [fresh(), approved(), open(undelayed), withdraw(approved(), 'o').next]) {
    assert.equal(noticeDueSince(current, '2030-01-01T00:00:00Z'), undefined);
    assert.equal(noticesSent(current, '2030-01-01T00:00:00Z'), undefined);
    assert.equal(noteLateNotice(current, '2030-01-01T00:00:00Z', policy), undefined);
  }
});

test('without a delay the person is notified at once, with one at its very end and not a millisecond before', () => {
  const now = disclosed(open(undelayed), later);
  assert.equal(noticeDueSince(now, later), later);
  const current = disclosed(open(delayed), later);
  assert.equal(noticesSent(current, before(delayUntil)), undefined);
  assert.equal(noticeDueSince(current, delayUntil), delayUntil);
  assert.equal(noticeDueSince(current, '2027-01-01T00:00:00Z'), delayUntil);
  // A delay that was over before anything was disclosed.
  const after = disclosed(open(delayed), '2026-11-23T00:00:00.000Z');
  assert.equal(noticeDueSince(after, '2026-11-24T00:00:00Z'), '2026-11-23T00:00:00.000Z');
});

test('the person is notified once of each collection, also when the case has ended since', () => {
  const once = notify(disclosed(open(undelayed), receivedAt, [0, 2]), receivedAt);
  assert.deepEqual(once.data, { notices: 2, collections: 1 });
  assert.equal(noticesSent(once.it, '2030-01-01T00:00:00Z'), undefined);
  const again = disclosed(once.it, later);
  assert.equal(noticeDueSince(again, later), later);
  const ended = commitAt(withdraw(again, 'officer'), later);
  const twice = notify(ended, later);
  assert.deepEqual(twice.data, { notices: 2, collections: 2 });
  assert.equal(twice.it.status, 'Cancelled');
});

test('a page that was answered after the notice has a notice as well', () => {
  const cursor = { collection: 1, page: 2 };
  const page1 = commitAt(collected(intended(open(undelayed)), answer(receivedAt, [0], true)));
  const once = notify(page1, receivedAt).it;
  const asked = commitAt(
    intend(once, { at: later, recipient: 'thumbprint', key: officerKey, cursor }),
    later,
  );
  const page2 = commitAt(collected(asked, answer(later, [1])), later);
  assert.equal(noticeDueSince(page2, later), later);
  assert.deepEqual(notify(page2, later).data, { notices: 2, collections: 1 });
  assert.equal(noticesSent(notify(page2, later).it, '2030-01-01T00:00:00Z'), undefined);
});

test('what two collections disclosed within the delay is told by one notice', () => {
  const current = disclosed(disclosed(open(delayed), receivedAt), later);
  const once = notify(current, delayUntil);
  assert.deepEqual(once.data, { notices: 1, collections: 2 });
  assert.equal(noticesSent(once.it, '2030-01-01T00:00:00Z'), undefined);
});

test('each subject is told of their own records, and nobody of none', () => {
  const current = disclosed(open(undelayed), receivedAt, [2, 0, 2]);
  assert.deepEqual(subjectsToNotify(current), [
    { subject: 0, records: 1 },
    { subject: 2, records: 2 },
  ]);
  assert.deepEqual(subjectsToNotify(open(undelayed)), []);
  const empty = disclosed(open(undelayed), receivedAt, []);
  assert.deepEqual(notify(empty, receivedAt).data, { notices: 0, collections: 1 });
});

test('a notice is overdue once its grace is over, once, and again for the next that is late', () => {
  const current = disclosed(open(delayed), later);
  const late = hoursAfter(delayUntil, policy.notice.graceHours);
  assert.equal(noteLateNotice(current, before(late), policy), undefined);
  const noted = noteLateNotice(current, late, policy);
  assert.deepEqual([noted?.entry.kind, noted?.next.notice.overdueSince], ['notice.overdue', delayUntil]);
  assert.ok(noted);
  const marked = commitAt(noted, late);
  assert.equal(noteLateNotice(marked, '2030-01-01T00:00:00Z', policy), undefined);
  const out = notify(marked, late).it;
  assert.equal(out.notice.overdueSince, undefined);
  const again = disclosed(out, late);
  assert.equal(noteLateNotice(again, late, policy), undefined);
  assert.ok(noteLateNotice(again, hoursAfter(late, policy.notice.graceHours), policy));
});

test('a delay is renewed before it ends, so often, and never for longer than the policy has it', () => {
  const act = { officer: 'officer', at: receivedAt, policy };
  const renew = (current: Case, at = receivedAt, until = '2026-12-24T00:00:00Z') =>
    commitAt(renewDelay(current, { delayUntil: until, reason: 'evidence' }, { ...act, at }));
  const value = renew(disclosed(open(delayed), receivedAt));
  assert.deepEqual(
    [value.notice.delayUntil, value.notice.reason, value.notice.renewals],
    ['2026-12-24T00:00:00Z', 'evidence', 1],
  );
  assert.equal(noticesSent(value, before('2026-12-24T00:00:00Z')), undefined);
  const often = [2, 3, 4].reduce((now) => renew(now), value);
  assert.equal(often.notice.renewals, policy.notice.renewals);
  assert.throws(() => renew(often), code('limit-exceeded'));
  renew(fresh(delayed), before(delayUntil));
  assert.throws(() => renew(fresh(delayed), delayUntil), code('delay-ended'));
  assert.throws(() => renew(fresh(undelayed)), code('delay-none'), 'a delay that was never asked for');
  assert.throws(() => renew(fresh(delayed), receivedAt, '2027-11-20T10:00:00.001Z'), code('delay-too-long'));
  const known = { ...value, notice: { ...value.notice, told: 1 } };
  assert.throws(() => renew(known), code('notice-given'));
});

test('whom to tell is said only once there is a notice', () => {
  const current = disclosed(open(undelayed));
  assert.throws(() => addressNotice(current), code('case-not-approved'));
  assert.equal(addressNotice(notify(current, receivedAt).it).entry.kind, 'notice.addressed');
});
