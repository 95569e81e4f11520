import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withdraw } from '#core/cases/acts.ts';
import type { Case } from '#core/cases/case.ts';
import { isAwake, nextOfTime } from '#core/cases/clock.ts';
import { decide } from '#core/cases/deciding.ts';
import { missObligations } from '#core/cases/obligations.ts';
import type { Policy } from '#core/cases/policy.ts';
import {
  approved,
  approvedBy,
  by,
  commitAt,
  disclosed,
  emergency,
  fresh,
  hoursAfter,
  minted,
  opened,
  policy,
  receivedAt,
  rejection,
  request,
} from './cases.ts';

const after = (hours: number) => hoursAfter(receivedAt, hours);
const ms = 1 / 3_600_000;

/** All that time does to a case by an instant: the case, and what was recorded. */
function run(current: Case, at: string, its: Policy = policy): { it: Case; recorded: string[] } {
  const said: string[] = [];
  for (let now = current; ; ) {
    assert.ok(said.length < 10, 'time goes round in circles');
    const outcome = nextOfTime(now, at, its);
    if (outcome === undefined) return { it: now, recorded: said };
    now = commitAt(outcome, at);
    said.push(outcome.entry.kind === 'deadline.passed' ? outcome.entry.data.part : outcome.entry.kind);
  }
}

test('half, three quarters and the whole of the time are recorded once each, at their very instant', () => {
  for (const asked of [fresh(), fresh(emergency)]) {
    const hours = (Date.parse(asked.dueAt) - Date.parse(asked.receivedAt)) / 3_600_000;
    let current = asked;
    const recorded = [
      0,
      0.5 * hours - ms,
      0.5 * hours,
      0.6 * hours,
      0.75 * hours,
      hours - ms,
      hours,
      2 * hours,
    ].map((at) => {
      const ran = run(current, after(at));
      current = ran.it;
      return ran.recorded;
    });
    assert.deepEqual(recorded, [[], [], ['half'], [], ['three-quarters'], [], ['whole'], []]);
    assert.equal(current.deadline, 'whole');
  }
});

test('a clock that comes late records how late it is, and not what is over besides', () => {
  assert.deepEqual(run(fresh(), after(200)).recorded, ['three-quarters']);
  assert.deepEqual(run(fresh(), after(300)).recorded, ['whole']);
});

test('no deadline is recorded once the case can be collected, or has ended', () => {
  assert.deepEqual(run(approved(), after(130)).recorded, ['half'], 'approved, and not minted yet');
  assert.deepEqual(run(minted(), after(300)).recorded, []);
  const rejected = commitAt(decide(fresh(), rejection(fresh()), by('one')));
  assert.deepEqual(run(rejected, after(1000)).recorded, []);
});

test('I9: an open case expires once its time is over, and a suspended one as well', () => {
  const end = policy.collectHours;
  assert.deepEqual(run(minted(), after(end - ms)).recorded, []);
  assert.deepEqual(run(minted(), after(end)).recorded, ['case.expired']);
  assert.deepEqual(run(minted(), after(end + 1000)).it.status, 'Expired');
  const late = run(opened(), after(end));
  assert.deepEqual(
    late.recorded,
    ['emergency.overdue', 'case.expired'],
    'the miss is recorded though it expired since',
  );
  assert.deepEqual(late.it.debts?.missed, ['second-signature', 'authorisation']);
});

test('a request that nobody decides stays through its lifetime, and then ends by itself', () => {
  const half = approvedBy(fresh(), 'one');
  const [kept, over] = [run(half, '2027-01-19T22:59:59.999Z'), run(half, '2027-01-19T23:00:00.000Z')];
  assert.deepEqual([kept.it.status, kept.recorded], ['AwaitingApproval', ['whole']]);
  assert.deepEqual([over.it.status, over.recorded], ['Expired', ['whole', 'case.expired']]);
  assert.equal(over.it.reason, 'undecided');
  assert.equal(isAwake(over.it), false);
});

test('where a policy gives no lifetime, a request that nobody decides stays, however late', () => {
  const { lifetimeDays: _, ...its } = policy;
  const { it: current } = run(approvedBy(fresh(request, its), 'one'), after(100_000), its);
  assert.equal(current.status, 'AwaitingApproval');
});

test('a case is asleep once time has nothing left to do to it, and not before', () => {
  const isOver = (current: Case): Case => ({ ...current, grants: [] });
  for (const value of [fresh(), approved(), minted(), disclosed()])
    assert.equal(isAwake(value), true, value.status);
  const rejected = decide(fresh(), rejection(fresh()), by('one')).next;
  assert.equal(isAwake(rejected), false);
  const withdrawn = withdraw(minted(), 'officer').next;
  assert.equal(isAwake(withdrawn), true, 'its grants are to be retired');
  assert.equal(isAwake(isOver(withdrawn)), false);
  const unnotified = isOver(withdraw(disclosed(), 'officer').next);
  assert.equal(isAwake(unnotified), true, 'the person is to be notified');
  const notified = { ...unnotified, notice: { ...unnotified.notice, told: 1 } };
  assert.equal(isAwake(notified), false);
  const closed = isOver(withdraw(disclosed(minted(opened())), 'officer').next);
  const owing = { ...closed, notice: { ...closed.notice, told: 1 } };
  assert.equal(isAwake(owing), true, 'its authorisation is owed');
  assert.equal(isAwake(missObligations(owing, '2030-01-01T00:00:00Z')?.next ?? owing), false);
});
