import { fromBase64url, toHex } from '#core/bytes.ts';

/**
 * A key's thumbprint as people read it to each other. RFC 7638 gives 43 characters of base64url, in which case counts and
 * `l`, `I`, `1` look alike. Beside them stand the same bytes in hex, and twelve words.
 */

/** Bits in a word: its place in BIP-39's list of 2,048, of which no two begin with the same four letters. */
const wordBits = 11;
const wordCount = 12;
const perLine = 6;

/**
 * The first 132 bits of a thumbprint as words of BIP-39's English list: who wants another key with the same words has to make
 * 2¹³² keys. A mnemonic of BIP-39 is made the same way; its last word also holds a checksum, which a thumbprint has not.
 *
 * @param thumbprint an RFC 7638 thumbprint: SHA-256, in base64url
 */
export async function wordsOf(thumbprint: string): Promise<string[]> {
  // Most commands show no thumbprint, and need not wait for the list.
  const { wordlist } = await import('@scure/bip39/wordlists/english.js');
  const bits = BigInt(`0x${toHex(bytesOf(thumbprint))}`);
  return Array.from({ length: wordCount }, (_, i) => {
    const place = (bits >> BigInt(256 - wordBits * (i + 1))) & 2047n;
    return wordlist[Number(place)] ?? '';
  });
}

/** The whole thumbprint in hex: 16 groups of four digits. */
export function hexOf(thumbprint: string): string[] {
  return toHex(bytesOf(thumbprint)).match(/.{4}/g) ?? [];
}

/** A thumbprint as people compare it: as it is, in words, in hex. Five lines, of at most 53 characters. */
export async function comparable(thumbprint: string): Promise<string> {
  if (!isThumbprint(thumbprint)) return thumbprint;
  const said = [...lines(await wordsOf(thumbprint), perLine), ...lines(hexOf(thumbprint), 8)];
  return [thumbprint, ...said].join('\n');
}

/** The same, for machines. */
export async function wordsAndHex(thumbprint: string) {
  const words = (await wordsOf(thumbprint)).join(' ');
  return { thumbprint, words, hex: hexOf(thumbprint).join(' ') };
}

/** Thumbprints for a person to compare, indented. @param keys each with what it is for, where that is to be said */
export async function comparables(keys: Iterable<{ what?: string; thumbprint: string }>): Promise<string> {
  const blocks: string[] = [];
  for (const { what, thumbprint } of keys) {
    const shown = (await comparable(thumbprint)).replaceAll(/^/gm, what === undefined ? '  ' : '    ');
    blocks.push(what === undefined ? shown : `  ${what}\n${shown}`);
  }
  return blocks.join('\n');
}

function lines(parts: readonly string[], each: number): string[] {
  return Array.from({ length: Math.ceil(parts.length / each) }, (_, i) =>
    parts.slice(i * each, (i + 1) * each).join(' '),
  );
}

/** 32 bytes in base64url, without padding. */
export const isThumbprint = (text: string) => /^[\w-]{42}[AEIMQUYcgkosw048]$/.test(text);

/** @throws TypeError for what is no thumbprint */
function bytesOf(thumbprint: string): Uint8Array {
  const bytes = isThumbprint(thumbprint) ? fromBase64url(thumbprint) : undefined;
  if (bytes === undefined) throw new TypeError('no thumbprint');
  return bytes;
}
