import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkAsked } from '#core/cases/acts.ts';
import { decide } from '#core/cases/deciding.ts';
import { viewReviewLine } from '#core/cases/review.ts';
import { within } from '#core/cases/scope.ts';
import { checkStored, cutOf, storedScope } from '#core/cases/stored.ts';
import {
  approval,
  by,
  code,
  fresh,
  hoursAfter,
  instants,
  policy,
  receivedAt,
  request,
  scopes,
} from './cases.ts';

const from = '2026-11-01T00:00:00Z';
const asking = (to: string) => ({ ...request, period: { from, to } });

test('I5: a period that ends more than a day after the request arrived is refused, and one within the day is taken', () => {
  checkAsked(asking(hoursAfter(receivedAt, 24)), policy, receivedAt);
  checkAsked(asking(hoursAfter(receivedAt, -1)), policy, receivedAt);
  const beyond = new Date(Date.parse(receivedAt) + 24 * 3_600_000 + 1).toISOString();
  assert.throws(() => checkAsked(asking(beyond), policy, receivedAt), code('period-in-future'));
  assert.throws(
    () => checkStored({ from: receivedAt, to: hoursAfter(receivedAt, 1) }, receivedAt),
    code('period-in-future'),
    'nothing of it can be stored',
  );
});

test('I5: what is stored is the scope before the receipt, by the earliest of the receipts that are given', () => {
  fc.assert(
    fc.property(scopes, instants, instants, (scope, one, other) => {
      const its = storedScope(scope, one, other);
      const first = Math.min(Date.parse(one), Date.parse(other));
      assert.equal(Date.parse(its.asOf), first);
      assert.equal(Date.parse(its.period.to), Math.min(Date.parse(scope.period.to), first));
      assert.ok(within(its, scope));
      if (Date.parse(scope.period.to) <= first) assert.deepEqual(its.period, scope.period);
    }),
  );
});

test('I5: reviewers see at what instant a period is cut, where it reaches beyond the receipt', () => {
  assert.equal(cutOf({ from, to: receivedAt }, receivedAt), undefined);
  assert.equal(cutOf({ from, to: hoursAfter(receivedAt, 1) }, receivedAt), '2026-11-20T10:00:00Z');
  const current = fresh(asking(hoursAfter(receivedAt, 1)));
  assert.equal(viewReviewLine(current, 'GS-1', receivedAt).cutAt, '2026-11-20T10:00:00Z');
  assert.equal('cutAt' in viewReviewLine(fresh(), 'GS-1', receivedAt), false);
});

test('I5: nobody can approve a time in which nothing was stored yet', () => {
  const current = fresh(asking(hoursAfter(receivedAt, 24)));
  const later = { ...current.asked, period: { from: receivedAt, to: hoursAfter(receivedAt, 24) } };
  assert.throws(() => decide(current, approval(current, later), by('one')), code('period-in-future'));
  decide(current, approval(current), by('one'));
});
