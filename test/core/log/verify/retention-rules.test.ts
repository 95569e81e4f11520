import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withdraw } from '#core/cases/acts.ts';
import { but, findings, openCase, tell } from './cheats.ts';
import { changeOf, type Desk, keyOf, minutes, some, type Told } from './logs.ts';

/** Cases that are forgotten and held, as the desk has them, and as it cannot. */
function closed(): Desk {
  const desk = openCase();
  desk.commit(withdraw(desk.it, 'officer'), 20);
  return desk;
}
const before = closed().told;
const forgotten = (minute: number): Told =>
  tell(minute, { kind: 'case.forgotten', data: { status: 'Cancelled', months: 12 } });
const held = (minute: number, until = minutes(60)): Told =>
  tell(minute, { kind: 'case.held', data: { change: 'h', until } });
const released = (minute: number): Told => tell(minute, { kind: 'case.released', data: { change: 'r' } });
/** A change that two reviewers applied, a minute later. */
const change = (id: string, kind: string, minute: number): Told[] =>
  changeOf(id, { change: kind }, ['one', 'two'], minute);
const holding = [...change('h', 'hold', 21), held(22)];
const releasing = [...change('r', 'release', 23), released(24)];
const n = before.length;

test('a case is forgotten once it is closed, and nothing comes after', async () => {
  assert.deepEqual(await findings([...before, forgotten(30)]), []);
  assert.deepEqual(await findings([...openCase().told, forgotten(30)]), [`act-out-of-place @${n - 1}`]);
  assert.deepEqual(await findings([...before, forgotten(30), forgotten(31)]), [`act-out-of-place @${n + 1}`]);
  const view = tell(31, { kind: 'review.opened', data: { reviewer: some('one') } });
  assert.deepEqual(await findings([...before, forgotten(30), view]), [`act-out-of-place @${n + 1}`]);
});

test('I7: a case is not forgotten before the person was notified of what was disclosed', async () => {
  const desk = openCase();
  desk.intend(9);
  desk.collect(10);
  desk.commit(withdraw(desk.it, 'officer'), 20);
  const [last] = (await findings([...desk.told, forgotten(30)])).slice(-1);
  assert.equal(last, `act-out-of-place @${desk.told.length}`);
});

test('a case that is held is not forgotten before the hold ends, or reviewers release it', async () => {
  assert.deepEqual(await findings([...before, ...holding, forgotten(61)]), []);
  assert.deepEqual(await findings([...before, ...holding, forgotten(30)]), [`act-out-of-place @${n + 3}`]);
  assert.deepEqual(await findings([...before, ...holding, ...releasing, forgotten(30)]), []);
});

test('a hold and a release name a change of their kind that was applied, once', async () => {
  assert.deepEqual(await findings([...before, held(22)]), [`hold-unfounded @${n}`]);
  assert.deepEqual(await findings([...before, ...change('h', 'release', 21), held(22)]), [
    `hold-unfounded @${n + 2}`,
  ]);
  assert.deepEqual(await findings([...before, ...holding, held(23)]), [`hold-unfounded @${n + 3}`]);
  const one = [...change('h', 'hold', 21)].map((told) =>
    told.body.kind === 'change.decided' ? but(told, { by: some('one'), key: keyOf('one') }) : told,
  );
  assert.ok((await findings([...before, ...one, held(22)])).includes(`change-unapproved @${n + 1}`));
});

test('a case is held for ten years at most', async () => {
  const long = [...change('h', 'hold', 21), held(22, '2037-01-01T00:00:00.000Z')];
  assert.deepEqual(await findings([...before, ...long]), [`act-out-of-place @${n + 2}`]);
});
