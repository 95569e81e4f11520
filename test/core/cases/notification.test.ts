import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkAsked, keysRevoked, mint, receive } from '#core/cases/acts.ts';
import { calendarOf } from '#core/cases/calendar.ts';
import type { Case } from '#core/cases/case.ts';
import { makeCaseFile, openEntry } from '#core/cases/case-file.ts';
import { nextOfTime } from '#core/cases/clock.ts';
import { checkCollectable } from '#core/cases/collecting.ts';
import { count } from '#core/cases/deadline.ts';
import { decide } from '#core/cases/deciding.ts';
import { type AuthorityAnswer, isHeld } from '#core/cases/notification.ts';
import { answerNotification } from '#core/cases/objecting.ts';
import { offeredActs } from '#core/cases/offered.ts';
import { type Policy, policySchema } from '#core/cases/policy.ts';
import type { Request } from '#core/cases/request.ts';
import type { Scope } from '#core/cases/scope.ts';
import {
  approval,
  approved,
  approvedBy,
  by,
  code,
  commitAt,
  committed,
  disclosed,
  emergency,
  fresh,
  grant,
  hoursAfter,
  inLog,
  minted,
  policy,
  receivedAt,
  request,
} from './cases.ts';
import { notifying, told } from './notifying.ts';

const asked = told(request);
const urgent = told(emergency);
const act = { officer: 'clerk', keyId: 'clerk-key', key: inLog('clerk-key'), at: receivedAt };
const consent = (current: Case): AuthorityAnswer => ({
  decision: 'consent',
  requestDigest: current.requestDigest,
});
const objection = (current: Case, scope?: Scope): AuthorityAnswer => ({
  decision: 'object',
  requestDigest: current.requestDigest,
  ground: 'press-freedom',
  text: 'A journalist’s account.',
  ...(scope === undefined ? {} : { scope }),
});
const answered = (current: Case, answer: AuthorityAnswer, more: object = {}): Case =>
  commitAt(answerNotification(current, answer, { ...act, ...more }));
const end = count(receivedAt, { days: 10 }, calendarOf(notifying)).dueAt;
const held = () => approved(asked, notifying);
const mintAt = (current: Case, at: string) =>
  mint(current, [grant], {
    holders: current.subjects,
    expiresAt: current.expiresAt ?? '',
    collectionsAllowed: current.collectionsAllowed,
    at,
  });

test('a request that a line has notified says of whom, or that the person resides where it is issued', () => {
  const check = (of: Request, its: Policy = notifying) => checkAsked(of, its, receivedAt);
  check(asked);
  check({ ...request, notification: { exempt: 'resident' } });
  assert.throws(() => check(request), code('notification-missing'));
  const strict: Policy = {
    ...notifying,
    notification: { ...(notifying.notification ?? assert.fail()), exempt: 'never' },
  };
  assert.throws(
    () => check({ ...request, notification: { exempt: 'resident' } }, strict),
    code('notification-missing'),
  );
  // Of what no line has notified, nobody is told.
  const plain: Request = { ...request, categories: ['SubscriberData'] };
  check(plain);
  assert.throws(() => check({ ...plain, notification: asked.notification }), code('notification-not-due'));
  check({ ...plain, notification: { exempt: 'resident' } });
  assert.throws(() => check(asked, policy), code('notification-not-due'));
});

test('a general line beside a special one does not undo what that asks for', () => {
  const [line] = policy.categories.TrafficData;
  assert.ok(line);
  const both: Policy = {
    ...notifying,
    categories: {
      ...notifying.categories,
      TrafficData: [
        { ...line, instruments: ['EPOC', 'NationalOrder'] },
        { ...line, instruments: ['EPOC'], notified: true },
      ],
    },
  };
  assert.throws(() => checkAsked(request, both, receivedAt), code('notification-missing'));
  const other: Request = { ...request, instrument: { ...request.instrument, kind: 'NationalOrder' } };
  checkAsked(other, both, receivedAt);
});

test('a policy whose authority is notified says how long it has, and leaves time to collect after it', () => {
  const refuses = (its: object) => assert.equal(policySchema.safeParse(its).success, false);
  assert.ok(policySchema.safeParse(notifying).success);
  refuses({ ...notifying, notification: undefined });
  refuses({ ...notifying, collectHours: 240 });
  assert.ok(policySchema.safeParse({ ...notifying, collectHours: 241 }).success);
});

test('the term is ten days, and 96 hours in an emergency, from receipt, as the calendar counts them', () => {
  // Received on a Friday: the tenth day is the Monday after next.
  assert.equal(end, '2026-11-30T23:00:00.000Z');
  assert.deepEqual(fresh(asked, notifying).notified, { authority: 'ie-authority', until: end, waits: true });
  assert.deepEqual(fresh(urgent, notifying).notified, {
    authority: 'ie-authority',
    until: count(receivedAt, { hours: 96 }, calendarOf(notifying)).dueAt,
    waits: false,
  });
  assert.equal(fresh({ ...request, notification: { exempt: 'resident' } }, notifying).notified, undefined);
});

test('the log says at receipt who was notified, until when, and whether disclosure waits; or why none is', () => {
  const entryOf = (of: Request) => {
    const { entry } = receive(of, {
      id: 'c0ffee00-0000-4000-8000-000000000001',
      agency: 'agency-1',
      askedBy: 'officer-key',
      key: inLog('officer-key'),
      reference: { tag: 't', sealed: new Uint8Array() },
      requestDigest: 'd',
      at: receivedAt,
      subjects: [[]],
      sealedRequest: new Uint8Array(),
      salt: new Uint8Array(32),
      policy: notifying,
      policyHash: 'h',
    });
    assert.ok(entry.kind === 'request.received');
    const { notified, notifiedUntil, waits, exempt } = entry.data;
    return [notified, notifiedUntil, waits, exempt];
  };
  assert.deepEqual(entryOf(asked), ['ie-authority', end, true, undefined]);
  const exempt: Request = { ...request, notification: { exempt: 'resident' } };
  assert.deepEqual(entryOf(exempt), [undefined, undefined, undefined, 'resident']);
});

test('I3 hold: nothing is minted, said to be absent, offered or collected before its end', () => {
  const current = held();
  assert.equal(current.status, 'AwaitingDisclosure');
  for (const at of [receivedAt, hoursAfter(receivedAt, 239), 'never', '']) {
    assert.throws(() => mintAt(current, at), code('notification-pending'), at);
    assert.throws(
      () =>
        mint(current, [], {
          holders: [],
          expiresAt: '',
          collectionsAllowed: 1,
          at,
        }),
      code('notification-pending'),
      at,
    );
  }
  // By default, without an instant, nothing either.
  assert.throws(() => mint(current, [grant]), code('notification-pending'));
  assert.throws(() => checkCollectable(current, receivedAt), code('notification-pending'));
  assert.ok(!offeredActs(current, { at: receivedAt, policy: notifying }).includes('collection'));
  assert.equal(mintAt(current, end).entry.kind, 'grant.minted');
  checkCollectable(current, end);
  const agreed = answered(current, consent(current));
  assert.ok(!isHeld(agreed, receivedAt));
  assert.equal(mintAt(agreed, receivedAt).entry.kind, 'grant.minted');
});

test('an emergency is minted at once', () => {
  const current = approvedBy(fresh(urgent, notifying), 'one', receivedAt, notifying);
  assert.equal(mintAt(current, receivedAt).entry.kind, 'grant.minted');
});

test('a held case is on time for its reviewers, and late a quarter of an hour after the hold', () => {
  const waiting = fresh(asked, notifying);
  assert.equal(nextOfTime(waiting, hoursAfter(receivedAt, 150), notifying)?.entry.kind, 'deadline.passed');
  const current = held();
  assert.equal(nextOfTime(current, hoursAfter(receivedAt, 150), notifying), undefined);
  assert.equal(nextOfTime(current, end, notifying), undefined);
  const late = nextOfTime(current, hoursAfter(end, 0.25), notifying);
  assert.equal(late?.entry.kind, 'deadline.passed');
});

test('an authority answers once, in its time, over the request that the case has', () => {
  const current = held();
  assert.throws(
    () => answered(current, { ...consent(current), requestDigest: 'another' }),
    code('decision-digest-mismatch'),
  );
  assert.throws(() => answered(current, consent(current), { at: end }), code('notification-over'));
  const agreed = answered(current, consent(current));
  for (const again of [consent(current), objection(current)])
    assert.throws(() => answered(agreed, again), code('notification-over'));
  assert.throws(() => answered(approved(), consent(approved())), code('notification-over'));
  const { status: _, ...rest } = current;
  assert.throws(() => answered({ ...rest, status: 'Cancelled' }, consent(current)), code('case-closed'));
});

test('an objection to all ends a case that is not minted, and access to one that is', () => {
  for (const current of [fresh(asked, notifying), held()]) {
    const { status, reason } = answered(current, objection(current));
    assert.deepEqual([status, reason], ['Rejected', 'press-freedom']);
  }
  const opened = minted2();
  for (const current of [opened, disclosed(opened)]) {
    const { status, reason } = answered(current, objection(current));
    assert.deepEqual([status, reason], ['Suspended', 'press-freedom']);
  }
});

/** An emergency that one reviewer opened and that is minted. */
const minted2 = () => minted(approvedBy(fresh(urgent, notifying), 'one', receivedAt, notifying));
const phone: Scope = { ...fresh().asked, categories: ['SubscriberData'] };

test('an objection to a part leaves the rest: approvals of more count no more, and none is given', () => {
  const first = approvedBy(fresh(asked, notifying), 'one', receivedAt, notifying);
  for (const current of [first, held()]) {
    const after = answered(current, objection(current, phone));
    assert.equal(after.status, 'AwaitingApproval');
    assert.deepEqual(after.decisions, []);
    assert.deepEqual(
      after.superseded?.map(({ because }) => because),
      current.decisions.map(() => 'authority-objected'),
    );
    assert.deepEqual([after.scope, after.approvedAt, after.expiresAt], [undefined, undefined, undefined]);
    const approve = (it: Case, who: string, scope: Scope) =>
      commitAt(decide(it, approval(it, scope), by(who, receivedAt, notifying)));
    assert.throws(() => approve(after, 'one', after.asked), code('scope-too-wide'));
    const again = approve(approve(after, 'one', phone), 'two', phone);
    assert.equal(again.status, 'AwaitingDisclosure');
    // Its objection was its answer: the rest waits no longer.
    assert.equal(mintAt(again, receivedAt).entry.kind, 'grant.minted');
  }
});

test('what was approved of less than an authority left goes on, and counts', () => {
  const narrow = (it: Case, who: string) =>
    commitAt(decide(it, approval(it, phone), by(who, receivedAt, notifying)));
  const current = narrow(narrow(fresh(asked, notifying), 'one'), 'two');
  const after = answered(current, objection(current, phone));
  assert.deepEqual([after.status, after.decisions.length], ['AwaitingDisclosure', 2]);
  assert.equal(mintAt(after, receivedAt).entry.kind, 'grant.minted');
});

test('what is minted of more than an authority leaves cannot be narrowed: access ends', () => {
  const current = minted2();
  const after = answered(current, objection(current, phone));
  assert.deepEqual([after.status, after.reason], ['Suspended', 'press-freedom']);
  assert.throws(
    () => answered(current, objection(current, { ...phone, subjects: [0, 7] })),
    code('scope-too-wide'),
  );
});

test('a key whose word was needed closes what was minted on it, until the time would have been over', () => {
  const agreed = answered(held(), consent(held()));
  const open = commitAt(mintAt(agreed, receivedAt));
  const revoked = (keyId: string) => keyId === 'clerk-key';
  assert.equal(keysRevoked(open, revoked, receivedAt)?.next.status, 'Suspended');
  assert.equal(keysRevoked(open, revoked, end), undefined);
  assert.equal(keysRevoked(agreed, revoked, receivedAt), undefined);
  assert.equal(keysRevoked(minted2(), revoked, receivedAt), undefined);
});

test('I7: the log has the authority’s ground and commitments, and a case’s file opens them', () => {
  const current = fresh(asked, notifying);
  const { it, entry } = committed(answerNotification(current, objection(current, phone), act), receivedAt);
  assert.ok(entry.kind === 'authority.objected');
  assert.deepEqual(
    [entry.data.because, entry.data.authority, entry.data.status],
    ['press-freedom', 'ie-authority', 'AwaitingApproval'],
  );
  assert.doesNotMatch(JSON.stringify(entry), /clerk|journalist|SubscriberData/);
  const opened = openEntry(makeCaseFile(it), { ...entry, stream: `case/${it.id}` });
  assert.deepEqual(
    opened.map(({ label, value }) => [label, value !== undefined]),
    [
      ['request', true],
      ['scope', true],
      ['officer', true],
    ],
  );
});
