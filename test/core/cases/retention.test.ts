import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { keysRevoked, retired, withdraw } from '#core/cases/acts.ts';
import { type Case, statuses } from '#core/cases/case.ts';
import { isAwake, nextOfTime } from '#core/cases/clock.ts';
import { decide } from '#core/cases/deciding.ts';
import { noticesSent } from '#core/cases/notice.ts';
import { forget, forgetAt, hold, release, withEnd } from '#core/cases/retention.ts';
import {
  by,
  code,
  commitAt,
  disclosed,
  fresh,
  hoursAfter,
  minted,
  policy,
  receivedAt,
  rejection,
} from './cases.ts';

const rejected = (): Case => withEnd(commitAt(decide(fresh(), rejection(fresh()), by('one'))), receivedAt);
/** A year later, which is what the policy says. */
const due = '2027-11-20T10:00:00.000Z';
assert.equal(policy.caseRetentionMonths, 12);

test('I10: a case that ended is forgotten when its retention is over, at that very instant and not before', () => {
  const ended = rejected();
  assert.equal(ended.endedAt, receivedAt);
  assert.equal(forgetAt(ended), due);
  assert.equal(forget(ended, '2027-11-20T09:59:59.999Z'), undefined);
  const { entry } = forget(ended, due) ?? assert.fail();
  assert.deepEqual(entry, { kind: 'case.forgotten', data: { status: 'Rejected', months: 12 } });
});

test('a case has not ended while its grants are live, its person is not notified, or it waits', () => {
  const at = hoursAfter(receivedAt, 1);
  assert.equal(withEnd(fresh(), at).endedAt, undefined);
  assert.equal(withEnd(minted(), at).endedAt, undefined);
  const withdrawn = commitAt(withdraw(disclosed(), 'officer'));
  assert.equal(withEnd(withdrawn, at).endedAt, undefined, 'a grant is live');
  const closed = commitAt(retired(withdrawn, 'Cancelled'));
  assert.equal(withEnd(closed, at).endedAt, undefined, 'the person does not know');
  const told = commitAt(noticesSent(closed, '2027-02-20T00:00:00.000Z') ?? assert.fail());
  assert.equal(withEnd(told, at).endedAt, at);
  assert.equal(withEnd(withEnd(told, at), hoursAfter(at, 5)).endedAt, at, 'the end stays where it was');
  assert.equal(forget(told, due), undefined, 'nobody noted its end');
  const suspended = commitAt(keysRevoked(minted(), (keyId) => keyId === 'key-of-one') ?? assert.fail());
  const shut = commitAt(retired(suspended, 'Suspended'));
  assert.equal(withEnd(shut, at).endedAt, undefined, 'it expires first');
  const expired = commitAt(nextOfTime(shut, shut.expiresAt ?? '', policy) ?? assert.fail());
  assert.equal(withEnd(expired, at).endedAt, at);
});

test('a case that is open, or waits, is never forgotten, whatever says that it ended', () => {
  for (const status of statuses) {
    const forged = { ...rejected(), status };
    const mayGo = !['AwaitingApproval', 'AwaitingDisclosure', 'Disclosed', 'Suspended'].includes(status);
    assert.equal(forget(forged, due) !== undefined, mayGo, status);
  }
});

test('a case that is held is not forgotten before the hold ends, nor before its own retention', () => {
  const until = '2029-01-01T00:00:00.000Z';
  const { next, entry } = hold(rejected(), { change: 'c', until });
  assert.deepEqual(entry, { kind: 'case.held', data: { change: 'c', until } });
  assert.equal(forget(next, '2028-12-31T23:59:59.999Z'), undefined);
  assert.ok(forget(next, until));
  const short = hold(rejected(), { change: 'c', until: hoursAfter(receivedAt, 1) }).next;
  assert.equal(forgetAt(short), due);
  const released = release(next, 'd').next;
  assert.equal(forgetAt(released), due);
  assert.throws(() => release(released, 'e'), code('case-not-held'));
});

test('whatever holds and releases come, a case goes by the later of its retention and the last hold', () => {
  const step = fc.option(
    fc.date({ min: new Date(receivedAt), max: new Date('2040-01-01'), noInvalidDate: true }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
      let current = rejected();
      let last = '';
      for (const until of steps) {
        if (until === null && current.heldUntil === undefined) continue;
        last = until?.toISOString() ?? '';
        current = (until === null ? release(current, 'c') : hold(current, { change: 'c', until: last })).next;
      }
      assert.equal(forgetAt(current), last > due ? last : due);
      assert.equal(isAwake(current), false, 'a hold wakes no case');
    }),
  );
});
