import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonDigest } from '#core/canonical.ts';
import { mint } from '#core/cases/acts.ts';
import { preserve } from '#core/cases/preservation.ts';
import { mostActivationDays, mostCollectHours } from '#core/log/limits.ts';
import {
  emergency,
  grant,
  inLog,
  officerKey,
  policy,
  receivedAt,
  reference,
  request,
} from '../../cases/cases.ts';
import { but, findings, findingsOf, openCase, tell, told } from './cheats.ts';
import {
  caseStream,
  changeOf,
  Desk,
  deskOf,
  enrolment,
  foundingOf,
  keyOf,
  minutes,
  some,
  type Told,
} from './logs.ts';

/** Who signs: each test is a log that its own key signed, in which somebody signs who may not. */
const desk = openCase();
desk.intend(9);
desk.collect(10);
const whole = desk.told;
const [received, one, two, minted, intended, completed] = whole;
assert.ok(received && one && two && minted && intended && completed);

const second = 1 / 60;
/** A call takes 29 seconds at most, and clocks differ by ten. */
const call = 39 * second;
const minting = 130 * second;

const people = deskOf(['one', 'two', 'three']);
/** What is found of a log that has other people: indices are those of what is told behind them. */
async function among(people: readonly Told[], acts: readonly Told[] = whole): Promise<string[]> {
  const found = await findingsOf([...people, ...acts]);
  return found.map((text) => text.replace(/\d+$/, (index) => `${Number(index) - people.length}`));
}
const changed = (stream: string, data: object) =>
  people.map((entry) => (entry.stream === stream ? but(entry, data) : entry));
const revoked = (key: string, minute: number): Told =>
  tell(
    minute,
    { kind: 'key.revoked', data: { role: 'reviewer', key, by: some('who'), because: 'stolen' } },
    `key/${key}`,
  );
/** What is told, with something in between. */
const with_ = (place: number, ...more: Told[]) => [...whole.slice(0, place), ...more, ...whole.slice(place)];

test('I11: before a founding nobody asks, preserves, proposes or is enrolled', async () => {
  assert.deepEqual(await among(people), []);
  assert.deepEqual(await findingsOf(whole), [
    'founding-missing @0',
    'signer-unproven @1',
    'signer-unproven @2',
    'approvals-missing @2',
    'approvals-missing @3',
    'signer-unproven @4',
    'approvals-missing @4',
  ]);
  const [, key, , , proposed] = people;
  assert.ok(key && proposed);
  assert.deepEqual(await findingsOf([key]), ['founding-missing @0']);
  assert.deepEqual(await findingsOf([proposed]), ['founding-missing @0']);
  assert.deepEqual(await findingsOf([preservation()]), ['founding-missing @0']);
});

function preservation(): Told {
  const { priority: _, notice: __, ...order } = request;
  const facts = {
    id: '1',
    agency: 'agency-1',
    askedBy: 'officer-key',
    key: officerKey,
    requestDigest: jsonDigest(order),
    subjects: [],
    reference,
    request: Uint8Array.of(1),
    salt: new Uint8Array(32),
    at: receivedAt,
    policy,
  };
  return tell(5, preserve(order, facts).entry, 'preservation/1');
}

test('I11: an act that leaves out its key, or names one that the log never enrolled, is nobody’s', async () => {
  const acts = whole.slice(0, 5);
  const without = (key: string | undefined) =>
    acts.map((entry) => ('key' in entry.body.data ? but(entry, { key }) : entry));
  for (const [key, code] of [
    [undefined, 'signer-unnamed'],
    [inLog('a stranger'), 'signer-unproven'],
  ] as const)
    assert.deepEqual(await findings(without(key)), [
      `${code} @0`,
      `${code} @1`,
      `${code} @2`,
      'approvals-missing @2',
      'approvals-missing @3',
      `${code} @4`,
      'approvals-missing @4',
    ]);
  for (const key of [undefined, inLog('a stranger')]) {
    const code = key === undefined ? 'signer-unnamed' : 'signer-unproven';
    assert.deepEqual(await findings([but(preservation(), { key })]), [`${code} @0`]);
    const changes = changeOf('2', { change: 'reviewer' }).map((entry) => but(entry, { key }));
    assert.deepEqual(await among(people, changes), [
      `${code} @0`,
      `${code} @1`,
      'change-unapproved @1',
      'enrolment-missing @1',
    ]);
  }
});

test('I11: an officer asks and collects for their own agency, and a reviewer signs for none', async () => {
  const of = (acts: readonly Told[]) => findings(acts);
  assert.deepEqual(await of([but(received, { agency: 'agency-2' })]), ['signer-misplaced @0']);
  assert.deepEqual(await of([but(preservation(), { agency: 'agency-2' })]), ['signer-misplaced @0']);
  assert.deepEqual(await of([but(received, { key: keyOf('one') })]), ['signer-misplaced @0']);
  // An officer who approves is no reviewer: one signature is missing.
  const byOfficer = but(two, { key: officerKey });
  assert.deepEqual(await of([received, one, byOfficer, minted]), [
    'signer-misplaced @2',
    'approvals-missing @2',
    'approvals-missing @3',
  ]);
  const other = [
    ...people,
    ...changeOf('2', { change: 'agency', agency: 'agency-2' }),
    enrolment(inLog('another'), { role: 'agency', agency: 'agency-2', by: 'change/2' }, 3),
  ];
  const collected = but(intended, { key: inLog('another') });
  assert.deepEqual(await among(other, [received, one, two, minted, collected]), ['signer-misplaced @4']);
});

test('I3: two people with two keys approve: one key under two names is one, and so is one name with two keys', async () => {
  const again = { person: but(two, { key: keyOf('one') }), key: but(two, dataOf(one, 'reviewer')) };
  for (const cheat of [again.person, again.key])
    assert.deepEqual(await findings([received, one, cheat, minted]), [
      'reviewer-repeated @2',
      'approvals-missing @2',
      'approvals-missing @3',
    ]);
});

const dataOf = ({ body }: Told, name: string) =>
  Object.fromEntries(Object.entries(body.data).filter(([key]) => key === name));

test('I3: a key that was not active yet approves, asks and collects nothing', async () => {
  const at = (minute: number) => ({ activeFrom: minutes(minute) });
  const stream = `key/${keyOf('three')}`;
  const third = but(two, { reviewer: some('three'), key: keyOf('three') });
  const acts = [received, one, third, minted, intended];
  // Committed a moment after it was checked, by another clock.
  assert.deepEqual(await among(changed(stream, at(7 + 10 * second)), acts), []);
  assert.deepEqual(await among(changed(stream, at(7 + 11 * second)), acts), [
    'signer-inactive @2',
    'approvals-missing @2',
    'approvals-missing @3',
    'approvals-missing @4',
  ]);
  const officer = `key/${officerKey}`;
  assert.deepEqual(await among(changed(officer, at(8))), ['signer-inactive @0']);
  assert.deepEqual(await among(changed(officer, at(60)), acts), ['signer-inactive @0', 'signer-inactive @4']);
});

test('a key may act from an instant on that is a year ahead at most', async () => {
  const stream = `key/${keyOf('three')}`;
  const year = mostActivationDays * 24 * 60;
  assert.deepEqual(await among(changed(stream, { activeFrom: minutes(1 + year) })), []);
  for (const activeFrom of [minutes(1 + year + second), '2999-01-01T00:00:00.000Z', 'soon'])
    assert.deepEqual(await among(changed(stream, { activeFrom })), ['activation-too-late @-4'], activeFrom);
});

test('I8: a key that was revoked signs nothing, wherever in the log its revocation stands', async () => {
  const key = keyOf('two');
  // A call that was under way may commit.
  for (const minute of [7, 7 - call])
    assert.deepEqual(await findings(with_(2, revoked(key, minute)).slice(0, 4)), []);
  const late = 7 - call - second;
  assert.deepEqual(await findings(with_(2, revoked(key, late)).slice(0, 4)), [
    'signer-revoked @3',
    'approvals-missing @3',
  ]);
  // The log may learn of it later than of the approval: the revocation is what is reported then.
  assert.deepEqual(await findings([...whole.slice(0, 3), revoked(key, 7)]), []);
  assert.deepEqual(await findings([...whole.slice(0, 3), revoked(key, late)]), ['signer-revoked @3']);
  // And of each act that takes a key.
  const officer = revoked(officerKey, 4);
  assert.deepEqual(await findings([officer, received]), ['signer-revoked @1']);
  assert.deepEqual(await findings([officer, preservation()]), ['signer-revoked @1']);
  const change = changeOf('2', { change: 'terms', agency: 'agency-2' }, ['one', 'two'], 6);
  assert.deepEqual(await findings([revoked(key, 5), ...change]), [
    'signer-revoked @2',
    'change-unapproved @2',
  ]);
});

test('I3: nothing is minted on the approval of a key that was revoked, though it may have opened the case', async () => {
  const key = keyOf('one');
  // The first reviewer is revoked, the second approves before the decision is void, and `authorise` mints nothing.
  assert.deepEqual(await findings(with_(2, revoked(key, 6.5)).slice(0, 4)), []);
  const before = (minute: number) => with_(2, revoked(key, minute)).slice(0, 5);
  const late = [...before(7).slice(0, 4), but(minted, {}, 7 + minting)];
  assert.deepEqual(await findings(late), []);
  assert.deepEqual(await findings([...late.slice(0, 4), but(minted, {}, 7 + minting + second)]), [
    'revoked-key-used @4',
  ]);
  // Learned of later.
  const [a, b, c] = whole;
  assert.ok(a && b && c);
  const mintedLater = [a, b, c, but(minted, {}, 20)];
  assert.deepEqual(await findings([...mintedLater, revoked(key, 20 - minting)]), []);
  assert.deepEqual(await findings([...mintedLater, revoked(key, 17)]), ['revoked-key-used @4']);
  assert.deepEqual(await findings([...mintedLater, revoked(officerKey, 17)]), ['revoked-key-used @4']);
  // Where more approved than it takes, the others’ approvals stand.
  const urgent = new Desk(emergency);
  urgent.approve('one', 6);
  urgent.approve('two', 7);
  urgent.commit(mint(urgent.it, [grant]), 20);
  const [asked, opened, signed, granted] = urgent.told;
  assert.ok(asked && opened && signed && granted);
  assert.deepEqual(await findings([asked, opened, signed, revoked(key, 8), granted]), []);
  assert.deepEqual(await findings([asked, opened, revoked(key, 8), granted]), ['revoked-key-used @3']);
});

test('a request whose key was revoked is neither minted for nor collected', async () => {
  const revocation = revoked(officerKey, 6);
  const minting = but(minted, {}, 9);
  assert.deepEqual(await findings([received, one, two, revocation, minting]), ['revoked-key-used @4']);
  const other = [
    ...people,
    ...changeOf('2', { change: 'officer', agency: 'agency-1' }),
    enrolment(inLog('another'), { role: 'agency', agency: 'agency-1', by: 'change/2' }, 3),
  ];
  const confirmed = confirm(other, '2');
  const byAnother = but(intended, { key: inLog('another') });
  const collected = [received, one, two, minted, revoked(officerKey, 8.1), byAnother];
  assert.deepEqual(await among(confirmed, collected), ['revoked-key-used @5']);
});

/** The same, with the agency's own confirmation of a change. */
function confirm(acts: readonly Told[], id: string, key = officerKey): Told[] {
  const place = acts.findIndex(
    ({ stream, body }) => stream === `change/${id}` && body.kind === 'change.decided',
  );
  const decided = acts[place];
  assert.ok(decided);
  const data = { role: 'agency', decision: 'confirm', by: some('officer'), key, status: 'Pending' };
  return acts.toSpliced(place, 0, but(decided, data));
}

test('I8: who enrols a key was enrolled before, may sign by then, and is not revoked', async () => {
  const enrolled = enrolment(keyOf('four'), { role: 'reviewer', by: 'change/2' }, 8);
  const change = (...by: [string, string]) => [...changeOf('2', { change: 'reviewer' }, by, 6), enrolled];
  const asked = but(received, {}, 9);
  const approved = [asked, but(one, {}, 10), but(two, { key: keyOf('four') }, 11)];
  assert.deepEqual(await among([...people, ...change('one', 'two')], approved), []);
  // Two of whom one is not enrolled, or is enrolled by this very change.
  for (const name of ['nobody', 'four'])
    assert.deepEqual(await among([...people, ...change('one', name)], approved), [
      'signer-unproven @-2',
      'change-unapproved @-2',
      'signer-unproven @2',
      'approvals-missing @2',
    ]);
  // One person under two names.
  assert.deepEqual(await among([...people, ...change('one', 'one')], approved.slice(0, 2)), [
    'change-unapproved @-2',
  ]);
  // Two of whom one was revoked since they proposed: what they signed counts no more.
  const [proposed, decided] = change('one', 'two');
  assert.ok(proposed && decided);
  const before = [...people, proposed, revoked(keyOf('one'), 6.1), but(decided, {}, 7), enrolled];
  assert.deepEqual(await among(before, [asked]), ['change-unapproved @-2']);
});

test('a change that concerns an agency with an officer has one of theirs confirm it', async () => {
  const change = changeOf('2', { change: 'terms', agency: 'agency-1' });
  assert.deepEqual(await among(people, change), ['change-unapproved @1']);
  assert.deepEqual(await among(people, confirm(change, '2')), []);
  assert.deepEqual(await among(people, confirm(change, '2', keyOf('three'))), [
    'signer-misplaced @1',
    'change-unapproved @2',
  ]);
  // A key that joined without it asks for nothing.
  const joined = enrolment(inLog('another'), { role: 'agency', agency: 'agency-1', by: 'change/3' }, 4);
  const unconfirmed = [...changeOf('3', { change: 'officer', agency: 'agency-1' }), joined];
  assert.deepEqual(await among(people, [...unconfirmed, but(received, { key: inLog('another') })]), [
    'change-unapproved @1',
    'signer-unproven @3',
  ]);
  // An agency whose keys are all revoked has nobody who could.
  assert.deepEqual(await among([...people, revoked(officerKey, 3)], change), []);
  // And the confirmation of a key that was revoked since is none.
  const two = [...people, ...confirm(unconfirmed, '3')];
  const [proposed, confirmed, decided] = confirm(changeOf('4', { change: 'terms', agency: 'agency-1' }), '4');
  assert.ok(proposed && confirmed && decided);
  const late = [proposed, confirmed, revoked(officerKey, 5), but(decided, {}, 9)];
  assert.deepEqual(await among(two, late), ['change-unapproved @3']);
});

test('a desk is founded again only where the log does not show two people who could enrol another', async () => {
  const again = foundingOf(['four', 'five'], 2, 9);
  assert.deepEqual(await among(people, again), ['founding-out-of-place @0']);
  const left = (names: readonly string[]) => names.map((name) => revoked(keyOf(name), 8));
  assert.deepEqual(await among([...people, ...left(['one'])], again), ['founding-out-of-place @0']);
  assert.deepEqual(await among([...people, ...left(['one', 'three'])], again), []);
  assert.deepEqual(await among([...people, ...left(['one', 'two', 'three'])], again), []);
  // A person with two keys is one: nothing shows that the key of a change is another's.
  const key = enrolment(keyOf('four'), { role: 'reviewer', by: 'change/2' }, 4);
  const more = [...people, ...changeOf('2', { change: 'reviewer' }), key, ...left(['one', 'three'])];
  const last = foundingOf(['five', 'six'], 2, 20);
  assert.deepEqual(await among(more, last), []);
  // Until both approve one case.
  const together = [received, but(one, { key: keyOf('two') }, 10), but(two, { key: keyOf('four') }, 11)];
  assert.deepEqual(await among(more, [...together, ...last]), ['founding-out-of-place @3']);
});

test('I9: a grant lasts no longer than any policy can have it', async () => {
  const most = (ms: number) => new Date(Date.parse(minutes(7)) + mostCollectHours * 3_600_000 + ms);
  const until = (expiresAt: string) => findings([received, one, two, but(minted, { expiresAt })]);
  assert.deepEqual(await until(most(10_000).toISOString()), []);
  for (const expiresAt of [most(10_001).toISOString(), '9999-12-31T00:00:00.000Z', 'never'])
    assert.deepEqual(await until(expiresAt), ['grant-too-long @3'], expiresAt);
});

test('who validates an emergency, rejects or suspends a case may do so', async () => {
  const rejection = tell(6, {
    kind: 'decision.rejected',
    data: {
      ...{ reviewer: some('one'), because: 'other', policyHash: jsonDigest(policy), status: 'Rejected' },
      request: 'request' in received.body.data ? String(received.body.data.request) : '',
    },
  });
  assert.deepEqual(await findings([received, rejection]), ['signer-unnamed @1']);
  const suspension = tell(9, {
    kind: 'case.suspended',
    data: { status: 'Suspended', because: 'other', reviewer: some('one'), key: officerKey },
  });
  assert.deepEqual(await findings([...whole.slice(0, 4), suspension]), ['signer-misplaced @4']);
  const validation = tell(6, {
    kind: 'authorisation.validated',
    data: { officer: some('o'), authoriserRole: 'x', validation: some('v'), owed: 0, key: keyOf('one') },
  });
  const urgent = new Desk(emergency).told;
  assert.deepEqual(await findings([...urgent, validation]), ['signer-misplaced @1']);
  assert.equal(told(urgent, 'request.received').stream, caseStream);
});
