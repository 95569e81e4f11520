import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { z } from 'zod';
import { concat, fromHex, toHex, utf8 } from '#core/bytes.ts';
import {
  decapsulate,
  encapsulate,
  generateKeyPair,
  importPrivateKey,
  open,
  publicKeyOf,
  SEAL_OVERHEAD_BYTES,
  seal,
} from '#core/vault/hpke.ts';

const hex = z.string().transform((text) => fromHex(text) ?? assert.fail('not hexadecimal'));
const vectors = z
  .array(
    z.object({
      kem_id: z.literal(32),
      kdf_id: z.int(),
      aead_id: z.int(),
      info: hex,
      skRm: hex,
      pkRm: hex,
      skEm: hex,
      pkEm: hex,
      enc: hex,
      shared_secret: hex,
      encryptions: z.tuple([z.object({ aad: hex, ct: hex, pt: hex, nonce: hex })]).optional(),
    }),
  )
  .parse(JSON.parse(readFileSync(new URL('../../vectors/hpke/vectors.json', import.meta.url), 'utf8')));

const none = new Uint8Array();
const openFailed = { name: 'VaultError', code: 'open-failed', message: 'open-failed' };
const keyRefused = { name: 'VaultError', code: 'key-refused', message: 'key-refused' };
const bytes = (constraints: fc.IntArrayConstraints) => fc.uint8Array(constraints);

test("the KEM agrees with every one of the RFC's X25519 vectors", () => {
  assert.equal(vectors.length, 8);
  for (const v of vectors) {
    assert.deepEqual(publicKeyOf(importPrivateKey(v.skRm)), v.pkRm);
    assert.deepEqual(publicKeyOf(importPrivateKey(v.skEm)), v.pkEm);
    assert.equal(toHex(decapsulate(importPrivateKey(v.skRm), v.enc)), toHex(v.shared_secret));
  }
});

test("sealing and opening agree with the RFC's vector for our suite", () => {
  const [v, ...others] = vectors.filter((it) => it.kdf_id === 1 && it.aead_id === 2);
  assert.ok(v?.encryptions);
  assert.equal(others.length, 0);
  const [{ aad, pt, ct }] = v.encryptions;
  const encapsulation = { enc: v.enc, sharedSecret: v.shared_secret };
  assert.equal(toHex(seal(v.pkRm, v.info, aad, pt, encapsulation)), toHex(concat(v.enc, ct)));
  assert.equal(toHex(open(importPrivateKey(v.skRm), v.info, aad, concat(v.enc, ct))), toHex(pt));
});

test('whatever is sealed opens to the same, with the stated overhead and never twice alike', () => {
  const { publicKey, privateKey } = generateKeyPair();
  const key = importPrivateKey(privateKey);
  fc.assert(
    fc.property(
      bytes({ maxLength: 200 }),
      bytes({ maxLength: 40 }),
      bytes({ maxLength: 300 }),
      (info, aad, text) => {
        const sealed = seal(publicKey, info, aad, text);
        assert.equal(sealed.length, text.length + SEAL_OVERHEAD_BYTES);
        assert.deepEqual(open(key, info, aad, sealed), text);
        assert.notDeepEqual(seal(publicKey, info, aad, text), sealed);
      },
    ),
    { numRuns: 50 },
  );
});

test('any changed bit, in encapsulation, ciphertext or tag, opens nothing', () => {
  const { publicKey, privateKey } = generateKeyPair();
  const key = importPrivateKey(privateKey);
  const sealed = seal(publicKey, none, none, utf8('a record'));
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    // X25519 ignores the topmost bit of a public key (RFC 7748 section 5), but HPKE binds enc as it arrived.
    const changed = sealed.slice();
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assert.throws(() => open(key, none, none, changed), openFailed, `bit ${bit}`);
  }
});

test('what is cut short or has something added opens nothing, without saying which', () => {
  const { publicKey, privateKey } = generateKeyPair();
  const key = importPrivateKey(privateKey);
  const sealed = seal(publicKey, none, none, utf8('a record'));
  for (let length = 0; length < sealed.length; length++) {
    assert.throws(() => open(key, none, none, sealed.subarray(0, length)), openFailed);
  }
  assert.throws(() => open(key, none, none, concat(sealed, Uint8Array.of(0))), openFailed);
});

test('another key, info or aad opens nothing', () => {
  const { publicKey, privateKey } = generateKeyPair();
  const key = importPrivateKey(privateKey);
  const sealed = seal(publicKey, utf8('info'), utf8('aad'), utf8('a record'));
  const other = importPrivateKey(generateKeyPair().privateKey);
  assert.throws(() => open(other, utf8('info'), utf8('aad'), sealed), openFailed);
  assert.throws(() => open(key, utf8('inf'), utf8('aad'), sealed), openFailed);
  assert.throws(() => open(key, utf8('info'), utf8('aad2'), sealed), openFailed);
  assert.throws(() => open(key, utf8('infoa'), utf8('ad'), sealed), openFailed);
});

// The points whose product with any private key is zero (RFC 7748 section 6.1, RFC 9180 section 7.1.4): whoever
// planted one as a public key could open everything sealed to it.
const smallOrder = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
].map((text) => fromHex(text) ?? assert.fail());

test('a point of small order is neither sealed to nor opened from', () => {
  const key = importPrivateKey(generateKeyPair().privateKey);
  for (const point of smallOrder) {
    assert.throws(() => encapsulate(point), keyRefused, toHex(point));
    assert.throws(() => seal(point, none, none, none), keyRefused);
    assert.throws(() => open(key, none, none, concat(point, new Uint8Array(16))), openFailed);
  }
});

test('keys of another size are refused', () => {
  for (const length of [0, 31, 33, 64]) {
    assert.throws(() => seal(new Uint8Array(length).fill(9), none, none, none), keyRefused);
    assert.throws(() => importPrivateKey(new Uint8Array(length).fill(9)), keyRefused);
  }
});

test('a key that was imported keeps opening after its raw bytes are wiped', () => {
  const { publicKey, privateKey } = generateKeyPair();
  const sealed = seal(publicKey, none, none, utf8('a record'));
  const key = importPrivateKey(privateKey);
  privateKey.fill(0);
  assert.deepEqual(open(key, none, none, sealed), utf8('a record'));
});
