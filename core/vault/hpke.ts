import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  decapsulate as dhkemDecapsulate,
  encapsulate as dhkemEncapsulate,
  hash,
  type KeyObject,
  randomFillSync,
} from 'node:crypto';
import { z } from 'zod';
import { concat, fromBase64url, fromHex, toBase64url, utf8 } from '#core/bytes.ts';
import { VaultError } from './errors.ts';

/**
 * HPKE (RFC 9180), base mode, single-shot, and one suite: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.
 *
 * The KEM is OpenSSL's own: for X25519 keys `crypto.encapsulate` is RFC 9180's DHKEM (Node ≥ 24.7), refuses an
 * all-zero shared secret (section 7.1.4) and is faster than generating and deriving in two calls. What is left
 * is the key schedule and the AEAD. test/core/vault/hpke.test.ts holds both against the published vectors.
 */

/** Both as raw bytes, 32 each (RFC 9180 section 7.1). */
export interface KeyPair {
  publicKey: Uint8Array;
  privateKey: Uint8Array;
}

/** What a KEM gives the sender: bytes for the recipient, and the secret that both now share. */
export interface Encapsulation {
  enc: Uint8Array;
  sharedSecret: Uint8Array;
}

const KEY_BYTES = 32;
const ENC_BYTES = 32;
const TAG_BYTES = 16;
const NONCE_BYTES = 12;
const AEAD = 'aes-256-gcm';

/** What sealing adds to a plaintext. */
export const SEAL_OVERHEAD_BYTES = ENC_BYTES + TAG_BYTES;

/**
 * A new key pair. The private key never becomes a string, so that the caller can wipe it for good.
 */
export function generateKeyPair(): KeyPair {
  // Any 32 bytes are an X25519 private key (RFC 7748 section 5); clamping happens on use.
  const privateKey = randomFillSync(new Uint8Array(KEY_BYTES));
  return { publicKey: publicKeyOf(importPrivateKey(privateKey)), privateKey };
}

const PKCS8 = fromHex('302e020100300506032b656e04220420') ?? new Uint8Array();

/** A raw private key, ready for `open`. Costs about as much as opening, so import once and open many. */
export function importPrivateKey(raw: Uint8Array): KeyObject {
  if (raw.length !== KEY_BYTES) throw new VaultError('key-refused');
  const der = concat(PKCS8, raw);
  try {
    return createPrivateKey({ key: Buffer.from(der.buffer), format: 'der', type: 'pkcs8' });
  } finally {
    der.fill(0);
  }
}

const publicJwk = z.object({ x: z.string() });

/** The raw public key of a private key. By way of the JWK, which costs a twentieth of exporting SPKI. */
export function publicKeyOf(privateKey: KeyObject): Uint8Array {
  const { x } = publicJwk.parse(createPublicKey(privateKey).export({ format: 'jwk' }));
  const raw = fromBase64url(x);
  if (raw?.length !== KEY_BYTES) throw new VaultError('key-refused');
  return raw;
}

/**
 * Encapsulates to a raw public key (section 4.1, Encap).
 *
 * @throws VaultError `key-refused` for a key of the wrong size or a point of small order, which would make the
 *   shared secret zero and so known to everyone
 */
export function encapsulate(publicKey: Uint8Array): Encapsulation {
  try {
    const jwk = { kty: 'OKP', crv: 'X25519', x: toBase64url(publicKey) };
    const { ciphertext, sharedKey } = dhkemEncapsulate(createPublicKey({ key: jwk, format: 'jwk' }));
    return { enc: ciphertext, sharedSecret: sharedKey };
  } catch {
    throw new VaultError('key-refused');
  }
}

/**
 * The shared secret of an encapsulation (section 4.1, Decap).
 *
 * @throws VaultError `open-failed`
 */
export function decapsulate(privateKey: KeyObject, enc: Uint8Array): Uint8Array {
  try {
    return dhkemDecapsulate(privateKey, enc);
  } catch {
    throw new VaultError('open-failed');
  }
}

/**
 * Seals to a raw public key (section 6.1, SealBase).
 *
 * @param encapsulation only for published vectors: one encapsulation used for two messages breaks both
 * @returns enc (32 bytes), ciphertext, tag (16 bytes)
 * @throws VaultError `key-refused`
 */
export function seal(
  publicKey: Uint8Array,
  info: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
  encapsulation: Encapsulation = encapsulate(publicKey),
): Uint8Array {
  const { key, nonce } = keySchedule(encapsulation.sharedSecret, info);
  const cipher = createCipheriv(AEAD, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(aad);
  return concat(encapsulation.enc, cipher.update(plaintext), cipher.final(), cipher.getAuthTag());
}

/**
 * Opens what was sealed to a private key (section 6.1, OpenBase).
 *
 * @throws VaultError `open-failed`, whatever the reason
 */
export function open(
  privateKey: KeyObject,
  info: Uint8Array,
  aad: Uint8Array,
  sealed: Uint8Array,
): Uint8Array {
  if (sealed.length < SEAL_OVERHEAD_BYTES) throw new VaultError('open-failed');
  const { key, nonce } = keySchedule(decapsulate(privateKey, sealed.subarray(0, ENC_BYTES)), info);
  try {
    const decipher = createDecipheriv(AEAD, key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(aad);
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    return concat(decipher.update(sealed.subarray(ENC_BYTES, -TAG_BYTES)), decipher.final());
  } catch {
    throw new VaultError('open-failed');
  }
}

/** Of SHA-256. */
const BLOCK_BYTES = 64;

// What LabeledExtract and LabeledExpand put in front (section 4): the version, the suite, which is "HPKE" with the
// ids of KEM, KDF and AEAD (section 5.1), and the label. Expand puts the length it makes before that.
const SUITE = concat(utf8('HPKE-v1HPKE'), Uint8Array.of(0x00, 0x20, 0x00, 0x01, 0x00, 0x02));
const PSK_ID_HASH = concat(SUITE, utf8('psk_id_hash'));
const INFO_HASH = concat(SUITE, utf8('info_hash'));
const SECRET = concat(SUITE, utf8('secret'));
const KEY = concat(Uint8Array.of(0, KEY_BYTES), SUITE, utf8('key'));
const BASE_NONCE = concat(Uint8Array.of(0, NONCE_BYTES), SUITE, utf8('base_nonce'));

const NO_SALT = new Uint8Array();
const BASE_MODE = concat(Uint8Array.of(0x00), hmac(NO_SALT, PSK_ID_HASH));

/** Section 5.1, for base mode; the nonce of the first and only message is the base nonce itself. */
function keySchedule(sharedSecret: Uint8Array, info: Uint8Array): { key: Uint8Array; nonce: Uint8Array } {
  const context = concat(BASE_MODE, hmac(NO_SALT, INFO_HASH, info));
  const secret = hmac(sharedSecret, SECRET);
  return {
    key: expand(secret, KEY, context),
    nonce: expand(secret, BASE_NONCE, context).subarray(0, NONCE_BYTES),
  };
}

/** HKDF-Expand for up to 32 bytes, which is its first round (RFC 5869 section 2.3). */
function expand(prk: Uint8Array, label: Uint8Array, info: Uint8Array): Uint8Array {
  return hmac(prk, label, info, Uint8Array.of(1));
}

/**
 * HMAC-SHA256 for keys of at most a block, which HKDF-Extract is too, with the salt as key. Two one-shot hashes
 * take a fraction of what `createHmac` does.
 */
function hmac(key: Uint8Array, ...message: Uint8Array[]): Uint8Array {
  const inner = hash('sha256', concat(pad(key, 0x36), ...message), 'buffer');
  return hash('sha256', concat(pad(key, 0x5c), inner), 'buffer');
}

function pad(key: Uint8Array, byte: number): Uint8Array {
  const block = new Uint8Array(BLOCK_BYTES).fill(byte);
  for (let i = 0; i < key.length; i++) block[i] = (key[i] ?? 0) ^ byte;
  return block;
}
