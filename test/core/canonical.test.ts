import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalJson, jsonDigest, sha256 } from '#core/canonical.ts';

test('the examples of RFC 8785 come out as it says', () => {
  const value = {
    // biome-ignore lint/correctness/noPrecisionLoss: RFC 8785 section 3.2.2
    numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
    string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
    literals: [null, true, false],
  };
  assert.equal(
    canonicalJson(value),
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
      '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
  // Section 3.2.3: by UTF-16 code units, in which an emoji sorts before U+FB33.
  const names = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, '\u00f6': 7 };
  assert.deepEqual(
    Object.keys(JSON.parse(canonicalJson(names)) as object).filter((k) => k !== '1'),
    ['\r', '\u0080', '\u00f6', '\u20ac', '\u{1f600}', '\ufb33'],
  );
});

test('a value and its canonical form are the same value, whatever order its fields were written in', () => {
  const backwards = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(backwards)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .toReversed()
              .map(([k, v]) => [k, backwards(v)]),
          )
        : value;
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      const text = canonicalJson(value);
      assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
      assert.equal(canonicalJson(JSON.parse(text)), text);
      assert.equal(canonicalJson(backwards(value)), text);
    }),
  );
});

test('what has no JSON form is refused, not written as something else', () => {
  for (const value of [
    undefined,
    () => 1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    [Number.NaN],
    { a: -Infinity },
  ]) {
    assert.throws(() => canonicalJson(value), Error);
  }
});

test('a digest is SHA-256 over the canonical form, written as an RFC 9530 member', () => {
  assert.equal(
    jsonDigest({ b: 1, a: [] }),
    `sha-256=:${createHash('sha256').update('{"a":[],"b":1}').digest('base64')}:`,
  );
  assert.equal(Buffer.from(sha256('')).toString('hex').slice(0, 16), 'e3b0c44298fc1c14');
  assert.deepEqual(sha256('é'), sha256(new TextEncoder().encode('é')));
});
