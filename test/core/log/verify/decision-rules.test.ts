import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lapse, mint, withdraw } from '#core/cases/acts.ts';
import { nextOfTime } from '#core/cases/clock.ts';
import { decide } from '#core/cases/deciding.ts';
import { validate } from '#core/cases/obligations.ts';
import { by, emergency, grant, hoursAfter, officerKey, policy, rejection } from '../../cases/cases.ts';
import { but, findings, openCase, tell, told } from './cheats.ts';
import { Desk, minutes, some, type Told } from './logs.ts';

/** Emergencies: opened on one signature at minute 6, and what they owe is due at minute 2886. */
const due = 6 + 48 * 60;
const second = 1 / 60;

const validation = {
  authoriserRole: 'JudgeCourtOrInvestigatingJudge' as const,
  validatedAt: minutes(0),
  digest: `sha-256=:${'V'.repeat(43)}=:`,
};
const validated = (desk: Desk, minute: number) =>
  desk.commit(
    validate(desk.it, validation, { officer: 'officer', key: officerKey, at: minutes(minute), policy }),
    minute,
  );

/** Received, approved by one, minted. */
function opened(): Desk {
  const desk = new Desk(emergency);
  desk.approve('one', 6);
  desk.commit(mint(desk.it, [grant]), 7);
  return desk;
}

const before = opened().told;
const [received, approval, minted] = before;
assert.ok(received && approval && minted);
const full = opened();
full.approve('two', 8);
validated(full, 9);
full.intend(10);
full.collect(11);
const signed = told(full.told.slice(2), 'decision.approved');
const paid = told(full.told, 'authorisation.validated');
const intent = told(full.told, 'collection.intended');
const answer = told(full.told, 'collection.completed');
/** What pays in the other order. */
const first = but(paid, { owed: 1 }, 8);
const last = but(signed, { owed: 0 }, 9);

test('I3: an emergency opens on one signature, and is any other case once another’s and the authorisation are there', async () => {
  assert.deepEqual(await findings(full.told), []);
  assert.deepEqual(await findings([...before, first, last]), []);
  const early = new Desk(emergency);
  validated(early, 5);
  early.approve('one', 6);
  early.commit(mint(early.it, [grant]), 7);
  early.intend(8);
  early.collect(9);
  // By then it was disclosed.
  early.approve('two', 10);
  early.intend(due + 60);
  early.collect(due + 61);
  assert.deepEqual(await findings(early.told), []);
  // What is no emergency is opened by two.
  const routine = but(received, { priority: 'Routine' });
  assert.deepEqual(await findings([routine, but(approval, { owed: undefined })]), ['approvals-missing @1']);
  assert.deepEqual(await findings([received, minted]), ['approvals-missing @1']);
  assert.deepEqual(await findings([received, intent, answer]), ['approvals-missing @1', 'grant-missing @1']);
});

test('I3: 48 hours after it was opened nothing leaves an emergency that still owes a signature or its authorisation', async () => {
  const late = (minute: number) => [but(intent, {}, minute), but(answer, {}, minute)];
  const onTime = due + 9.999 * second;
  assert.deepEqual(await findings([...before, ...late(onTime)]), []);
  const [signature, authorisation] = ['approvals-missing', 'emergency-unvalidated'];
  const past = late(due + 10 * second);
  assert.deepEqual(await findings([...before, ...past]), [`${signature} @3`, `${authorisation} @3`]);
  assert.deepEqual(await findings([...before, signed, ...past]), [`${authorisation} @4`]);
  assert.deepEqual(await findings([...before, first, ...past]), [`${signature} @4`]);
  assert.deepEqual(await findings([...before, first, last, ...past]), []);
  // What was announced in time may leave a little later.
  const answered = (minute: number) => findings([...before, but(intent, {}, due), but(answer, {}, minute)]);
  assert.deepEqual(await answered(due + 16 + 9 * second), []);
  assert.deepEqual(await answered(due + 16 + 10 * second), [`${signature} @4`, `${authorisation} @4`]);
});

test('I3: what an emergency owes is another reviewer’s signature, over what was opened, in time', async () => {
  const same = { reviewer: 'reviewer' in approval.body.data ? approval.body.data.reviewer : '' };
  assert.deepEqual(await findings([...before, but(signed, { ...same, owed: 2 })]), ['reviewer-repeated @3']);
  const past = [but(intent, {}, due + 1)];
  assert.deepEqual(await findings([...before, first, but(signed, { ...same, owed: 1 }, 9), ...past]), [
    'reviewer-repeated @4',
    'approvals-missing @5',
  ]);
  const other = { scope: some('another scope') };
  assert.deepEqual(await findings([...before, first, but(signed, { ...other, owed: 1 }, 9), ...past]), [
    'scope-differs @4',
    'approvals-missing @5',
  ]);
  assert.deepEqual(await findings([...before, but(signed, { request: some('another') })]), [
    'request-differs @3',
  ]);
  assert.deepEqual(await findings([...before, but(signed, { status: 'Disclosed' })]), [
    'act-out-of-place @3',
  ]);
  assert.deepEqual(await findings([...before, but(signed, {}, due + 9 * second)]), []);
  assert.deepEqual(await findings([...before, but(signed, {}, due + 10 * second)]), ['act-out-of-place @3']);
  // Once it is paid, it is signed no more.
  const third = but(signed, { reviewer: some('three') }, 10);
  assert.deepEqual(await findings([...before, signed, third]), ['act-out-of-place @4']);
});

test('an emergency owes as many signatures as its policy asks for, and no fewer than the log shows', async () => {
  const three = { ...policy, approvals: 3 };
  const desk = new Desk(emergency);
  for (const [i, name] of ['one', 'two', 'three'].entries()) desk.approve(name, 6 + i, undefined, three);
  validated(desk, 10);
  assert.deepEqual(await findings(desk.told), []);
  const opening = (owed: number | undefined) => findings([received, but(approval, { owed })]);
  for (const owed of [undefined, 0, 1, 3])
    assert.deepEqual(await opening(owed), ['owed-differs @1'], `${owed}`);
  for (const owed of [undefined, 0, 3])
    assert.deepEqual(await findings([...before, but(signed, { owed })]), ['owed-differs @3'], `${owed}`);
  for (const owed of [0, 2])
    assert.deepEqual(await findings([...before, but(paid, { owed })]), ['owed-differs @3'], `${owed}`);
  // What was paid is not owed again.
  assert.deepEqual(await findings([...before, signed, but(paid, { owed: 1 })]), ['owed-differs @4']);
  // Before it is open, and what is no emergency, owes nothing.
  assert.deepEqual(await findings([received, but(paid, { owed: 1 })]), ['owed-differs @1']);
  const [routine, waiting] = openCase().told;
  assert.ok(routine && waiting);
  assert.deepEqual(await findings([routine, but(waiting, { owed: 1 })]), ['owed-differs @1']);
});

test('an authorisation is validated once, in time, and only of an emergency that has not ended', async () => {
  assert.deepEqual(await findings([...before, first, but(first, {}, 9)]), ['act-out-of-place @4']);
  assert.deepEqual(await findings([...before, but(first, {}, due + 9 * second)]), []);
  assert.deepEqual(await findings([...before, but(first, {}, due + 10 * second)]), ['act-out-of-place @3']);
  const routine = openCase().told;
  assert.deepEqual(await findings([...routine, but(paid, {}, 10)]), ['act-out-of-place @4']);
  const withdrawn = opened();
  withdrawn.commit(withdraw(withdrawn.it, 'officer'), 8);
  assert.deepEqual(await findings([...withdrawn.told, paid]), ['act-out-of-place @4']);
});

test('I3: an emergency that was answered owes its authorisation, however it ended since', async () => {
  const desk = opened();
  desk.commit(withdraw(desk.it, 'officer'), 8);
  const withdrawn = told(desk.told, 'case.withdrawn');
  const overdue: Told = {
    ...withdrawn,
    at: minutes(due),
    body: { kind: 'emergency.overdue', data: { debt: 'authorisation', status: 'Cancelled' } },
  };
  const answered = [...before, but(intent, {}, 7), but(answer, {}, 7)];
  assert.deepEqual(await findings([...answered, withdrawn, overdue]), []);
  assert.deepEqual(await findings([...answered, withdrawn, but(first, {}, 9)]), []);
  const outOfPlace = (at: number) => [`act-out-of-place @${at}`];
  assert.deepEqual(await findings([...answered, withdrawn, overdue, overdue]), outOfPlace(7));
  assert.deepEqual(await findings([...answered, withdrawn, but(first, {}, 9), overdue]), outOfPlace(7));
  assert.deepEqual(await findings([...answered, withdrawn, overdue, but(first, {}, due + 1)]), outOfPlace(7));
  assert.deepEqual(await findings([...before, withdrawn, overdue]), outOfPlace(4), 'nothing had left');
});

test('I3: an emergency whose debt is overdue is closed for good', async () => {
  const desk = opened();
  desk.approve('two', 8);
  const missed = nextOfTime(desk.it, minutes(due), policy);
  assert.ok(missed);
  desk.commit(missed, due);
  const lapsed = lapse(desk.it, hoursAfter(minutes(6), policy.collectHours));
  assert.ok(lapsed);
  desk.commit(lapsed, 6 + policy.collectHours * 60);
  assert.deepEqual(await findings(desk.told), []);
  const overdue = told(desk.told, 'emergency.overdue');
  const after: [Told, string][] = [
    [but(intent, {}, due + 1), 'case-closed'],
    [but(signed, {}, due + 1), 'act-out-of-place'],
    [but(first, {}, due + 1), 'act-out-of-place'],
    [but(overdue, {}, due + 1), 'act-out-of-place'],
  ];
  for (const [entry, code] of after)
    assert.deepEqual(await findings([...before, overdue, entry]), [`${code} @4`], entry.body.kind);
  // Nobody’s door is closed for what they do not owe.
  assert.deepEqual(await findings([...before, first, last, overdue]), ['act-out-of-place @5']);
  assert.deepEqual(await findings([...openCase().told, overdue]), ['act-out-of-place @4']);
  assert.deepEqual(await findings([received, overdue]), ['act-out-of-place @1']);
});

test('whoever is to sign an open emergency may reject it, and nobody once it is signed', async () => {
  const desk = opened();
  desk.commit(decide(desk.it, rejection(desk.it), by('two', minutes(8))), 8);
  assert.deepEqual(await findings(desk.told), []);
  assert.deepEqual(await findings([...desk.told, intent]), ['case-closed @4']);
  const rejected = told(desk.told, 'decision.rejected');
  assert.deepEqual(await findings([...before, signed, rejected]), ['act-out-of-place @4']);
  assert.deepEqual(await findings([...before, but(rejected, { request: some('another') })]), [
    'request-differs @3',
  ]);
  const withdrawn = tell(8, { kind: 'case.withdrawn', data: { status: 'Cancelled', officer: some('x') } });
  assert.deepEqual(await findings([...before, withdrawn, rejected]), ['act-out-of-place @4']);
});

test('I3: an emergency whose order needed no validation owes a signature alone, and the log says so at its opening', async () => {
  const asked = {
    ...emergency,
    instrument: { ...emergency.instrument, authoriserRole: 'PublicProsecutor' as const },
  };
  const desk = new Desk(asked);
  desk.approve('one', 6);
  desk.commit(mint(desk.it, [grant]), 7);
  desk.approve('two', 8);
  desk.intend(due + 60);
  desk.collect(due + 61);
  assert.deepEqual(await findings(desk.told), []);
  const [first, opening, ...rest] = desk.told;
  assert.ok(first && opening);
  // Where the opening does not say it, it is owed.
  const silent = (await findings([first, but(opening, { needsValidation: undefined }), ...rest])).map(
    (text) => text.split(' ')[0],
  );
  assert.deepEqual(new Set(silent), new Set(['owed-differs', 'emergency-unvalidated']));
  // It is said where it opens, and nowhere else.
  const signed = but(told(rest, 'decision.approved'), { needsValidation: false, owed: 1 });
  const late = await findings([
    first,
    but(opening, { needsValidation: undefined, owed: 2 }),
    rest[0] ?? signed,
    signed,
    ...rest.slice(2),
  ]);
  assert.ok(late.some((text) => text.startsWith('emergency-unvalidated')));
  // And of no other case.
  const routine = openCase().told;
  const [, , opens] = routine;
  assert.ok(opens);
  assert.deepEqual(await findings([...routine.slice(0, 2), but(opens, { needsValidation: false })]), [
    'owed-differs @2',
  ]);
  // Validated all the same, it was not owed.
  assert.deepEqual(await findings([first, opening, but(paid, { owed: 1 }, 8)]), ['act-out-of-place @2']);
});
