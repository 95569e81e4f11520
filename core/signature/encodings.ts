/**
 * The one encoding of each signature and key that we take.
 *
 * Libraries differ in what else they accept (Chalkias, Garillot, Nikolaenko: "Taming the many EdDSAs",
 * 2020), and a signature that two verifiers judge differently proves nothing in court. So this is
 * decided here, before any library sees the bytes. No Node imports.
 */
import { fromHex } from '#core/bytes.ts';
import type { SignatureAlgorithm } from './profile.ts';

/** Both algorithms sign in 64 bytes: R ‖ S, and r ‖ s. */
export const SIGNATURE_BYTES = 64;

/** Order of the P-256 group (SEC 2, section 2.4.2), big-endian. */
const P256_ORDER = hex('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');
/** Order of Ed25519's prime subgroup, L, and its field's prime, 2^255 − 19 (RFC 8032 section 5.1), little-endian. */
const ED25519_ORDER = hex('1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed').reverse();
const ED25519_PRIME = hex('7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed').reverse();

/** The y coordinates of the eight points of small order, little-endian; ±x share one. */
const SMALL_ORDER_Y = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000001',
  '7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffec',
  '05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826',
  '7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7',
].map((text) => hex(text).reverse());

/** Whether a signature has the only form that its algorithm allows; says nothing about its truth. */
export function isStrictSignature(alg: SignatureAlgorithm, signature: Uint8Array): boolean {
  if (signature.length !== SIGNATURE_BYTES) return false;
  const first = signature.subarray(0, 32);
  const second = signature.subarray(32);
  if (alg === 'ed25519') {
    return isStrictEd25519Point(first) && compareLittleEndian(second, ED25519_ORDER) < 0;
  }
  // High s is left alone: WebCrypto and most signers emit it, and the nonce already makes a request
  // count once, whichever of its two signatures comes.
  return isP256Scalar(first) && isP256Scalar(second);
}

/** Whether 32 bytes are a point (RFC 8032 section 5.1.2) written canonically and not of small order. */
export function isStrictEd25519Point(encoded: Uint8Array): boolean {
  if (encoded.length !== 32) return false;
  // The top bit is the sign of x.
  if (compareLittleEndian(encoded, ED25519_PRIME, 0x7f) >= 0) return false;
  for (const small of SMALL_ORDER_Y) if (compareLittleEndian(encoded, small, 0x7f) === 0) return false;
  return true;
}

function isP256Scalar(n: Uint8Array): boolean {
  return compare(n, ZERO) > 0 && compare(n, P256_ORDER) < 0;
}

const ZERO = new Uint8Array(32);

/** Compares two big-endian numbers of the same length. */
function compare(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Compares two little-endian numbers of 32 bytes, the first without the bits of its last byte that the mask lacks. */
function compareLittleEndian(a: Uint8Array, b: Uint8Array, lastMask = 0xff): number {
  const last = ((a[31] ?? 0) & lastMask) - (b[31] ?? 0);
  if (last !== 0) return last;
  for (let i = 30; i >= 0; i--) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function hex(text: string): Uint8Array {
  return fromHex(text) ?? new Uint8Array();
}
