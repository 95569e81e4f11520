import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withdraw } from '#core/cases/acts.ts';
import { caseView, viewCase } from '#core/cases/case.ts';
import { type Claiming, claim, claimOf } from '#core/cases/claiming.ts';
import { reviewLine, viewReviewLine } from '#core/cases/review.ts';
import { approvedBy, code, commitAt, emergency, fresh, hoursAfter, receivedAt } from './cases.ts';

const does = (how: Claiming['claim'], reviewer: string, at = receivedAt) =>
  [{ claim: how }, { reviewer, at }] as const;
const claimed = (of = fresh(), reviewer = 'anna', at = receivedAt) =>
  commitAt(claim(of, ...does('take', reviewer, at)), at);

test('a claim ends by itself: after a day, and in an emergency after an hour', () => {
  for (const [asked, hours] of [
    [fresh(), 24],
    [fresh(emergency), 1],
  ] as const) {
    const current = claimed(asked);
    const end = hoursAfter(receivedAt, hours);
    assert.deepEqual(claimOf(current, new Date(Date.parse(end) - 1).toISOString()), {
      by: 'anna',
      until: end,
    });
    assert.equal(claimOf(current, end), undefined);
    const line = viewReviewLine(current, 'GS-1', receivedAt);
    assert.deepEqual([line.claimedBy, line.claimedUntil], ['anna', end]);
    assert.deepEqual(reviewLine.parse(line), line);
    assert.equal('claimedBy' in viewReviewLine(current, 'GS-1', end), false);
  }
});

test('another takes a claim over by saying so, and the log says that it was one', () => {
  const current = claimed();
  assert.throws(() => claim(current, ...does('take', 'ben')), code('case-claimed'));
  const { next, entry } = claim(current, ...does('take-over', 'ben'));
  assert.deepEqual([next.claim?.by, 'over' in entry.data && entry.data.over], ['ben', true]);
  assert.throws(() => claim(next, ...does('end', 'anna')), code('case-not-claimed'));
  const after = commitAt(claim(next, ...does('end', 'ben')));
  assert.equal(after.claim, undefined);
  assert.throws(() => claim(after, ...does('end', 'ben')), code('case-not-claimed'));
});

test('taking what is one’s own renews it, and taking over what nobody has is taking it', () => {
  const later = hoursAfter(receivedAt, 20);
  const { next, entry } = claim(claimed(), ...does('take', 'anna', later));
  assert.equal(next.claim?.until, hoursAfter(later, 24));
  assert.equal('over' in entry.data && entry.data.over, false);
  const over = claim(fresh(), ...does('take-over', 'ben')).entry;
  assert.equal('over' in over.data && over.data.over, false);
  // A claim that ended is nobody's: no word is needed.
  const tomorrow = hoursAfter(receivedAt, 24);
  assert.equal(claim(claimed(), ...does('take', 'ben', tomorrow)).next.claim?.by, 'ben');
});

test('a claim keeps nobody from deciding, and nobody’s decision ends it', () => {
  const decided = approvedBy(approvedBy(claimed(), 'ben'), 'clara');
  assert.equal(decided.status, 'AwaitingDisclosure');
  assert.equal(claimOf(decided, receivedAt)?.by, 'anna');
});

test('a case that is closed is nobody’s, and the agency never learns whose it was', () => {
  const current = claimed();
  const closed = commitAt(withdraw(current, 'officer'));
  assert.equal(claimOf(closed, receivedAt), undefined);
  assert.throws(() => claim(closed, ...does('take', 'ben')), code('case-closed'));
  const seen = viewCase(current, 'GS-1', []);
  assert.deepEqual(caseView.parse(seen), seen);
  assert.doesNotMatch(JSON.stringify(seen), /anna|claim/);
});
