import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { epochBounds, epochOf, epochsOf } from '#core/vault/epoch.ts';

const day = fc.date({
  min: new Date('1999-01-01T00:00:00Z'),
  max: new Date('2101-01-01T00:00:00Z'),
  noInvalidDate: true,
});

test('an epoch is the calendar month in UTC', () => {
  assert.equal(epochOf('2026-10-31T23:59:59.999Z'), '2026-10');
  assert.equal(epochOf('2026-11-01T00:00:00Z'), '2026-11');
  assert.throws(() => epochOf('2026-11'), RangeError);
});

test('a period touches each of its months once, in order, across years', () => {
  assert.deepEqual(epochsOf({ from: '2025-11-15T00:00:00Z', to: '2026-02-01T00:00:00.001Z' }), [
    '2025-11',
    '2025-12',
    '2026-01',
    '2026-02',
  ]);
});

test('I3: a period that ends with a month does not touch the next', () => {
  assert.deepEqual(epochsOf({ from: '2026-10-01T00:00:00Z', to: '2026-11-01T00:00:00Z' }), ['2026-10']);
});

test('a period without an instant in it touches nothing', () => {
  assert.deepEqual(epochsOf({ from: '2026-10-05T00:00:00Z', to: '2026-10-05T00:00:00.000Z' }), []);
  assert.deepEqual(epochsOf({ from: '2026-11-05T00:00:00Z', to: '2026-10-05T00:00:00Z' }), []);
});

test('the longest period there is has an end', () => {
  const epochs = epochsOf({ from: '0000-01-01T00:00:00Z', to: '9999-12-31T23:59:59.999Z' });
  assert.equal(epochs.length, 120_000);
  assert.equal(epochs.at(0), '0000-01');
  assert.equal(epochs.at(-1), '9999-12');
});

test('the epochs of a period are exactly those of the instants in it', () => {
  fc.assert(
    fc.property(day, day, day, (a, b, c) => {
      const [from, at, to] = [a, b, c].map((d) => d.toISOString()).sort();
      assert.ok(from && at && to);
      const epochs = epochsOf({ from, to });
      if (at < to) assert.ok(epochs.includes(epochOf(at)));
      assert.deepEqual(epochs, [...new Set(epochs)].sort());
      for (const epoch of epochs) {
        const bounds = epochBounds(epoch);
        assert.ok(bounds.from < to && bounds.to > from, `${epoch} is outside`);
      }
    }),
  );
});

test('the bounds of an epoch hold its first and last instant and no other', () => {
  assert.deepEqual(epochBounds('2026-12'), {
    from: '2026-12-01T00:00:00.000Z',
    to: '2027-01-01T00:00:00.000Z',
  });
  assert.deepEqual(epochBounds('2028-02'), {
    from: '2028-02-01T00:00:00.000Z',
    to: '2028-03-01T00:00:00.000Z',
  });
});

test('what is no month has no bounds', () => {
  for (const text of ['', '2026', '2026-00', '2026-13', '2026-1', '2026-11-01', ' 2026-11', '9999-12']) {
    assert.throws(() => epochBounds(text), { name: 'VaultError', code: 'epoch-invalid' });
  }
});
