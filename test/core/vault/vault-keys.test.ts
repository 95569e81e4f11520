import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { epochOf, nextEpoch } from '#core/vault/epoch.ts';
import { forgottenAt, keysAhead, mayBeMade, purposes, shardOf } from '#core/vault/vault-keys.ts';

const now = '2026-11-24T09:00:00.000Z';
const retention = { phone: 24, access: 12 };

test('keys are made for this month and the next of every kind that is kept, and for no other', () => {
  assert.deepEqual(keysAhead(retention, now), [
    { purpose: 'phone', epoch: '2026-11' },
    { purpose: 'phone', epoch: '2026-12' },
    { purpose: 'access', epoch: '2026-11' },
    { purpose: 'access', epoch: '2026-12' },
  ]);
  assert.deepEqual(
    keysAhead({ phone: 0, access: 1 }, '2026-12-31T23:59:59.999Z').map(({ epoch }) => epoch),
    ['2026-12', '2027-01'],
  );
  assert.deepEqual(keysAhead({ phone: 0, access: 0 }, now), []);
});

test('I10: no key is made for a month that is forgotten, or that is not to come yet', () => {
  const may = (purpose: (typeof purposes)[number], epoch: string) =>
    mayBeMade({ purpose, epoch }, retention, now);
  // The last instants of November 2025 are past retention on 1 December 2026.
  assert.equal(may('access', '2025-11'), true);
  assert.equal(may('access', '2025-10'), false);
  assert.equal(may('phone', '2024-11'), true);
  assert.equal(may('phone', '2024-10'), false);
  assert.equal(may('access', '2026-12'), true);
  assert.equal(may('access', '2027-01'), false);
  assert.equal(mayBeMade({ purpose: 'access', epoch: '2026-11' }, { phone: 1, access: 0 }, now), false);
  // A preservation that is asked for today can end in a year, where a policy gives all that it may.
  assert.equal(may('preserved', '2026-10'), false);
  assert.equal(may('preserved', '2026-11'), true);
  assert.equal(may('preserved', '2027-11'), true);
  assert.equal(may('preserved', '2027-12'), false);
});

test('I10: a month is forgotten once its last record is past retention, a preservation’s when the month is over', () => {
  assert.equal(forgottenAt({ purpose: 'access', epoch: '2025-11' }, retention), '2026-12-01T00:00:00.000Z');
  assert.equal(forgottenAt({ purpose: 'phone', epoch: '2025-11' }, retention), '2027-12-01T00:00:00.000Z');
  assert.equal(
    forgottenAt({ purpose: 'preserved', epoch: '2026-12' }, retention),
    '2027-01-01T00:00:00.000Z',
  );
});

test('I10: whatever the retention and the time, a key that may be made is not forgotten yet', () => {
  const months = fc.integer({ min: 0, max: 40 });
  const years = { min: new Date('2020-01-01T00:00:00Z'), max: new Date('2030-12-31T00:00:00Z') };
  fc.assert(
    fc.property(
      fc.constantFrom(...purposes),
      fc.date({ ...years, noInvalidDate: true }),
      fc.date({ ...years, noInvalidDate: true }),
      fc.record({ phone: months, access: months }),
      (purpose, of, at, its) => {
        const name = { purpose, epoch: epochOf(of.toISOString()) };
        const instant = at.toISOString();
        if (mayBeMade(name, its, instant)) assert.ok(forgottenAt(name, its) > instant);
        for (const ahead of keysAhead(its, instant)) {
          assert.ok(mayBeMade(ahead, its, instant));
          assert.ok(ahead.epoch <= nextEpoch(epochOf(instant)));
        }
      },
    ),
  );
});

test('a subject is always wrapped under the same of several keys, and subjects are spread evenly', () => {
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < 4000; i++) {
    const shard = shardOf(`subject ${i}`, 4);
    assert.equal(shardOf(`subject ${i}`, 4), shard);
    counts[shard] = (counts[shard] ?? 0) + 1;
  }
  for (const count of counts) assert.ok(count > 800 && count < 1200, String(counts));
  assert.equal(shardOf('anyone', 1), 0);
});
