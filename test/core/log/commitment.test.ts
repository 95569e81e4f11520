import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { type CommitmentLabel, commitment } from '#core/log/commitment.ts';

const labels: CommitmentLabel[] = ['request', 'resolved', 'scope', 'reviewer', 'recipient', 'package', 'key'];
const salt = fc.uint8Array({ minLength: 32, maxLength: 32 });

test('a commitment is the HMAC that is written down, in base64url', () => {
  const bytes = new Uint8Array(32).fill(7);
  const expected = createHmac('sha256', bytes)
    .update('writ/commitment/v1\0reviewer\0Zoë')
    .digest('base64url');
  assert.equal(commitment(bytes, 'reviewer', 'Zoë'), expected);
  assert.match(expected, /^[\w-]{43}$/);
});

test('I7: commitments to one value under two labels have nothing in common', () => {
  fc.assert(
    fc.property(salt, fc.string(), (key, value) => {
      assert.equal(new Set(labels.map((label) => commitment(key, label, value))).size, labels.length);
    }),
  );
});

test('I7: a label and a value do not run into each other', () => {
  fc.assert(
    fc.property(
      salt,
      fc.constantFrom(...labels),
      fc.constantFrom(...labels),
      fc.string(),
      (key, a, b, value) => {
        fc.pre(a !== b);
        assert.notEqual(commitment(key, a, `${b}\0${value}`), commitment(key, b, `${a}\0${value}`));
        assert.notEqual(commitment(key, a, `\0${value}`), commitment(key, a, value));
      },
    ),
  );
});

test('I7: without its salt a commitment says nothing: two cases commit to one value differently', () => {
  fc.assert(
    fc.property(salt, salt, fc.constantFrom(...labels), fc.string(), (a, b, label, value) => {
      fc.pre(!a.every((byte, i) => byte === b[i]));
      assert.notEqual(commitment(a, label, value), commitment(b, label, value));
    }),
  );
});

test('two values have two commitments, and one value always has the same', () => {
  fc.assert(
    fc.property(salt, fc.constantFrom(...labels), fc.string(), fc.string(), (key, label, a, b) => {
      assert.equal(commitment(key, label, a) === commitment(key, label, b), a === b);
    }),
  );
});
