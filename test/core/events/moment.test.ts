import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Moment, moments } from '#core/events/moment.ts';

const momentOf = (value: unknown, zone?: string): Moment => moments(zone)(value);

const code = (value: unknown, zone?: string) => {
  try {
    return momentOf(value, zone).at;
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
};

test('an instant is read in UTC and with an offset, to the millisecond, and said to be one', () => {
  const nine = { at: '2026-11-20T09:00:00.000Z' };
  for (const text of [
    '2026-11-20T09:00:00Z',
    '2026-11-20T09:00:00.000Z',
    '2026-11-20t09:00:00z',
    '2026-11-20T10:00:00+01:00',
    '2026-11-20T10:00:00+0100',
    '2026-11-20 09:00:00Z',
    '2026-11-20T03:30:00-05:30',
    '2026-11-20T09:00:00.0009Z',
  ])
    assert.deepEqual(momentOf(text), nine, text);
  assert.equal(code('2026-11-20T09:00:00.123999999Z'), '2026-11-20T09:00:00.123Z');
  assert.equal(code('2026-11-20T00:30:00+01:00'), '2026-11-19T23:30:00.000Z');
});

test('a number is of the unit that its size is of, whether number or text', () => {
  const cases = [
    [1_795_165_200, 'in-seconds'],
    [1_795_165_200_000, 'in-milliseconds'],
    [1_795_165_200_000_000, 'in-microseconds'],
    ['1795165200000000000', 'in-nanoseconds'],
    ['1795165200', 'in-seconds'],
    ['1795165200.000', 'in-seconds'],
  ] as const;
  for (const [value, assumed] of cases)
    assert.deepEqual(momentOf(value), { at: '2026-11-20T09:00:00.000Z', assumed }, String(value));
  assert.equal(code(1_795_165_200.123), '2026-11-20T09:00:00.123Z');
  assert.equal(code('1795165200.1239'), '2026-11-20T09:00:00.123Z');
});

test('what names no instant is refused', () => {
  for (const value of [
    '',
    'yesterday',
    '2026-11-20',
    '2026-02-30T09:00:00Z',
    '2026-11-20T24:00:00Z',
    '2026-11-20T09:00:60Z',
    '20.11.2026 09:00:00',
    '11/20/2026 09:00',
    7,
    99_999_999,
    -1_795_165_200,
    1e21,
    Number.NaN,
    true,
    null,
    {},
    ['2026-11-20T09:00:00Z'],
  ])
    assert.equal(code(value), 'at-invalid', JSON.stringify(value));
});

test('a time without a zone needs one, and is in none where clocks were put forward over it', () => {
  assert.equal(code('2026-11-20T10:00:00'), 'zone-needed');
  assert.equal(code('2026-11-20T10:00:00', 'Europe/Berlin'), '2026-11-20T09:00:00.000Z');
  assert.equal(code('2026-07-20 10:00:00', 'Europe/Berlin'), '2026-07-20T08:00:00.000Z');
  assert.equal(code('2026-03-29T02:30:00', 'Europe/Berlin'), 'time-in-gap');
  assert.deepEqual(momentOf('2026-10-25T02:30:00', 'Europe/Berlin'), {
    at: '2026-10-25T00:30:00.000Z',
    assumed: 'hour-twice',
  });
  assert.equal(code('2026-11-20T10:00:00Z', 'Europe/Berlin'), '2026-11-20T10:00:00.000Z');
});

test('numbers of one file are of one unit', () => {
  const read = moments();
  assert.equal(read(1_795_165_200).at, '2026-11-20T09:00:00.000Z');
  assert.throws(() => read(1_795_165_200_000), { code: 'at-invalid' });
  assert.equal(read(1_795_165_201).at, '2026-11-20T09:00:01.000Z');
  assert.equal(read('2026-11-20T09:00:02Z').at, '2026-11-20T09:00:02.000Z');
});

test('every instant from 1974 on comes back from its milliseconds, seconds and text, and never later', () => {
  const ms = fc.integer({ min: Date.UTC(1974), max: Date.UTC(2200) });
  fc.assert(
    fc.property(ms, fc.nat(999_999), (value, below) => {
      const at = new Date(value).toISOString();
      assert.equal(momentOf(value).at, at);
      assert.equal(momentOf(at).at, at);
      assert.equal(momentOf(value / 1000).at, at);
      const digits = String(below).padStart(6, '0');
      assert.equal(momentOf(`${value}${digits}`).at, at);
      assert.equal(momentOf(at.replace('Z', `${digits}Z`)).at, at);
    }),
  );
});
