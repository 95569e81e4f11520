import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { concat, fromBase64, fromBase64url, sameBytes, toBase64url, toHex } from '#core/bytes.ts';

/**
 * The part of `node:crypto` that the SDK needs of core/, for browsers. WebCrypto hashes and verifies asynchronously, which
 * would make every verifier asynchronous. `dev/pack.ts` puts this module in the place of `node:crypto`;
 * test/client/browser/crypto.test.ts compares it with Node's own, which is OpenSSL.
 *
 * Nothing here knows a secret: private keys stay with WebCrypto.
 */
const digests = { sha256, sha512 } as const;
type DigestName = keyof typeof digests;
type Encoding = 'binary' | 'base64url' | 'hex';

const utf8 = new TextEncoder();
const bytesOf = (data: Uint8Array | string) => (typeof data === 'string' ? utf8.encode(data) : data);

function encoded(bytes: Uint8Array, encoding: Encoding): string {
  if (encoding === 'hex') return toHex(bytes);
  if (encoding === 'base64url') return toBase64url(bytes);
  let latin1 = '';
  for (const byte of bytes) latin1 += String.fromCharCode(byte);
  return latin1;
}

export function hash(name: DigestName, data: Uint8Array | string, encoding: 'buffer'): Uint8Array;
export function hash(name: DigestName, data: Uint8Array | string, encoding?: Encoding): string;
export function hash(
  name: DigestName,
  data: Uint8Array | string,
  encoding: Encoding | 'buffer' = 'hex',
): Uint8Array | string {
  const bytes = digests[name](bytesOf(data));
  return encoding === 'buffer' ? bytes : encoded(bytes, encoding);
}

interface Hashing {
  update(data: Uint8Array | string): Hashing;
  digest(): Uint8Array;
  digest(encoding: Encoding): string;
}

export function createHash(name: DigestName): Hashing {
  return hashing(digests[name].create());
}

export function createHmac(name: DigestName, key: Uint8Array | string): Hashing {
  return hashing(hmac.create(digests[name], bytesOf(key)));
}

function hashing(state: { update(data: Uint8Array): unknown; digest(): Uint8Array }): Hashing {
  function digest(): Uint8Array;
  function digest(encoding: Encoding): string;
  function digest(encoding?: Encoding): Uint8Array | string {
    const bytes = state.digest();
    return encoding === undefined ? bytes : encoded(bytes, encoding);
  }
  const value: Hashing = {
    update(data) {
      state.update(bytesOf(data));
      return value;
    },
    digest,
  };
  return value;
}

interface Jwk {
  kty?: string | undefined;
  crv?: string | undefined;
  x?: string | undefined;
  y?: string | undefined;
}

/** A public key: Ed25519, or one to sign or agree with on P-256, or X25519. */
export class KeyObject {
  readonly type = 'public';
  readonly #jwk: Jwk;
  /** Ed25519 and X25519: 32 bytes as they came. P-256: 04 ‖ x ‖ y. */
  readonly bytes: Uint8Array;

  constructor(jwk: Jwk, bytes: Uint8Array) {
    this.#jwk = jwk;
    this.bytes = bytes;
  }

  get curve(): string | undefined {
    return this.#jwk.crv;
  }

  export(_options: { format: 'jwk' }): Jwk {
    return { ...this.#jwk };
  }
}

/** @throws Error for what is no public key of a kind that is used here, or a point that is not on its curve */
export function createPublicKey(given: string | { format: 'jwk'; key: Jwk }): KeyObject {
  return typeof given === 'string' ? keyOfPem(given) : keyOfJwk(given.key);
}

function keyOfJwk({ kty, crv, x = '', y = '' }: Jwk): KeyObject {
  const first = fromBase64url(x);
  const isEdwards = kty === 'OKP' && (crv === 'Ed25519' || crv === 'X25519');
  if (isEdwards && first?.length === 32) return new KeyObject({ kty, crv, x }, first);
  const second = fromBase64url(y);
  if (kty !== 'EC' || crv !== 'P-256' || first?.length !== 32 || second?.length !== 32)
    throw new Error('not a public key that is used here');
  return p256Key(concat(Uint8Array.of(4), first, second));
}

/** @throws if the point is not on the curve */
function p256Key(point: Uint8Array): KeyObject {
  const bytes = p256.Point.fromBytes(point).toBytes(false);
  const [x, y] = [toBase64url(bytes.subarray(1, 33)), toBase64url(bytes.subarray(33))];
  return new KeyObject({ kty: 'EC', crv: 'P-256', x, y }, bytes);
}

/** SubjectPublicKeyInfo up to the key itself: RFC 8410 section 4, and RFC 5480 section 2.2 with either form of a point. */
const spki = [
  { head: '302a300506032b6570032100', length: 32, crv: 'Ed25519' },
  { head: '3059301306072a8648ce3d020106082a8648ce3d030107034200', length: 65, crv: 'P-256' },
  { head: '3039301306072a8648ce3d020106082a8648ce3d030107032200', length: 33, crv: 'P-256' },
] as const;

function keyOfPem(pem: string): KeyObject {
  const [, text = ''] = /-----BEGIN PUBLIC KEY-----([^-]*)-----END PUBLIC KEY-----/.exec(pem) ?? [];
  const der = fromBase64(text.replaceAll(/\s/g, '')) ?? new Uint8Array();
  const form = spki.find(
    ({ head, length }) => der.length === head.length / 2 + length && toHex(der).startsWith(head),
  );
  if (form === undefined) throw new Error('not a public key that is used here');
  const key = der.slice(-form.length);
  return form.crv === 'P-256' ? p256Key(key) : keyOfJwk({ kty: 'OKP', crv: form.crv, x: toBase64url(key) });
}

/** Verifies as OpenSSL does: Ed25519 (`null`), or ECDSA over SHA-256 with a signature of r ‖ s. */
export function verify(
  algorithm: 'sha256' | null,
  data: Uint8Array,
  given: KeyObject | { key: KeyObject; dsaEncoding: 'ieee-p1363' },
  signature: Uint8Array,
): boolean {
  const key = given instanceof KeyObject ? given : given.key;
  if (algorithm === null && key.curve === 'Ed25519') return isEd25519(data, key.bytes, signature);
  if (algorithm !== 'sha256' || key.curve !== 'P-256') throw new Error('not this key’s algorithm');
  return isEcdsa(data, key.bytes, signature);
}

function isEcdsa(data: Uint8Array, key: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 64) return false;
  // OpenSSL accepts a high s, and so does this.
  return p256.verify(signature, data, key, { lowS: false, prehash: true, format: 'compact' });
}

/**
 * Verifies Ed25519 as OpenSSL does: S is below the group's order, and R is, to the byte, the encoding of S·B − k·A. The
 * library's own `verify` multiplies by the cofactor, as RFC 8032 allows, and accepts signatures over points of mixed order
 * that OpenSSL refuses: a message would verify here and not there.
 */
function isEd25519(data: Uint8Array, key: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 64) return false;
  const { Point } = ed25519;
  const [r, s] = [signature.subarray(0, 32), littleEndian(signature.subarray(32))];
  if (s >= Point.Fn.ORDER) return false;
  let a: InstanceType<typeof Point>;
  try {
    // OpenSSL accepts an encoding that is not canonical. Callers that refuse one have checked before.
    a = Point.fromBytes(key, true);
  } catch {
    return false;
  }
  const k = littleEndian(sha512(concat(r, key, data))) % Point.Fn.ORDER;
  return sameBytes(Point.BASE.multiplyUnsafe(s).subtract(a.multiplyUnsafe(k)).toBytes(), r);
}

const littleEndian = (bytes: Uint8Array) => BigInt(`0x${toHex(bytes.toReversed())}`);
