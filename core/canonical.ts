import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { toBase64 } from './bytes.ts';

/**
 * The JSON Canonicalization Scheme (RFC 8785) form of a JSON value. Whatever is signed, committed to or
 * compared across machines goes through here, so that two writers of one fact produce the same bytes.
 *
 * @throws TypeError if the value has no JSON form (undefined, a function, a non-finite number)
 */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('value has no JSON form');
  return text;
}

/** SHA-256 of bytes or of UTF-8 text: 32 bytes. */
export function sha256(data: Uint8Array | string): Uint8Array {
  return createHash('sha256').update(data).digest();
}

/**
 * The digest of a JSON value over its RFC 8785 form, written as an RFC 9530 member: `sha-256=:…:`.
 * `requestDigest` and `policyHash` on the wire are made with it.
 */
export function jsonDigest(value: unknown): string {
  return `sha-256=:${toBase64(sha256(canonicalJson(value)))}:`;
}
