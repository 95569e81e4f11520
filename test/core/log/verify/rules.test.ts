import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonDigest } from '#core/canonical.ts';
import { keysRevoked, lapse, mint, retired, withdraw } from '#core/cases/acts.ts';
import { collectionFailed } from '#core/cases/collecting.ts';
import { decide } from '#core/cases/deciding.ts';
import type { Scope } from '#core/cases/scope.ts';
import type { EntryBody } from '#core/log/entry.ts';
import { verifyLog } from '#core/log/verify/verify.ts';
import { by, grant, hoursAfter, policy, rejection } from '../../cases/cases.ts';
import {
  bytesOf,
  caseStream,
  Desk,
  entriesOf,
  filesOf,
  minutes,
  ours,
  preamble,
  some,
  type Told,
  wholeCase,
} from './logs.ts';

/** The rules over entries in their order: each test is a log that its own key signed, and that cannot have been. */
async function findings(told: readonly Told[]): Promise<string[]> {
  const files = filesOf(bytesOf(entriesOf(told)));
  const report = await verifyLog(async (path) => files.get(path), ours.key);
  return report.findings.map(({ code, index }) => `${code} @${index}`);
}

/** A case that was approved by two and minted, and what it told: received, approved twice, minted. */
function openCase(): Desk {
  const desk = new Desk();
  desk.approve('one', 6);
  desk.approve('two', 7);
  desk.commit(mint(desk.it, [grant]), 8);
  return desk;
}

/** What a case tells without its acts: what a cheat would write. */
const tell = (minute: number, body: EntryBody, stream = caseStream): Told => ({
  stream,
  body,
  at: minutes(minute),
});
const told = (all: readonly Told[], kind: EntryBody['kind']): Told => {
  const found = all.find(({ body }) => body.kind === kind);
  assert.ok(found, kind);
  return found;
};
const left = (all: readonly Told[], ...kinds: EntryBody['kind'][]) =>
  all.filter(({ body }) => !kinds.includes(body.kind));

/** The same act, with other data. */
function but(it: Told, data: object, minute?: number): Told {
  const body: EntryBody = Object.assign(structuredClone(it.body), { data: { ...it.body.data, ...data } });
  return { ...it, body, at: minute === undefined ? it.at : minutes(minute) };
}

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
  assert.deepEqual(await findings([...left(before, 'grant.minted'), never, intended]), ['grant-expired @4']);

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
  const cheated = desk.told.map((it) =>
    it === desk.told[3] ? but(it, { status: 'AwaitingDisclosure' }) : it,
  );
  assert.deepEqual(await findings([...cheated.slice(0, 4), ...cheated.slice(5)]), [
    'approvals-missing @3',
    'approvals-missing @4',
  ]);
});

test('where more than two must approve, a voided decision leaves others standing: no honest log is called wrong', async () => {
  const desk = new Desk();
  desk.it = { ...desk.it, approvalsNeeded: 4 };
  for (const [i, name] of ['one', 'two', 'three'].entries()) desk.approve(name, 6 + i);
  const outcome = keysRevoked(desk.it, (keyId) => keyId === 'key-of-two');
  assert.ok(outcome);
  desk.commit(outcome, 9);
  desk.approve('four', 10);
  assert.equal(desk.it.status, 'AwaitingApproval');
  desk.approve('five', 11);
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
  const failed = openCase();
  failed.intend(9);
  failed.commit(collectionFailed(failed.it, { code: 'grant-missing', drawers: 0 }), 10);
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
  for (const { told } of [rejected, absent, cancelled, suspended, failed])
    assert.deepEqual(await findings(told), []);
});

test('an act in a case that cannot have it is found', async () => {
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
  for (const [kind, it] of stray) assert.deepEqual(await findings([it]), ['entry-misplaced @0'], kind);
});

// Who signs.

const registry = left(preamble(), 'deployment.made');
const [founded, keyOne, keyTwo, proposed, decided, officer] = registry;
assert.ok(founded && keyOne && keyTwo && proposed && decided && officer);

test('a key is enrolled by a founding that names it, or a change that was applied, and by nothing else', async () => {
  assert.deepEqual(await findings(registry), []);
  assert.deepEqual(await findings([keyOne]), ['enrolment-unfounded @0']);
  assert.deepEqual(await findings([founded, keyOne]), ['enrolment-missing @0']);
  const enrol = (key: string, data: object) => ({ ...but(keyOne, { key, ...data }), stream: `key/${key}` });
  assert.deepEqual(await findings([founded, keyOne, keyTwo, enrol(some('three'), {})]), [
    'enrolment-unfounded @3',
  ]);
  assert.deepEqual(await findings([founded, keyOne, keyTwo, enrol(some('three'), { by: 'founding/2' })]), [
    'enrolment-unfounded @3',
  ]);
  assert.deepEqual(await findings([founded, keyOne, { ...keyTwo, stream: `key/${some('another')}` }]), [
    'enrolment-missing @0',
    'enrolment-unfounded @2',
  ]);
  assert.deepEqual(await findings([founded, keyOne, enrol(some('three'), {})]), [
    'enrolment-missing @0',
    'enrolment-unfounded @2',
  ]);
  // An officer is no reviewer, nor another agency's.
  for (const data of [{ role: 'reviewer' }, { agency: 'agency-2' }, { by: 'change/2' }])
    assert.deepEqual(await findings([...registry.slice(0, 5), but(officer, data)]), [
      'enrolment-missing @4',
      'enrolment-unfounded @5',
    ]);
  // One change, one key.
  assert.deepEqual(
    await findings([...registry, { ...but(officer, { key: some('more') }), stream: `key/${some('more')}` }]),
    ['enrolment-unfounded @6'],
  );
  // What says so stands before it.
  assert.deepEqual(await findings([...registry.slice(0, 4), officer, decided]), [
    'enrolment-unfounded @4',
    'enrolment-missing @5',
  ]);
});

test('a key is enrolled once and revoked once', async () => {
  const revoked: Told = {
    stream: keyOne.stream,
    body: {
      kind: 'key.revoked',
      data: { role: 'reviewer', key: some('one'), by: some('two'), because: 'lost' },
    },
    at: minutes(9),
  };
  assert.deepEqual(await findings([...registry, revoked]), []);
  assert.deepEqual(await findings([...registry, revoked, revoked]), ['key-revoked-twice @7']);
  assert.deepEqual(await findings([revoked]), ['key-out-of-place @0']);
  assert.deepEqual(await findings([founded, keyOne, keyTwo, but(keyOne, {}, 9)]), [
    'key-out-of-place @3',
    'enrolment-unfounded @3',
  ]);
});

test('a change of the registry needs two reviewers over one digest, in time, once', async () => {
  const before = registry.slice(0, 3);
  const decide = (data: object, minute = 3) => but(decided, data, minute);
  const codes = async (...told: Told[]) =>
    (await findings([...before, ...told, officer])).filter((it) => !it.startsWith('enrolment'));
  assert.deepEqual(await codes(proposed, decided), []);
  assert.deepEqual(await codes(proposed, decide({ by: some('one') })), ['change-unapproved @4']);
  assert.deepEqual(await codes(but(proposed, { role: 'agency' }), decided), ['change-unapproved @4']);
  assert.deepEqual(await codes(proposed, decide({ decision: 'confirm', role: 'agency' })), [
    'change-unapproved @4',
  ]);
  assert.deepEqual(await codes(proposed, decide({ decision: 'reject' })), ['change-unapproved @4']);
  assert.deepEqual(await codes(decided), ['change-out-of-place @3']);
  assert.deepEqual(await codes(proposed, proposed, decided), ['change-out-of-place @4']);
  assert.deepEqual(await codes(proposed, decide({ digest: some('other') })), ['change-out-of-place @4']);
  assert.deepEqual(await codes(proposed, decide({ status: 'Rejected', decision: 'reject' }), decide({})), [
    'change-out-of-place @5',
  ]);
  assert.deepEqual(await codes(proposed, decided, decided), ['change-out-of-place @5']);
  const days = 14 * 24 * 60;
  const late = { ...officer, at: minutes(days + 10) };
  assert.deepEqual(await findings([...before, proposed, decide({}, 2 + days), late]), []);
  assert.deepEqual(await findings([...before, proposed, decide({}, 3 + days), late]), [
    'change-out-of-place @4',
  ]);
});

test('a change that enrols nobody leaves nothing due, and one that waits is not over', async () => {
  const terms = but(proposed, { change: 'terms' });
  const pending = but(decided, { status: 'Pending', by: some('three') });
  assert.deepEqual(await findings([...registry.slice(0, 3), terms, pending, but(decided, {}, 4)]), []);
});

// Under which policy.

test('a request under a policy that was never deployed is pointed out, where the log knows any', async () => {
  const deployed = told(preamble(), 'deployment.made');
  assert.deepEqual(await findings([received]), []);
  assert.deepEqual(await findings([deployed, received]), []);
  const other = jsonDigest('another policy');
  assert.deepEqual(await findings([but(deployed, { policy: other }), received]), ['policy-unknown @1']);
  const changed = tell(
    1,
    { kind: 'policy.changed', data: { from: other, to: jsonDigest(policy) } },
    'deployment',
  );
  assert.deepEqual(await findings([but(deployed, { policy: other }), changed, received]), []);
});

test('one case’s wrong does not spoil another', async () => {
  const other = whole.map((it) => ({ ...it, stream: `${caseStream.slice(0, -1)}2` }));
  const cut = left(whole, 'decision.approved');
  const both = [...cut, ...other].toSorted((a, b) => a.at.localeCompare(b.at));
  const report = await findings(both);
  assert.ok(report.length > 0);
  const places = new Set(both.flatMap((it, i) => (it.stream === caseStream ? [`@${i}`] : [])));
  assert.ok(report.every((it) => places.has(it.split(' ')[1] ?? '')));
});

test('a case that was withdrawn by its agency while a page was being answered stays closed', async () => {
  const desk = openCase();
  desk.intend(9);
  desk.commit(withdraw(desk.it, 'officer'), 10);
  desk.commit(retired(desk.it, 'Cancelled'), 11);
  assert.deepEqual(await findings(desk.told), []);
});
