const LONGEST = 0xffff;

/**
 * Texts as one byte string that only those texts, in that order, give: each after its length in two bytes.
 * Without the lengths, "ab" + "c" and "a" + "bc" would be bound as the same thing.
 *
 * @returns `undefined` if a text has no UTF-8 form (lone surrogates would all become U+FFFD) or is too long
 */
export function framed(...texts: readonly string[]): Uint8Array | undefined {
  const whole = Buffer.allocUnsafe(texts.reduce((length, text) => length + 2 + Buffer.byteLength(text), 0));
  let at = 0;
  for (const text of texts) {
    const length = whole.write(text, at + 2);
    if (length > LONGEST || !text.isWellFormed()) return undefined;
    at = whole.writeUInt16BE(length, at) + length;
  }
  return whole;
}
