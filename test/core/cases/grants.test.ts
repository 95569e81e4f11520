import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { caseOfGrant, epochKeysOfScope, grantName } from '#core/cases/grants.ts';
import type { Scope } from '#core/cases/scope.ts';
import type { Category } from '#core/categories/categories.ts';
import { epochBounds } from '#core/vault/epoch.ts';
import type { EpochKey } from '#core/vault/epoch-key.ts';
import { validities } from '#core/vault/validity.ts';
import { instants, scopes } from './cases.ts';

const months = ['2025-01', '2026-08', '2026-09', '2026-10', '2026-11', '2026-12'];
const all: EpochKey[] = months.flatMap((epoch) => [
  { subject: 's', kind: 'access', epoch },
  { subject: 's', kind: 'phone', epoch },
]);
const asking = (from: string, to: string, ...categories: Category[]): Scope => ({
  subjects: [0],
  categories,
  period: { from, to },
});
/** Different numbers, set at these instants. */
const set = (...instants: string[]) => ({ phone: validities(instants.map((at) => ({ at, blind: at }))) });
const opened = (scope: Scope, phones: string[] = []) =>
  epochKeysOfScope(scope, all, set(...phones)).map((d) => `${d.kind} ${d.epoch}`);

test('I3: log-ins open the months that the period touches, and an end at midnight does not touch the next', () => {
  const october = asking('2026-09-30T23:59:59Z', '2026-11-01T00:00:00Z', 'TrafficData');
  assert.deepEqual(opened(october), ['access 2026-09', 'access 2026-10']);
  assert.deepEqual(opened({ ...october, categories: ['UserIdentifyingData'] }), [
    'access 2026-09',
    'access 2026-10',
  ]);
  const instant = asking('2026-11-01T00:00:00Z', '2026-11-01T00:00:00.001Z', 'TrafficData');
  assert.deepEqual(opened(instant), ['access 2026-11']);
});

test('I3: a category opens its own kind of record and no other', () => {
  const phones = ['2026-09-05T00:00:00.000Z'];
  const september = (...categories: Category[]) =>
    asking('2026-09-01T00:00:00Z', '2026-10-01T00:00:00Z', ...categories);
  assert.deepEqual(opened(september('SubscriberData'), phones), ['phone 2026-09']);
  assert.deepEqual(opened(september('TrafficData'), phones), ['access 2026-09']);
  assert.deepEqual(opened(september('TrafficData', 'SubscriberData'), phones), [
    'access 2026-09',
    'phone 2026-09',
  ]);
});

test('a number that was set long before the period and still held in it opens the month in which it was set', () => {
  const asked = asking('2026-11-01T00:00:00Z', '2026-11-20T00:00:00Z', 'SubscriberData');
  assert.deepEqual(opened(asked, ['2025-01-03T00:00:00.000Z']), ['phone 2025-01']);
});

test('a number that was replaced before the period, or set after it, opens nothing', () => {
  const asked = asking('2026-10-01T00:00:00Z', '2026-11-01T00:00:00Z', 'SubscriberData');
  const phones = ['2026-11-01T00:00:00.000Z', '2025-01-03T00:00:00.000Z', '2026-09-07T00:00:00.000Z'];
  assert.deepEqual(opened(asked, phones), ['phone 2026-09']);
  // Replaced in the very moment in which the period begins: it did not hold in it.
  assert.deepEqual(opened(asked, ['2026-09-07T00:00:00.000Z', '2026-10-01T00:00:00.000Z']), [
    'phone 2026-10',
  ]);
  assert.deepEqual(opened(asked, ['2026-12-01T00:00:00.000Z']), []);
  assert.deepEqual(opened(asked, []), []);
});

test('only an epoch key that exists is opened, and gives it back as it is', () => {
  const asked = asking('2026-09-01T00:00:00Z', '2026-11-20T00:00:00Z', 'TrafficData');
  const epochKey = { subject: 's', kind: 'access' as const, epoch: '2026-10', keyId: 'k' };
  assert.deepEqual(epochKeysOfScope(asked, [epochKey], set()), [epochKey]);
  assert.deepEqual(epochKeysOfScope(asked, [], set('2026-09-07T00:00:00.000Z')), []);
});

test('I3: whatever is asked, no log-in epoch key opens that lies outside the period', () => {
  fc.assert(
    fc.property(scopes, fc.array(instants), (scope, phones) => {
      const canonical = [...new Set(phones.map((at) => new Date(at).toISOString()))];
      for (const { kind, epoch } of epochKeysOfScope(scope, all, set(...canonical))) {
        const { from, to } = epochBounds(epoch);
        if (kind === 'access') {
          assert.ok(Date.parse(from) < Date.parse(scope.period.to));
          assert.ok(Date.parse(to) > Date.parse(scope.period.from));
        } else {
          assert.ok(
            canonical.some((at) => at.startsWith(epoch) && Date.parse(at) < Date.parse(scope.period.to)),
          );
        }
      }
    }),
  );
});

test('I9: a grant’s name says its case, and nothing else’s name does', () => {
  const id = 'c0ffee00-0000-4000-8000-000000000001';
  const digest = 'ab'.repeat(32);
  assert.equal(caseOfGrant(grantName(id, digest)), id);
  for (const other of [
    '',
    digest,
    `writ/${id}`,
    `writ/${id}/${digest}/x`,
    `writ/../${digest}`,
    ` writ/${id}/${digest}`,
  ]) {
    assert.equal(caseOfGrant(other), undefined);
  }
});
