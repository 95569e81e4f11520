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
  publicKeyOf,
  recipient,
  sender,
  TAG_BYTES,
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
      encryptions: z.array(z.object({ aad: hex, ct: hex, pt: hex, nonce: hex })).optional(),
    }),
  )
  .parse(JSON.parse(readFileSync(new URL('../../vectors/hpke/vectors.json', import.meta.url), 'utf8')));

const none: Uint8Array = new Uint8Array();
const openFailed = { name: 'VaultError', code: 'open-failed', message: 'open-failed' };
const keyRefused = { name: 'VaultError', code: 'key-refused', message: 'key-refused' };
const sequenceSpent = { name: 'VaultError', code: 'sequence-spent' };
const bytes = (constraints: fc.IntArrayConstraints) => fc.uint8Array(constraints);

test("the KEM agrees with every one of the RFC's X25519 vectors", () => {
  assert.equal(vectors.length, 8);
  for (const v of vectors) {
    assert.deepEqual(publicKeyOf(importPrivateKey(v.skRm)), v.pkRm);
    assert.deepEqual(publicKeyOf(importPrivateKey(v.skEm)), v.pkEm);
    assert.equal(toHex(decapsulate(importPrivateKey(v.skRm), v.enc)), toHex(v.shared_secret));
  }
});

const [ours, ...others] = vectors.filter((vector) => vector.kdf_id === 1 && vector.aead_id === 2);
assert.ok(ours?.encryptions);
assert.equal(others.length, 0);
const { encryptions, ...context } = ours;

test("a context seals what the RFC's does, message by message", () => {
  assert.equal(encryptions.length, 257);
  const encapsulation = { enc: context.enc, sharedSecret: context.shared_secret };
  const { enc, seal } = sender(context.pkRm, context.info, encapsulation);
  assert.deepEqual(enc, context.enc);
  for (const [sequence, { aad, pt, ct }] of encryptions.entries()) {
    assert.equal(toHex(seal(aad, pt)), toHex(ct), `sequence ${sequence}`);
  }
});

test("a context opens what the RFC's sealed, in any order", () => {
  const { open } = recipient(importPrivateKey(context.skRm), context.info, context.enc);
  for (const [sequence, { aad, pt, ct }] of [...encryptions.entries()].reverse()) {
    assert.equal(toHex(open(sequence, aad, ct)), toHex(pt), `sequence ${sequence}`);
  }
});

test('whatever is sealed opens to the same, a tag longer and never twice alike', () => {
  const { publicKey, privateKey } = generateKeyPair();
  const key = importPrivateKey(privateKey);
  fc.assert(
    fc.property(
      bytes({ maxLength: 200 }),
      bytes({ maxLength: 40 }),
      fc.array(bytes({ maxLength: 300 }), { minLength: 1, maxLength: 5 }),
      (info, aad, texts) => {
        const { enc, seal } = sender(publicKey, info);
        const sealed = texts.map((text) => seal(aad, text));
        const { open } = recipient(key, info, enc);
        for (const [sequence, text] of texts.entries()) {
          const bytes = sealed[sequence] ?? none;
          assert.equal(bytes.length, text.length + TAG_BYTES);
          assert.deepEqual(open(sequence, aad, bytes), text);
          assert.notDeepEqual(seal(aad, text), bytes);
        }
        assert.notDeepEqual(sender(publicKey, info).enc, enc);
      },
    ),
    { numRuns: 50 },
  );
});

/** A context with one message in it, as tests change it. */
function message(info = none, aad = none, text = utf8('a record')) {
  const { publicKey, privateKey } = generateKeyPair();
  const { enc, seal } = sender(publicKey, info);
  return { key: importPrivateKey(privateKey), enc, sealed: seal(aad, text) };
}

test('any changed bit, in encapsulation, ciphertext or tag, opens nothing', () => {
  const { key, enc, sealed } = message();
  const flipped = (whole: Uint8Array, bit: number) => {
    const changed = whole.slice();
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    return changed;
  };
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const changed = flipped(sealed, bit);
    assert.throws(() => recipient(key, none, enc).open(0, none, changed), openFailed, `bit ${bit}`);
  }
  for (let bit = 0; bit < enc.length * 8; bit++) {
    // X25519 ignores the topmost bit of a public key (RFC 7748 section 5), but HPKE binds enc as it arrived.
    const changed = flipped(enc, bit);
    assert.throws(() => recipient(key, none, changed).open(0, none, sealed), openFailed, `bit ${bit} of enc`);
  }
});

test('what is cut short or has something added opens nothing, without saying which', () => {
  const { key, enc, sealed } = message();
  const { open } = recipient(key, none, enc);
  for (let length = 0; length < sealed.length; length++) {
    assert.throws(() => open(0, none, sealed.subarray(0, length)), openFailed);
  }
  assert.throws(() => open(0, none, concat(sealed, Uint8Array.of(0))), openFailed);
  for (const bad of [none, enc.subarray(1), concat(enc, Uint8Array.of(0))]) {
    assert.throws(() => recipient(key, none, bad), openFailed);
  }
});

test('another key, info, aad or sequence number opens nothing', () => {
  const { key, enc, sealed } = message(utf8('info'), utf8('aad'));
  const { open } = recipient(key, utf8('info'), enc);
  assert.deepEqual(open(0, utf8('aad'), sealed), utf8('a record'));
  const other = importPrivateKey(generateKeyPair().privateKey);
  assert.throws(() => recipient(other, utf8('info'), enc).open(0, utf8('aad'), sealed), openFailed);
  assert.throws(() => recipient(key, utf8('inf'), enc).open(0, utf8('aad'), sealed), openFailed);
  assert.throws(() => recipient(key, utf8('infoa'), enc).open(0, utf8('ad'), sealed), openFailed);
  assert.throws(() => open(0, utf8('aad2'), sealed), openFailed);
  for (const sequence of [1, 255, 256, 65_535, 65_536, -1]) {
    assert.throws(() => open(sequence, utf8('aad'), sealed), openFailed, `sequence ${sequence}`);
  }
});

test('no sequence number is used twice: the 65,536th message of a context is its last', () => {
  const { publicKey, privateKey } = generateKeyPair();
  const { enc, seal } = sender(publicKey, none);
  const { open } = recipient(importPrivateKey(privateKey), none, enc);
  const tags = new Set<string>();
  let last = none;
  for (let i = 0; i < 65_536; i++) {
    last = seal(none, none);
    tags.add(toHex(last));
  }
  assert.equal(tags.size, 65_536);
  assert.deepEqual(open(65_535, none, last), none);
  for (let i = 0; i < 3; i++) assert.throws(() => seal(none, none), sequenceSpent);
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
    assert.throws(() => sender(point, none), keyRefused);
    assert.throws(() => recipient(key, none, point), openFailed);
  }
});

test('keys of another size are refused', () => {
  for (const length of [0, 31, 33, 64]) {
    assert.throws(() => sender(new Uint8Array(length).fill(9), none), keyRefused);
    assert.throws(() => importPrivateKey(new Uint8Array(length).fill(9)), keyRefused);
  }
});

test('a key that was imported keeps opening after its raw bytes are wiped', () => {
  const { publicKey, privateKey } = generateKeyPair();
  const { enc, seal } = sender(publicKey, none);
  const sealed = seal(none, utf8('a record'));
  const key = importPrivateKey(privateKey);
  privateKey.fill(0);
  assert.deepEqual(recipient(key, none, enc).open(0, none, sealed), utf8('a record'));
});
