import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import fc from 'fast-check';
import { comparable, comparables, hexOf, isThumbprint, wordsOf } from '#client/thumbprint.ts';

/** Thumbprints as they are read out by telephone. */

const thumbprintOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
const anyThumbprint = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(thumbprintOf);

/**
 * Vectors of BIP-39's reference implementation (trezor/python-mnemonic, vectors.json): 128 bits of entropy and the words that
 * they give with four bits of SHA-256 behind them.
 */
const vectors = [
  [
    '00000000000000000000000000000000',
    'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about',
  ],
  [
    '7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f',
    'legal winner thank year wave sausage worth useful legal winner thank yellow',
  ],
  [
    '80808080808080808080808080808080',
    'letter advice cage absurd amount doctor acoustic avoid letter advice cage above',
  ],
  ['ffffffffffffffffffffffffffffffff', 'zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong'],
] as const;

test('the words are those of BIP-39 for the same bits', async () => {
  for (const [entropy, words] of vectors) {
    const bits = Buffer.from(entropy, 'hex');
    const checksum = createHash('sha256').update(bits).digest().subarray(0, 1);
    const bytes = Buffer.concat([bits, checksum, Buffer.alloc(15)]);
    assert.equal((await wordsOf(thumbprintOf(bytes))).join(' '), words);
  }
});

test('twelve words tell the first 132 bits, each of them, and the hex all 256', async () => {
  await fc.assert(
    fc.asyncProperty(anyThumbprint, fc.nat({ max: 255 }), async (thumbprint, flipped) => {
      const words = await wordsOf(thumbprint);
      assert.equal(words.length, 12);
      assert.ok(words.every((word) => wordlist.includes(word)));
      const bits = words.map((word) => wordlist.indexOf(word).toString(2).padStart(11, '0')).join('');
      const bytes = Buffer.from(thumbprint, 'base64url');
      const all = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
      assert.equal(bits, all.slice(0, 132));
      assert.equal(hexOf(thumbprint).join(''), bytes.toString('hex'));
      bytes[flipped >> 3] = (bytes[flipped >> 3] ?? 0) ^ (0x80 >> (flipped & 7));
      const other = await wordsOf(thumbprintOf(bytes));
      assert.equal(other.join(' ') !== words.join(' '), flipped < 132);
    }),
  );
});

test('a thumbprint that is compared fits into 80 columns, whatever it is for', async () => {
  await fc.assert(
    fc.asyncProperty(anyThumbprint, async (thumbprint) => {
      const lines = (await comparable(thumbprint)).split('\n');
      assert.equal(lines.length, 5);
      assert.ok(lines.every((line) => line.length <= 53));
      const listed = await comparables([{ what: 'officer-17’s key to sign with', thumbprint }]);
      assert.deepEqual(
        listed.split('\n').map((line) => line.trim()),
        ['officer-17’s key to sign with', ...lines],
      );
      assert.ok(listed.split('\n').every((line) => line.length < 80));
    }),
  );
});

test('only 32 bytes in base64url are a thumbprint', () => {
  fc.assert(fc.property(anyThumbprint, (thumbprint) => assert.ok(isThumbprint(thumbprint))));
  for (const text of ['', 'A'.repeat(42), 'A'.repeat(44), `${'A'.repeat(42)}=`, `${'A'.repeat(42)}B`])
    assert.ok(!isThumbprint(text), text);
});
