import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inLog, officerKey } from '../../cases/cases.ts';
import { but, findings, openCase, tell } from './cheats.ts';
import { changeOf, keyOf, some, type Told } from './logs.ts';

/** Keys that are suspended: each test is a log that its own key signed, in which one of them signs all the same. */
const desk = openCase();
desk.intend(9);
const [received, one, two, minted, intended] = desk.told;
assert.ok(received && one && two && minted && intended);

const stream = `suspension/${officerKey}`;
const suspended = (minute: number): Told =>
  tell(
    minute,
    {
      kind: 'key.suspended',
      data: {
        agency: 'agency-1',
        key: officerKey,
        by: 'other.example/log',
        item: some('item'),
        because: 'stolen',
      },
    },
    stream,
  );
const reinstated = (minute: number, by = 'change/2'): Told =>
  tell(minute, { kind: 'key.reinstated', data: { agency: 'agency-1', key: officerKey, by } }, stream);
const change = (minute: number, id = '2') => changeOf(id, { change: 'reinstate' }, ['one', 'two'], minute);

test('a key that is suspended asks and collects nothing, wherever in the log that stands, until it is reinstated', async () => {
  assert.deepEqual(await findings([suspended(4), received]), ['signer-suspended @1']);
  assert.deepEqual(await findings([received, suspended(4)]), ['signer-suspended @1'], 'told later');
  // A call that was under way may commit.
  assert.deepEqual(await findings([suspended(5 - 0.5), received]), []);
  const acts = [received, one, two, minted];
  assert.deepEqual(await findings([...acts, suspended(8.1), intended]), [
    'signer-suspended @5',
    'revoked-key-used @5',
  ]);
  assert.deepEqual(await findings([suspended(1), ...change(2), reinstated(4), ...acts, intended]), []);
});

test('nothing is minted on the request of a key that is suspended', async () => {
  const late = but(minted, {}, 20);
  assert.deepEqual(await findings([received, one, two, suspended(8), late]), ['revoked-key-used @4']);
  assert.deepEqual(await findings([received, one, two, late, suspended(8)]), ['revoked-key-used @4']);
  const back = [suspended(8), ...change(9), reinstated(12)];
  assert.deepEqual(await findings([received, one, two, ...back, late]), []);
});

test('a key is reinstated by a change of that kind that two reviewers approved, and each change reinstates once', async () => {
  assert.deepEqual(await findings([suspended(1), reinstated(4)]), ['reinstatement-unfounded @1']);
  const [proposed, decided] = change(2);
  assert.ok(proposed && decided);
  assert.deepEqual(await findings([suspended(1), proposed, reinstated(4)]), ['reinstatement-unfounded @2']);
  const alone = but(decided, { key: keyOf('one'), by: some('one') });
  assert.deepEqual(await findings([suspended(1), proposed, alone, reinstated(4)]), ['change-unapproved @2']);
  const hold = but(proposed, { change: 'hold' });
  assert.deepEqual(await findings([suspended(1), hold, decided, reinstated(4)]), [
    'reinstatement-unfounded @3',
  ]);
  const twice = [suspended(1), proposed, decided, reinstated(4), suspended(5), reinstated(6)];
  assert.deepEqual(await findings(twice), ['reinstatement-unfounded @5']);
});

test('a key of an agency that the log enrols is suspended and reinstated by turns, in its own stream', async () => {
  assert.deepEqual(await findings([suspended(1), suspended(2)]), ['act-out-of-place @1']);
  assert.deepEqual(await findings([...change(1), reinstated(3)]), ['act-out-of-place @2']);
  const other = { ...suspended(1), stream: `suspension/${inLog('another')}` };
  assert.deepEqual(await findings([other]), ['entry-misplaced @0']);
  const unknown = { ...but(suspended(1), { key: inLog('another') }), stream: other.stream };
  assert.deepEqual(await findings([unknown]), ['key-out-of-place @0']);
  const reviewers = { ...but(suspended(1), { key: keyOf('one') }), stream: `suspension/${keyOf('one')}` };
  assert.deepEqual(await findings([reviewers]), ['key-out-of-place @0']);
});

test('an officer whose key is suspended since confirms no change', async () => {
  const terms = changeOf('3', { change: 'terms', agency: 'agency-1' }, ['one', 'two'], 6);
  const [proposed, decided] = terms;
  assert.ok(proposed && decided);
  const confirmed = but(decided, {
    role: 'agency',
    decision: 'confirm',
    by: some('officer'),
    key: officerKey,
    status: 'Pending',
  });
  assert.deepEqual(await findings([proposed, confirmed, but(decided, {}, 9)]), []);
  assert.deepEqual(await findings([proposed, confirmed, suspended(7), but(decided, {}, 9)]), [
    'change-unapproved @3',
  ]);
});
