import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  decapsulate as dhkemDecapsulate,
  encapsulate as dhkemEncapsulate,
  type KeyObject,
  randomFillSync,
} from 'node:crypto';
import { z } from 'zod';
import { concat, fromBase64url, fromHex, toBase64url, utf8 } from '#core/bytes.ts';
import { VaultError } from './errors.ts';

/**
 * HPKE (RFC 9180), base mode, and one suite: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. One encapsulation
 * carries any number of messages, told apart by their sequence numbers (section 5.2).
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

/** Of a raw key, public or private. */
const KEY_BYTES = 32;
/** Of an encapsulation. */
export const ENC_BYTES = 32;
/** What sealing adds to a plaintext. */
export const TAG_BYTES = 16;
const NONCE_BYTES = 12;
const AEAD = 'aes-256-gcm';

/** Ours, far below the RFC's 2^96 - 1: a sequence number is stored in two bytes. */
const LAST_SEQUENCE = 0xffff;

/**
 * A new key pair. The private key never becomes a string, so that the caller can wipe it for good.
 */
export function generateKeyPair(): KeyPair {
  // Any 32 bytes are an X25519 private key (RFC 7748 section 5); clamping happens on use.
  const privateKey = randomFillSync(new Uint8Array(KEY_BYTES));
  return { publicKey: publicKeyOf(importPrivateKey(privateKey)), privateKey };
}

const PKCS8 = fromHex('302e020100300506032b656e04220420') ?? new Uint8Array();

/** A raw private key, ready for `recipient`. Costs about as much as decapsulating, so import once and open many. */
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
    const key = { kty: 'OKP', crv: 'X25519', x: toBase64url(publicKey) };
    const { ciphertext, sharedKey } = dhkemEncapsulate({ key, format: 'jwk' });
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

/** Seals, each time under the next sequence number, from 0. `enc` is what the recipient needs once. */
export interface Sender {
  enc: Uint8Array;
  /**
   * @returns ciphertext, tag (16 bytes)
   * @throws VaultError `sequence-spent` after 65,536 messages: one more would repeat a nonce, which breaks both
   */
  seal(aad: Uint8Array, plaintext: Uint8Array): Uint8Array;
}

/**
 * The context of one encapsulation to a raw public key (section 5.1.1, SetupBaseS, and 5.2, Context.Seal).
 *
 * @param encapsulation only for published vectors: one encapsulation used for two contexts breaks both
 * @throws VaultError `key-refused`
 */
export function sender(
  publicKey: Uint8Array,
  info: Uint8Array,
  encapsulation: Encapsulation = encapsulate(publicKey),
): Sender {
  const { key, baseNonce } = keySchedule(encapsulation.sharedSecret, info);
  let next = 0;
  return {
    enc: encapsulation.enc,
    seal(aad, plaintext) {
      if (next > LAST_SEQUENCE) throw new VaultError('sequence-spent');
      const cipher = createCipheriv(AEAD, key, nonceOf(baseNonce, next++), { authTagLength: TAG_BYTES });
      cipher.setAAD(aad);
      return concat(cipher.update(plaintext), cipher.final(), cipher.getAuthTag());
    },
  };
}

/** Opens what its sender sealed, in any order. */
export interface Recipient {
  /** @throws VaultError `open-failed`, whatever the reason */
  open(sequence: number, aad: Uint8Array, sealed: Uint8Array): Uint8Array;
}

/**
 * The context of an encapsulation to a private key (section 5.1.1, SetupBaseR, and 5.2, Context.Open). Order is the
 * caller's: it stores the sequence number of each message, where the RFC counts.
 *
 * @throws VaultError `open-failed`
 */
export function recipient(privateKey: KeyObject, info: Uint8Array, enc: Uint8Array): Recipient {
  const { key, baseNonce } = keySchedule(decapsulate(privateKey, enc), info);
  return {
    open(sequence, aad, sealed) {
      try {
        const nonce = nonceOf(baseNonce, sequence);
        const decipher = createDecipheriv(AEAD, key, nonce, { authTagLength: TAG_BYTES });
        decipher.setAAD(aad);
        decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
        return concat(decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final());
      } catch {
        throw new VaultError('open-failed');
      }
    },
  };
}

/** Section 5.2, ComputeNonce, for numbers of two bytes. @throws RangeError for another number */
function nonceOf(baseNonce: Uint8Array, sequence: number): Uint8Array {
  const nonce = Buffer.from(baseNonce);
  nonce.writeUInt16BE(nonce.readUInt16BE(NONCE_BYTES - 2) ^ sequence, NONCE_BYTES - 2);
  return nonce;
}

// What LabeledExtract and LabeledExpand put in front (section 4): the version, the suite, which is "HPKE" with the
// ids of KEM, KDF and AEAD (section 5.1), and the label. Expand puts the length it makes before that.
const SUITE = concat(utf8('HPKE-v1HPKE'), Uint8Array.of(0x00, 0x20, 0x00, 0x01, 0x00, 0x02));
const PSK_ID_HASH = concat(SUITE, utf8('psk_id_hash'));
const INFO_HASH = concat(SUITE, utf8('info_hash'));
const SECRET = concat(SUITE, utf8('secret'));
const KEY = concat(Uint8Array.of(0, KEY_BYTES), SUITE, utf8('key'));
const BASE_NONCE = concat(Uint8Array.of(0, NONCE_BYTES), SUITE, utf8('base_nonce'));

const NO_SALT = new Uint8Array();
const FIRST_ROUND = Uint8Array.of(1);
const BASE_MODE = concat(Uint8Array.of(0x00), hmac(NO_SALT, PSK_ID_HASH));

/** Section 5.1, for base mode. */
function keySchedule(sharedSecret: Uint8Array, info: Uint8Array): { key: Uint8Array; baseNonce: Uint8Array } {
  const infoHash = hmac(NO_SALT, INFO_HASH, info);
  const secret = hmac(sharedSecret, SECRET);
  return {
    key: expand(secret, KEY, BASE_MODE, infoHash),
    baseNonce: expand(secret, BASE_NONCE, BASE_MODE, infoHash).subarray(0, NONCE_BYTES),
  };
}

/** HKDF-Expand for up to 32 bytes, which is its first round (RFC 5869 section 2.3). */
function expand(prk: Uint8Array, ...info: Uint8Array[]): Uint8Array {
  return hmac(prk, ...info, FIRST_ROUND);
}

/** HMAC-SHA256, which HKDF-Extract is too, with the salt as key (RFC 5869 section 2.2). */
function hmac(key: Uint8Array, ...message: Uint8Array[]): Uint8Array {
  return createHmac('sha256', key)
    .update(concat(...message))
    .digest();
}
