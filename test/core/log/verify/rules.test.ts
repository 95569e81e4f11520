import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findTooMuch, keysRevoked, lapse, mint, retired, withdraw } from '#core/cases/acts.ts';
import { nextOfTime } from '#core/cases/clock.ts';
import { collectionFailed } from '#core/cases/collecting.ts';
import { decide, suspend } from '#core/cases/deciding.ts';
import type { Scope } from '#core/cases/scope.ts';
import type { EntryBody } from '#core/log/entry.ts';
import { by, grant, hoursAfter, inLog, officerKey, policy, rejection } from '../../cases/cases.ts';
import { but, findings, findingsOf, left, openCase, tell, told } from './cheats.ts';
import { caseStream, Desk, minutes, preamble, some, type Told, wholeCase } from './logs.ts';

/** The rules over entries in their order: each test is a log that its own key signed, and that cannot have been. */
const whole = wholeCase();
const [received, opened, one, two, minted, intended, completed] = whole;
assert.ok(received && opened && one && two && minted && intended && completed);

test('I3: a collection needs its request, two approvals and a grant before it', async () => {
  assert.deepEqual(await findings(whole), []);
  const collection = [intended, completed];
  const all = ['request-missing @0', 'approvals-missing @0', 'grant-missing @0'];
  assert.deepEqual(await findings(collection), all);
  assert.deepEqual(await findings([received, ...collection]), ['approvals-missing @1', 'grant-missing @1']);
  assert.deepEqual(await findings([received, one, two, ...collection]), ['grant-missing @3']);
  assert.deepEqual(await findings([received, one, minted, ...collection]), [
    'approvals-missing @2',
    'approvals-missing @3',
  ]);
  assert.deepEqual(await findings([one, two, minted, ...collection]), ['request-missing @0']);
  assert.deepEqual(await findings([received, minted, ...collection]), [
    'approvals-missing @1',
    'approvals-missing @2',
  ]);
});

test('I3: one reviewer twice is one reviewer', async () => {
  const again = but(one, { status: 'AwaitingDisclosure' }, 8);
  assert.deepEqual(await findings([received, one, again, minted, intended, completed]), [
    'reviewer-repeated @2',
    'approvals-missing @2',
    'approvals-missing @3',
    'approvals-missing @4',
  ]);
});

test('I3: two approvals of two scopes are not two of one, and a third counts from the second', async () => {
  const desk = new Desk();
  const narrow: Scope = { ...desk.it.asked, categories: ['SubscriberData'] };
  desk.approve('one', 6);
  desk.approve('two', 7, narrow);
  desk.approve('three', 8, narrow);
  desk.commit(mint(desk.it, [grant]), 9);
  desk.intend(10);
  desk.collect(11);
  assert.deepEqual(await findings(desk.told), []);
  const [received, first, second, third, mintedNarrow, ...rest] = desk.told;
  assert.ok(received && first && second && third && mintedNarrow);
  const early = but(second, { status: 'AwaitingDisclosure' });
  assert.deepEqual(await findings([received, first, early, mintedNarrow, ...rest]), [
    'approvals-missing @2',
    'approvals-missing @3',
    'approvals-missing @4',
  ]);
});

test('I3: a scope that was approved before may be approved again, and what was approved in between does not count', async () => {
  const desk = new Desk();
  const narrow: Scope = { ...desk.it.asked, categories: ['SubscriberData'] };
  desk.approve('one', 6);
  desk.approve('two', 7, narrow);
  desk.approve('one', 8);
  assert.equal(desk.it.status, 'AwaitingApproval');
  const cheated = but(told(desk.told.slice(3), 'decision.approved'), { status: 'AwaitingDisclosure' });
  assert.deepEqual(await findings([...desk.told.slice(0, 3), cheated]), ['approvals-missing @3']);
  desk.approve('two', 9);
  desk.commit(mint(desk.it, [grant]), 10);
  assert.deepEqual(await findings(desk.told), []);
});

test('I3: approvals under two policies do not add up, and whoever approved under one may under the other', async () => {
  const desk = new Desk();
  const other = { ...policy, name: 'another' };
  desk.approve('one', 6);
  desk.approve('two', 7, undefined, other);
  assert.equal(desk.it.status, 'AwaitingApproval');
  const [, , second] = desk.told;
  assert.ok(second);
  const cheated = but(second, { status: 'AwaitingDisclosure' });
  assert.deepEqual(await findings([...desk.told.slice(0, 2), cheated]), ['approvals-missing @2']);
  desk.approve('one', 8, undefined, other);
  desk.commit(mint(desk.it, [grant]), 9);
  assert.deepEqual(await findings(desk.told), []);
});

test('a reviewer who approved may reject', async () => {
  const desk = new Desk();
  desk.approve('one', 6);
  desk.commit(decide(desk.it, rejection(desk.it), by('one', minutes(7))), 7);
  assert.deepEqual(await findings(desk.told), []);
});

test('I3: a decision is on the case’s own request', async () => {
  const other = but(two, { request: some('another request') });
  assert.deepEqual(await findings([received, one, other, minted]), ['request-differs @2']);
  const desk = new Desk();
  desk.commit(decide(desk.it, rejection(desk.it), by('one')), 6);
  const [first, rejected] = desk.told;
  assert.ok(first && rejected);
  assert.deepEqual(await findings([first, but(rejected, { request: some('another request') })]), [
    'request-differs @1',
  ]);
});

test('I5: what is minted and collected is the scope that was approved', async () => {
  const wide = some('a wider scope');
  assert.deepEqual(await findings([received, one, two, but(minted, { scope: wide }), intended]), [
    'scope-differs @3',
    'scope-differs @4',
  ]);
  assert.deepEqual(await findings([received, one, two, minted, but(intended, { scope: wide })]), [
    'scope-differs @4',
  ]);
  const absent = tell(9, { kind: 'data.absent', data: { scope: wide } });
  assert.deepEqual(await findings([received, one, two, absent]), ['scope-differs @3']);
});

test('I9: nothing is collected past expiry, after the grant was retired, or in a case that is over', async () => {
  const desk = openCase();
  const expiresAt = desk.it.expiresAt ?? '';
  const late = (ms: number) => ({ ...intended, at: new Date(Date.parse(expiresAt) + ms).toISOString() });
  const before = desk.told;
  assert.deepEqual(await findings([...before, late(-1)]), []);
  // Committed a moment after it was checked, by another clock.
  assert.deepEqual(await findings([...before, late(9_999)]), []);
  assert.deepEqual(await findings([...before, late(10_000)]), ['grant-expired @4']);
  const never = but(told(before, 'grant.minted'), { expiresAt: 'never' });
  assert.deepEqual(await findings([...left(before, 'grant.minted'), never, intended]), [
    'grant-too-long @3',
    'grant-expired @4',
  ]);

  const retire = tell(9, { kind: 'grant.retired', data: { grants: 1, because: 'collections-used-up' } });
  assert.deepEqual(await findings([...before, retire, intended]), ['grant-retired @5']);
  const withdrawn: EntryBody = {
    kind: 'case.withdrawn',
    data: { status: 'Cancelled', officer: some('officer') },
  };
  const expired: EntryBody = { kind: 'case.expired', data: { status: 'Expired' } };
  for (const body of [withdrawn, expired])
    assert.deepEqual(await findings([...before, tell(9, body), intended]), ['case-closed @5']);
  for (const [kind, status] of [
    ['case.cancelled', 'Cancelled'],
    ['case.suspended', 'Suspended'],
  ] as const) {
    const body = { kind, data: { status, because: 'key-revoked' } };
    assert.deepEqual(await findings([...before, tell(9, body), intended]), ['case-closed @5']);
  }
});

test('I4: an answer has an intent before it, for that very page, and one intent is answered once', async () => {
  const before = openCase().told;
  const failed = tell(11, {
    kind: 'collection.failed',
    data: { collection: 1, page: 1, drawers: 0, code: 'grant-missing' },
  });
  assert.deepEqual(await findings([...before, completed]), ['collection-unannounced @4']);
  assert.deepEqual(await findings([...before, failed]), ['collection-unannounced @4']);
  assert.deepEqual(await findings([...before, intended, completed, completed]), [
    'collection-unannounced @6',
  ]);
  assert.deepEqual(await findings([...before, intended, failed, completed]), ['collection-unannounced @6']);
  assert.deepEqual(await findings([...before, intended, but(completed, { page: 2 })]), [
    'collection-unannounced @5',
  ]);
  assert.deepEqual(await findings([...before, intended, but(completed, { collection: 2 })]), [
    'collection-unannounced @5',
  ]);
  // What closes a case takes its open intent with it.
  const withdrawn = tell(11, {
    kind: 'case.withdrawn',
    data: { status: 'Cancelled', officer: some('officer') },
  });
  assert.deepEqual(await findings([...before, intended, withdrawn, but(completed, {}, 12)]), [
    'collection-unannounced @6',
  ]);
  // An intent that takes another's place is the one that is answered.
  const second = but(intended, { page: 2 }, 12);
  const more = but(completed, { more: true });
  assert.deepEqual(await findings([...before, intended, but(intended, {}, 11), but(completed, {}, 12)]), []);
  assert.deepEqual(
    await findings([
      ...before,
      intended,
      more,
      second,
      but(intended, { collection: 2 }, 13),
      but(completed, { page: 2 }, 14),
    ]),
    ['collection-unannounced @8'],
  );
});

test('pages follow on each other: none is skipped, and none is of a collection that was not begun', async () => {
  const before = openCase().told;
  const page = (collection: number, page: number, more: boolean) => [
    but(intended, { collection, page }, 10),
    but(completed, { collection, page, more }, 10),
  ];
  assert.deepEqual(
    await findings([
      ...before,
      ...page(1, 1, true),
      ...page(1, 2, true),
      ...page(1, 2, true),
      ...page(1, 3, false),
    ]),
    [],
  );
  assert.deepEqual(
    await findings([...before, ...page(1, 1, true), ...page(2, 1, true), ...page(2, 2, false)]),
    [],
  );
  assert.deepEqual(await findings([...before, ...page(1, 1, true), ...page(1, 3, false)]), [
    'page-out-of-order @6',
  ]);
  assert.deepEqual(await findings([...before, ...page(1, 1, false), ...page(1, 2, false)]), [
    'page-out-of-order @6',
  ]);
  assert.deepEqual(
    await findings([...before, ...page(1, 1, true), ...page(2, 1, true), ...page(1, 2, false)]),
    ['page-out-of-order @8'],
  );
  assert.deepEqual(await findings([...before, ...page(2, 1, false)]), ['page-out-of-order @4']);
  assert.deepEqual(await findings([...before, ...page(1, 0, false)]), ['page-out-of-order @4']);
  assert.deepEqual(await findings([...before, ...page(1, 1, false), ...page(1, 1, false)]), [
    'page-out-of-order @6',
  ]);
});

test('decisions that were voided do not count, whoever’s they were; and honest ones after them do', async () => {
  const desk = new Desk();
  const revoke = (name: string) => (keyId: string) => keyId === `key-of-${name}`;
  const commit = (outcome: ReturnType<typeof keysRevoked>, minute: number) => {
    assert.ok(outcome);
    desk.commit(outcome, minute);
  };
  desk.approve('one', 6);
  commit(keysRevoked(desk.it, revoke('one')), 7);
  desk.approve('two', 8);
  desk.approve('three', 9);
  desk.commit(mint(desk.it, [grant]), 10);
  assert.deepEqual(await findings(desk.told), []);
  const cheated = desk.told.map((entry) =>
    entry === desk.told[3] ? but(entry, { status: 'AwaitingDisclosure' }) : entry,
  );
  assert.deepEqual(await findings([...cheated.slice(0, 4), ...cheated.slice(5)]), [
    'approvals-missing @3',
    'approvals-missing @4',
  ]);
});

test('where more than two must approve, a voided decision leaves others standing: no honest log is called wrong', async () => {
  const desk = new Desk();
  const four = { ...policy, approvals: 4 };
  for (const [i, name] of ['one', 'two', 'three'].entries()) desk.approve(name, 6 + i, undefined, four);
  const outcome = keysRevoked(desk.it, (keyId) => keyId === 'key-of-two');
  assert.ok(outcome);
  desk.commit(outcome, 9);
  desk.approve('four', 10, undefined, four);
  assert.equal(desk.it.status, 'AwaitingApproval');
  desk.approve('five', 11, undefined, four);
  assert.equal(desk.it.status, 'AwaitingDisclosure');
  desk.commit(mint(desk.it, [grant]), 12);
  assert.deepEqual(await findings(desk.told), []);
});

test('every act of the desk leaves a history that is right', async () => {
  const rejected = new Desk();
  rejected.commit(decide(rejected.it, rejection(rejected.it), by('one')), 6);
  const absent = new Desk();
  for (const name of ['one', 'two']) absent.approve(name, 6);
  absent.commit(mint(absent.it, []), 7);
  const cancelled = new Desk();
  const byOfficer = keysRevoked(cancelled.it, () => true);
  const suspended = openCase();
  const byReviewer = keysRevoked(suspended.it, (keyId) => keyId === 'key-of-two');
  const invalid = new Desk();
  for (const name of ['one', 'two']) invalid.approve(name, 6);
  invalid.commit(findTooMuch(invalid.it), 7);
  const shut = openCase();
  const { requestDigest } = shut.it;
  const by3 = { ...by('three'), explanation: 'jwe' };
  shut.commit(suspend(shut.it, { requestDigest, ground: 'other', reason: 'why' }, by3), 9);
  const slow = new Desk();
  slow.approve('one', 6);
  for (const part of [0.5, 0.75, 1]) {
    const { receivedAt: from, dueAt: to } = slow.it;
    const hours = ((Date.parse(to) - Date.parse(from)) / 3_600_000) * part;
    const outcome = nextOfTime(slow.it, hoursAfter(from, hours), policy);
    assert.ok(outcome);
    slow.commit(outcome, hours * 60);
  }
  const failed = openCase();
  failed.intend(9);
  failed.commit(collectionFailed(failed.it, { code: 'grant-missing', epochKeys: 0 }), 10);
  failed.intend(11);
  failed.collect(12);
  const over = lapse(failed.it, hoursAfter(minutes(7), policy.collectHours));
  assert.ok(byOfficer && byReviewer && over);
  cancelled.commit(byOfficer, 6);
  suspended.commit(byReviewer, 9);
  const lapsed = lapse(suspended.it, hoursAfter(minutes(7), policy.collectHours));
  assert.ok(lapsed);
  suspended.commit(lapsed, 9 + policy.collectHours * 60);
  suspended.commit(retired(suspended.it, 'Expired'), 10 + policy.collectHours * 60);
  failed.commit(over, 9 + policy.collectHours * 60);
  for (const { told } of [rejected, absent, cancelled, suspended, invalid, shut, slow, failed])
    assert.deepEqual(await findings(told), []);
});

const tooMuch = tell(21, { kind: 'case.invalid', data: { status: 'Invalid', because: 'limit-exceeded' } });
/** The whole of it is over when the answer is due. */
const passed = (part: string, minute = part === 'whole' ? 15 * 24 * 60 : 21) =>
  tell(minute, { kind: 'deadline.passed', data: { part } });
const undecided = (minute: number) =>
  tell(minute, { kind: 'case.expired', data: { status: 'Expired', because: 'undecided' } });
const askedAt = (minute: number, dueAt?: string) => [
  tell(minute, {
    kind: 'information.asked',
    data: {
      reviewer: some('one'),
      key: inLog('key-of-one'),
      of: ['order'],
      question: some('q'),
      stops: true,
    },
  }),
  tell(minute + 1, {
    kind: 'information.given',
    data: {
      officer: some('officer'),
      key: officerKey,
      answer: some('a'),
      ...(dueAt === undefined ? {} : { dueAt }),
    },
  }),
];
function rejectedCase(): Told[] {
  const desk = new Desk();
  desk.commit(decide(desk.it, rejection(desk.it), by('one')), 6);
  return desk.told;
}

test('an act in a case that cannot have it is found', async () => {
  // Approved, and not to be collected yet.
  assert.deepEqual(await findings([received, one, two, passed('half'), passed('whole')]), []);
  // Nobody decided, and it ended.
  assert.deepEqual(await findings([received, passed('whole'), undecided(90 * 24 * 60)]), []);
  assert.deepEqual(await findings([received, ...askedAt(20, '2026-12-01T23:00:00.000Z')]), []);
  const withdrawn = tell(20, {
    kind: 'case.withdrawn',
    data: { status: 'Cancelled', officer: some('officer') },
  });
  const before = openCase().told;
  const bad: [Told[], string][] = [
    [[received, received], 'act-out-of-place @1'],
    [[...before, but(one, {}, 20)], 'act-out-of-place @4'],
    [[...before, but(minted, {}, 20)], 'act-out-of-place @4'],
    [[...before, withdrawn, withdrawn], 'act-out-of-place @5'],
    [
      [
        ...before,
        withdrawn,
        tell(21, { kind: 'case.suspended', data: { status: 'Suspended', because: 'x' } }),
      ],
      'act-out-of-place @5',
    ],
    [[received, tell(20, { kind: 'case.expired', data: { status: 'Expired' } })], 'act-out-of-place @1'],
    [
      [...before, tell(20, { kind: 'decision.voided', data: { decisions: 1, because: 'x' } })],
      'act-out-of-place @4',
    ],
    [
      [received, tell(20, { kind: 'decision.voided', data: { decisions: 0, because: 'x' } })],
      'act-out-of-place @1',
    ],
    [[...before, tell(20, { kind: 'data.absent', data: { scope: some('x') } })], 'act-out-of-place @4'],
    [[received, but(one, { status: 'Approved' })], 'act-out-of-place @1'],
    [[received, tooMuch], 'act-out-of-place @1'],
    [[...before, tooMuch], 'act-out-of-place @4'],
    [[received, one, two, tooMuch, but(minted, {}, 22)], 'act-out-of-place @4'],
    [[...before, passed('whole')], 'act-out-of-place @4'],
    [[received, withdrawn, passed('whole')], 'act-out-of-place @2'],
    [[received, passed('whole'), passed('half', 16 * 24 * 60)], 'act-out-of-place @2'],
    [[received, passed('whole', 21)], 'act-out-of-place @1'],
    [[received, undecided(21)], 'act-out-of-place @1'],
    [[received, one, two, undecided(90 * 24 * 60)], 'act-out-of-place @3'],
    // The time that stood still puts it off, and never brings it forward.
    [[received, ...askedAt(20, '2026-12-20T23:00:00.000Z'), passed('whole')], 'act-out-of-place @3'],
    [[received, ...askedAt(20, '2026-11-21T23:00:00.000Z')], 'act-out-of-place @2'],
    [[received, ...askedAt(20, 'soon')], 'act-out-of-place @2'],
    [[received, passed('half'), passed('half')], 'act-out-of-place @2'],
    [[received, passed('third')], 'act-out-of-place @1'],
    [[...before, but(told(rejectedCase(), 'decision.rejected'), {}, 20)], 'act-out-of-place @4'],
    [[received, withdrawn, but(minted, {}, 21)], 'act-out-of-place @2'],
  ];
  for (const [told, expected] of bad) assert.deepEqual(await findings(told), [expected]);
  assert.deepEqual(await findings([received, withdrawn, but(minted, {}, 21), but(intended, {}, 22)]), [
    'act-out-of-place @2',
    'case-closed @3',
  ]);
});

test('a kind in a stream where it does not belong is found, and does nothing there', async () => {
  const stray: [string, Told][] = [
    ['collection.intended', { ...intended, stream: 'refusal/1' }],
    ['decision.approved', { ...two, stream: 'cases/1' }],
    ['request.received', { ...received, stream: 'preservation/1' }],
    ['registry.founded', { ...told(preamble(), 'registry.founded'), stream: 'registry/foundin' }],
    ['key.enrolled', { ...told(preamble(), 'key.enrolled'), stream: 'change/1' }],
    ['change.decided', { ...told(preamble(), 'change.decided'), stream: 'key/1' }],
    ['preservation.ended', tell(5, { kind: 'preservation.ended', data: {} })],
  ];
  for (const [kind, entry] of stray)
    assert.deepEqual(await findingsOf([entry]), ['entry-misplaced @0'], kind);
});

test('one case’s wrong does not spoil another', async () => {
  const other = whole.map((entry) => ({ ...entry, stream: `${caseStream.slice(0, -1)}2` }));
  const cut = left(whole, 'decision.approved');
  const both = [...cut, ...other].toSorted((a, b) => a.at.localeCompare(b.at));
  const report = await findings(both);
  assert.ok(report.length > 0);
  const places = new Set(both.flatMap((entry, i) => (entry.stream === caseStream ? [`@${i}`] : [])));
  assert.ok(report.every((text) => places.has(text.split(' ')[1] ?? '')));
});

test('a case that was withdrawn by its agency while a page was being answered stays closed', async () => {
  const desk = openCase();
  desk.intend(9);
  desk.commit(withdraw(desk.it, 'officer'), 10);
  desk.commit(retired(desk.it, 'Cancelled'), 11);
  assert.deepEqual(await findings(desk.told), []);
});
