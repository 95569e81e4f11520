import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalInstant, instant, parseInstant, wireInstant } from '#core/instant.ts';

const anyInstant = fc
  .date({
    min: new Date('0000-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  })
  .map((date) => date.toISOString());

test('an instant has one canonical text, with milliseconds', () => {
  assert.equal(parseInstant('2026-11-20T09:00:00Z'), '2026-11-20T09:00:00.000Z');
  assert.equal(parseInstant('2026-11-20T09:00:00.5Z'), '2026-11-20T09:00:00.500Z');
  assert.equal(parseInstant('2026-11-20T09:00:00.05Z'), '2026-11-20T09:00:00.050Z');
  assert.equal(parseInstant('2028-02-29T00:00:00Z'), '2028-02-29T00:00:00.000Z');
});

test('what the wire and the calendar do not have is no instant', () => {
  const texts = [
    '',
    '2026-11-20',
    '2026-11-20T09:00Z',
    '2026-11-20T09:00:00',
    '2026-11-20T09:00:00+00:00',
    '2026-11-20 09:00:00Z',
    '2026-11-20t09:00:00z',
    '2026-11-20T09:00:00.Z',
    '2026-11-20T09:00:00.0000Z',
    '2026-11-20T09:00:00,5Z',
    '2026-11-31T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T23:60:00Z',
    '2016-12-31T23:59:60Z',
    '+002026-01-01T00:00:00Z',
    ' 2026-11-20T09:00:00Z',
    '2026-11-20T09:00:00Z\n',
    '２026-11-20T09:00:00Z',
  ];
  for (const text of texts) {
    assert.equal(parseInstant(text), undefined, JSON.stringify(text));
    assert.throws(
      () => canonicalInstant(text),
      (error: Error) => error instanceof RangeError && !error.message.includes('2'),
    );
    assert.equal(instant.safeParse(text).success, false);
  }
});

test('the order of canonical texts is the order in time', () => {
  fc.assert(
    fc.property(anyInstant, anyInstant, (a, b) => {
      assert.equal(a < b, Date.parse(a) < Date.parse(b));
      assert.equal(parseInstant(a), a);
    }),
  );
});

test('the wire leaves out a fraction of zero and no other, and nothing is lost', () => {
  assert.equal(wireInstant('2026-11-20T09:00:00.000Z'), '2026-11-20T09:00:00Z');
  assert.equal(wireInstant('2026-11-20T09:00:00.100Z'), '2026-11-20T09:00:00.100Z');
  fc.assert(fc.property(anyInstant, (text) => assert.equal(parseInstant(wireInstant(text)), text)));
});

test('at a boundary an instant stays as it was written', () => {
  assert.equal(instant.parse('2026-11-20T09:00:00Z'), '2026-11-20T09:00:00Z');
});
