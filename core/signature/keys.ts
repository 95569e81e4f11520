/**
 * Public keys: taken in as PEM or JWK, known by their RFC 7638 thumbprint.
 *
 * By convention that thumbprint is the key id on the wire, and what people compare by telephone.
 */
import { createPublicKey, hash, type KeyObject } from 'node:crypto';
import { fromBase64url, toHex, utf8 } from '#core/bytes.ts';
import { isStrictEd25519Point } from './encodings.ts';
import { SignatureError } from './errors.ts';
import type { SignatureAlgorithm } from './profile.ts';

export type PublicJwk =
  | { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string }
  | { readonly kty: 'EC'; readonly crv: 'P-256'; readonly x: string; readonly y: string };

export interface VerificationKey {
  readonly alg: SignatureAlgorithm;
  readonly keyObject: KeyObject;
  /** The public part alone, in its canonical form: fit for publishing and storing. */
  readonly jwk: PublicJwk;
  /** SHA-256, base64url (RFC 7638). */
  readonly thumbprint: string;
}

/**
 * Takes a public key in.
 *
 * @param key - a PEM text (`BEGIN PUBLIC KEY`, nothing else in it) or a JWK object, of whatever origin
 * @throws SignatureError `key-refused`: another kind of key, a private one (a caller who sends us that has
 * lost it), one for another use or algorithm, coordinates not canonical or off the curve, an Ed25519 key of
 * small order
 */
export function importPublicKey(key: unknown): VerificationKey {
  const jwk = publicJwk(typeof key === 'string' ? jwkOfPem(key) : key);
  return {
    alg: jwk.kty === 'OKP' ? 'ed25519' : 'ecdsa-p256-sha256',
    keyObject: orRefuse(() => createPublicKey({ format: 'jwk', key: { ...jwk } })),
    jwk,
    thumbprint: thumbprint(jwk),
  };
}

/** The RFC 7638 thumbprint of a key: SHA-256 over its required members in order of name, base64url. */
export function thumbprint(jwk: PublicJwk): string {
  const { kty, crv, x } = jwk;
  const members = jwk.kty === 'OKP' ? { crv, kty, x } : { crv, kty, x, y: jwk.y };
  return hash('sha256', utf8(JSON.stringify(members)), 'base64url');
}

function publicJwk(key: unknown): PublicJwk {
  if (typeof key !== 'object' || key === null || 'd' in key) throw new SignatureError('key-refused');
  const { kty, crv, x, y, alg, use, key_ops: operations } = key as Record<string, unknown>;
  // RFC 7517 sections 4.2 to 4.4: the author of these members relies on nobody using the key otherwise.
  if (use !== undefined && use !== 'sig') throw new SignatureError('key-refused');
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) {
    throw new SignatureError('key-refused');
  }
  if (alg !== undefined && !JWK_ALGORITHMS.get(crv)?.includes(alg)) throw new SignatureError('key-refused');
  if (kty === 'OKP' && crv === 'Ed25519' && isCoordinate(x) && isEd25519Key(coordinate(x))) {
    return { kty, crv, x };
  }
  if (kty === 'EC' && crv === 'P-256' && isCoordinate(x) && isCoordinate(y)) return { kty, crv, x, y };
  throw new SignatureError('key-refused');
}

/** The `alg` of a JWK on each curve: RFC 8037 section 3.1 with RFC 9864 section 2.2, and RFC 7518 section 3.4. */
const JWK_ALGORITHMS = new Map<unknown, readonly unknown[]>([
  ['Ed25519', ['EdDSA', 'Ed25519']],
  ['P-256', ['ES256']],
]);

const P = 2n ** 255n - 19n;
/** −121665 / 121666, the constant of the curve (RFC 8032 section 5.1). */
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;

/**
 * Whether 32 bytes are a strict Ed25519 key and on the curve. OpenSSL finds the latter out only as it verifies, and
 * then says that the signature is wrong.
 */
function isEd25519Key(encoded: Uint8Array): boolean {
  if (!isStrictEd25519Point(encoded)) return false;
  const y = BigInt(`0x${toHex(encoded.toReversed())}`) & (2n ** 255n - 1n);
  // x² = (y² − 1) / (d·y² + 1) has a root if and only if the product of the two does, which Euler's criterion tells.
  const square = (y * y) % P;
  return power(((square - 1n) * ((D * square + 1n) % P)) % P, (P - 1n) / 2n) === 1n;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let e = exponent, factor = base; e > 0n; e >>= 1n, factor = (factor * factor) % P) {
    if (e & 1n) result = (result * factor) % P;
  }
  return result;
}

function isCoordinate(value: unknown): value is string {
  return typeof value === 'string' && coordinate(value).length === 32;
}

function coordinate(value: string): Uint8Array {
  return fromBase64url(value) ?? new Uint8Array();
}

function jwkOfPem(pem: string): unknown {
  // Node also takes private keys and certificates here, and reads past what surrounds the block.
  if (!PUBLIC_PEM.test(pem)) throw new SignatureError('key-refused');
  return orRefuse(() => createPublicKey(pem).export({ format: 'jwk' }));
}

const PUBLIC_PEM =
  /^\s*-----BEGIN PUBLIC KEY-----\r?\n[A-Za-z0-9+/=\r\n]{1,1000}-----END PUBLIC KEY-----\s*$/;

/** OpenSSL's errors say more than a caller needs; the code is enough. */
function orRefuse<T>(attempt: () => T): T {
  try {
    return attempt();
  } catch {
    throw new SignatureError('key-refused');
  }
}
