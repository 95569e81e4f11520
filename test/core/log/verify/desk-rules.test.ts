import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mint, withdraw } from '#core/cases/acts.ts';
import { claim } from '#core/cases/claiming.ts';
import { writeLetter } from '#core/cases/correspondence.ts';
import { askInformation, giveInformation } from '#core/cases/information.ts';
import { addNote } from '#core/cases/notes.ts';
import { emergency, grant, inLog, officerKey, policy } from '../../cases/cases.ts';
import { but, findings, told } from './cheats.ts';
import { Desk, minutes } from './logs.ts';

/** Claims, notes and questions in the log: what an honest desk tells of them, and what cannot have been. */
const question = (desk: Desk) => ({
  requestDigest: desk.it.requestDigest,
  of: ['order' as const],
  text: 'x',
});

function ask(desk: Desk, minute: number, reviewer = 'one'): void {
  const act = { reviewer, key: inLog(`key-of-${reviewer}`), at: minutes(minute), written: 'asked' };
  desk.commit(askInformation(desk.it, question(desk), act), minute);
}

function give(desk: Desk, minute: number): void {
  const act = { officer: 'officer', key: officerKey, at: minutes(minute), written: 'given', policy };
  desk.commit(giveInformation(desk.it, act), minute);
}

/** A case that was claimed, noted, asked about and answered, twice, and then opened. */
function talkedAbout(): Desk {
  const desk = new Desk();
  desk.commit(claim(desk.it, { claim: 'take' }, { reviewer: 'one', at: minutes(6) }), 6);
  desk.commit(addNote(desk.it, { reviewer: 'one', written: 'a note' }), 7);
  ask(desk, 8);
  give(desk, 9);
  ask(desk, 10, 'two');
  give(desk, 11);
  desk.commit(claim(desk.it, { claim: 'take-over' }, { reviewer: 'two', at: minutes(12) }), 12);
  desk.commit(claim(desk.it, { claim: 'end' }, { reviewer: 'two', at: minutes(13) }), 13);
  desk.approve('one', 14);
  desk.approve('two', 15);
  desk.commit(mint(desk.it, [grant]), 16);
  return desk;
}

test('what a desk says among itself and to the agency is passed, before and after the case opens and ends', async () => {
  const desk = talkedAbout();
  desk.commit(claim(desk.it, { claim: 'take' }, { reviewer: 'three', at: minutes(17) }), 17);
  desk.commit(withdraw(desk.it, 'officer'), 18);
  desk.commit(addNote(desk.it, { reviewer: 'three', written: 'a late note' }), 19);
  assert.deepEqual(await findings(desk.told), []);
});

test('the desk of an open emergency asks until all have signed, and not after', async () => {
  const desk = new Desk(emergency);
  desk.approve('one', 6);
  ask(desk, 7, 'two');
  give(desk, 8);
  ask(desk, 9, 'two');
  const asked = told(desk.told, 'information.asked');
  desk.approve('two', 10);
  // What was asked before is answered after.
  give(desk, 11);
  assert.deepEqual(await findings(desk.told), []);
  assert.deepEqual(await findings([...desk.told, but(asked, {}, 12)]), [
    `act-out-of-place @${desk.told.length}`,
  ]);
});

test('a question behind a question, an answer to none, and either behind the end are out of place', async () => {
  const { told: all } = talkedAbout();
  const [received, , , asked, given] = all;
  assert.ok(received && asked && given);
  assert.deepEqual(await findings([received, asked, but(asked, {}, 9)]), ['act-out-of-place @2']);
  assert.deepEqual(await findings([received, given]), ['act-out-of-place @1']);
  assert.deepEqual(await findings([received, asked, given, but(given, {}, 10)]), ['act-out-of-place @3']);
  assert.deepEqual(await findings([...all, but(asked, {}, 17)]), [`act-out-of-place @${all.length}`]);
});

test('nobody claims or answers a case that has ended, and a note needs a case', async () => {
  const desk = new Desk();
  desk.commit(claim(desk.it, { claim: 'take' }, { reviewer: 'one', at: minutes(6) }), 6);
  desk.commit(addNote(desk.it, { reviewer: 'one', written: 'a note' }), 7);
  ask(desk, 8);
  const [received, claimed, noted, asked] = desk.told;
  assert.ok(received && claimed && noted && asked);
  const ended = new Desk();
  ended.commit(withdraw(ended.it, 'officer'), 9);
  const withdrawn = told(ended.told, 'case.withdrawn');
  const late = but(claimed, {}, 10);
  assert.deepEqual(await findings([received, withdrawn, late]), ['act-out-of-place @2']);
  give(desk, 11);
  const given = told(desk.told, 'information.given');
  assert.deepEqual(await findings([received, asked, withdrawn, given]), ['act-out-of-place @3']);
  assert.deepEqual(await findings([noted]), ['request-missing @0']);
});

test('I11: a question is signed by a reviewer’s key, an answer by one of the agency’s officers', async () => {
  const { told: all } = talkedAbout();
  const [received, , , asked, given] = all;
  assert.ok(received && asked && given);
  const signedBy = (one: typeof asked, key: string | undefined) => but(one, { key });
  assert.deepEqual(await findings([received, signedBy(asked, officerKey)]), ['signer-misplaced @1']);
  assert.deepEqual(await findings([received, signedBy(asked, undefined)]), ['signer-unnamed @1']);
  assert.deepEqual(await findings([received, asked, signedBy(given, inLog('key-of-one'))]), [
    'signer-misplaced @2',
  ]);
  assert.deepEqual(await findings([received, asked, signedBy(given, inLog('nobody'))]), [
    'signer-unproven @2',
  ]);
});

test('I11: a letter is signed by a key of the side that it is from, at any time, the end of its case included', async () => {
  const desk = new Desk();
  const letter = (from: 'desk' | 'agency', minute: number) => {
    const by =
      from === 'desk' ? { author: 'one', key: inLog('key-of-one') } : { author: 'officer', key: officerKey };
    desk.commit(writeLetter(desk.it, { from, ...by, written: 'a letter' }), minute);
  };
  letter('desk', 6);
  letter('agency', 7);
  desk.commit(withdraw(desk.it, 'officer'), 8);
  letter('desk', 9);
  assert.deepEqual(await findings(desk.told), []);
  const [received, sent, answered] = desk.told;
  assert.ok(received && sent && answered);
  assert.deepEqual(await findings([received, but(sent, { key: officerKey })]), ['signer-misplaced @1']);
  assert.deepEqual(await findings([received, but(answered, { key: inLog('key-of-one') })]), [
    'signer-misplaced @1',
  ]);
  assert.deepEqual(await findings([received, but(sent, { from: 'agency', key: officerKey })]), [
    'act-out-of-place @1',
  ]);
  assert.deepEqual(await findings([sent]), ['request-missing @0']);
});

test('an approval of all that was asked says nothing of why something is left out', async () => {
  const desk = new Desk();
  desk.approve('one', 6);
  const [received, approved] = desk.told;
  assert.ok(received && approved);
  assert.deepEqual(await findings([received, but(approved, { because: ['other'] })]), [
    'act-out-of-place @1',
  ]);
});
