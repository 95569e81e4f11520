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
/** Order of Ed25519's prime subgroup, L, and its field's prime, 2^255 − 19 (RFC 8032 section 5.1). */
const ED25519_ORDER = hex('1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed');
const ED25519_PRIME = hex('7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed');

/** The y coordinates of the eight points of small order; ±x share one. */
const SMALL_ORDER_Y = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000001',
  '7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffec',
  '05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826',
  '7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7',
].map(hex);

/** Whether a signature has the only form that its algorithm allows; says nothing about its truth. */
export function isStrictSignature(alg: SignatureAlgorithm, signature: Uint8Array): boolean {
  if (signature.length !== SIGNATURE_BYTES) return false;
  const first = signature.subarray(0, 32);
  const second = signature.subarray(32);
  if (alg === 'ed25519') {
    return isStrictEd25519Point(first) && compare(second.toReversed(), ED25519_ORDER) < 0;
  }
  // High s is left alone: WebCrypto and most signers emit it, and the nonce already makes a request
  // count once, whichever of its two signatures comes.
  return [first, second].every((n) => compare(n, ZERO) > 0 && compare(n, P256_ORDER) < 0);
}

/** Whether 32 bytes are a point (RFC 8032 section 5.1.2) written canonically and not of small order. */
export function isStrictEd25519Point(encoded: Uint8Array): boolean {
  if (encoded.length !== 32) return false;
  const y = encoded.toReversed();
  y[0] = (y[0] ?? 0) & 0x7f; // The top bit is the sign of x.
  return compare(y, ED25519_PRIME) < 0 && SMALL_ORDER_Y.every((small) => compare(y, small) !== 0);
}

const ZERO = new Uint8Array(32);

/** Compares two big-endian numbers of the same length. */
function compare(a: Uint8Array, b: Uint8Array): number {
  for (const [i, byte] of a.entries()) {
    const difference = byte - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function hex(text: string): Uint8Array {
  return fromHex(text) ?? new Uint8Array();
}
