import { concat } from '#core/bytes.ts';

/**
 * ECDSA's two numbers from DER (`SEQUENCE { INTEGER r, INTEGER s }`, RFC 3279 section 2.2.3), each to 32 bytes: cards, KMS
 * and passkeys write DER, signatures of ours are r ‖ s.
 *
 * @returns undefined for anything else
 */
export function rawOfDer(der: Uint8Array): Uint8Array | undefined {
  if (der[0] !== 0x30 || der[1] !== der.length - 2) return undefined;
  const numbers: Uint8Array[] = [];
  for (let at = 2; at < der.length; ) {
    const length = der[at + 1] ?? 0;
    if (der[at] !== 0x02 || length === 0 || length > 33) return undefined;
    const number = der.subarray(at + 2, at + 2 + length);
    const positive = number[0] === 0 ? number.subarray(1) : number;
    numbers.push(concat(new Uint8Array(Math.max(0, 32 - positive.length)), positive));
    at += 2 + length;
  }
  return numbers.length === 2 ? concat(...numbers) : undefined;
}
