import { hash } from 'node:crypto';
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

/**
 * Whether a text is the RFC 8785 form of the value that `JSON.parse` reads from it.
 *
 * A member that stands there twice, a space or another spelling of a text or number is gone from the value, and so
 * from what is made of the value again. Where names ascend, `JSON.stringify` makes the RFC 8785 form several times as
 * fast as `canonicalJson`, which decides all else.
 */
export function isCanonical(text: string, value: unknown): boolean {
  // RFC 8785 has no form for a lone surrogate, which JSON.stringify writes as such an escape.
  if (JSON.stringify(value) === text && doNamesAscend(value) && !text.includes('\\ud')) return true;
  try {
    return canonicalJson(value) === text;
  } catch {
    return false;
  }
}

/** Of JSON values. For millions of entries: `Object.entries` would make a list of each. */
function doNamesAscend(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((item) => typeof item !== 'object' || doNamesAscend(item));
  if (!isObject(value)) return true;
  let before = '';
  for (const name in value) {
    if (before > name) return false;
    const member = value[name];
    if (typeof member === 'object' && !doNamesAscend(member)) return false;
    before = name;
  }
  return true;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** SHA-256 of bytes or of UTF-8 text: 32 bytes. */
export function sha256(data: Uint8Array | string): Uint8Array {
  return new Uint8Array(hash('sha256', data, 'buffer'));
}

/**
 * The digest of a JSON value over its RFC 8785 form, written as an RFC 9530 member: `sha-256=:…:`.
 * `requestDigest` and `policyHash` on the wire are made with it.
 */
export function jsonDigest(value: unknown): string {
  return digestMember(canonicalJson(value));
}

/** The SHA-256 of bytes or of UTF-8 text, written as an RFC 9530 member: `sha-256=:…:`. */
export function digestMember(data: Uint8Array | string): string {
  return `sha-256=:${toBase64(sha256(data))}:`;
}
