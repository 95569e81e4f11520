import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { orderDigests, readOrderDigest } from '#client/order-digest.ts';
import { utf8 } from '#core/bytes.ts';
import { digestText } from '#core/text.ts';

test('an order’s digest is what sha256sum prints, and what a request takes', () => {
  const { hex, member } = orderDigests(utf8('the order, as a PDF'));
  assert.equal(hex, createHash('sha256').update('the order, as a PDF').digest('hex'));
  assert.ok(digestText.safeParse(member).success);
});

test('either spelling of a digest is read as both', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const digests = orderDigests(bytes);
      assert.deepEqual(readOrderDigest(digests.hex), digests);
      assert.deepEqual(readOrderDigest(digests.hex.toUpperCase()), digests);
      assert.deepEqual(readOrderDigest(digests.member), digests);
    }),
  );
});

test('what is no SHA-256 is read as none', () => {
  const { hex, member } = orderDigests(utf8('x'));
  for (const text of [
    '',
    hex.slice(1),
    `${hex}00`,
    `${hex}\n`,
    member.slice(0, -1),
    `sha-512${member.slice(7)}`,
  ])
    assert.equal(readOrderDigest(text), undefined, text);
});
