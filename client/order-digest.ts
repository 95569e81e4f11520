import { sha256 } from '@noble/hashes/sha2.js';
import { fromBase64, fromHex, toBase64, toHex } from '#core/bytes.ts';

/**
 * The SHA-256 of an order's file in both spellings: as `sha256sum` prints it, for a person who compares, and as requests
 * hold it.
 */
export interface OrderDigests {
  /** 64 lower-case hexadecimal digits. */
  hex: string;
  /** The RFC 9530 member, `sha-256=:…:`. */
  member: string;
}

export function orderDigests(bytes: Uint8Array): OrderDigests {
  return bothOf(sha256(bytes));
}

/**
 * Reads either spelling. Some tools print hexadecimal digits in capitals.
 *
 * @returns undefined for what is neither
 */
export function readOrderDigest(text: string): OrderDigests | undefined {
  const [, base64] = /^sha-256=:(.{44}):$/.exec(text) ?? [];
  const hash = base64 === undefined ? fromHex(text.toLowerCase()) : fromBase64(base64);
  return hash?.length === 32 ? bothOf(hash) : undefined;
}

function bothOf(hash: Uint8Array): OrderDigests {
  return { hex: toHex(hash), member: `sha-256=:${toBase64(hash)}:` };
}
