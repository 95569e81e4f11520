import { concat, utf8 } from '#core/bytes.ts';

const LONGEST = 0xffff;

/**
 * Texts as one byte string that only those texts, in that order, give: each after its length in two bytes.
 * Without the lengths, "ab" + "c" and "a" + "bc" would be bound as the same thing.
 *
 * @returns `undefined` if a text has no UTF-8 form (lone surrogates would all become U+FFFD) or is too long
 */
export function framed(...texts: readonly string[]): Uint8Array | undefined {
  const parts: Uint8Array[] = [];
  for (const text of texts) {
    const bytes = utf8(text);
    if (!text.isWellFormed() || bytes.length > LONGEST) return undefined;
    parts.push(Uint8Array.of(bytes.length >> 8, bytes.length & 0xff), bytes);
  }
  return concat(...parts);
}
