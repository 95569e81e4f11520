import { createHmac } from 'node:crypto';
import { toBase64url, utf8 } from '#core/bytes.ts';

/**
 * The code in the letter to a person, which opens what is kept for them: 26 random symbols, which are 130 bits, and two
 * that check them, in seven groups of four. Symbols are Crockford's base32: no I, L, O and U, so that nobody takes one
 * sign for another. The checks are those of a Reed–Solomon code over GF(32): whichever one or two symbols are wrong, or
 * change places, the code is refused.
 *
 * It is a secret. Whoever has it reads what the letter says; the server is asked by a tag that leads back to no code.
 */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const secretSymbols = 26;
const codeSymbols = secretSymbols + 2;

/** A code as it is typed and printed, in its one spelling: `7K3M-0PQR-…`. */
export type NoticeCode = string & { readonly spelled: 'notice-code' };

/** GF(32), made by x^5 + x^2 + 1: powers of its generator 2, and their logarithms. */
const powers = powersOf(31);
const logarithms = new Map(powers.map((power, i) => [power, i]));

function powersOf(n: number): number[] {
  const list = [1];
  while (list.length < n) {
    const next = (list.at(-1) ?? 0) << 1;
    list.push(next > 31 ? next ^ 0b100101 : next);
  }
  return list;
}

const power = (exponent: number): number => powers[((exponent % 31) + 31) % 31] ?? 0;
const log = (value: number): number => logarithms.get(value) ?? 0;
const times = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : power(log(a) + log(b)));
const dividedBy = (a: number, b: number): number => (a === 0 ? 0 : power(log(a) - log(b)));

/** The symbols at the powers of the generator, and of its square: both are zero for a code that is whole. */
function sums(symbols: readonly number[]): [number, number] {
  const sum = (step: number) =>
    symbols.reduce((total, symbol, i) => total ^ times(symbol, power(step * i)), 0);
  return [sum(1), sum(2)];
}

/** The two symbols after the secret ones with which both sums are zero. */
function checksOf(secret: readonly number[]): [number, number] {
  const [first, second] = sums(secret);
  const [a, b] = [power(secretSymbols), power(secretSymbols + 1)];
  const one = dividedBy(second ^ times(b, first), times(a, a ^ b));
  return [one, dividedBy(first ^ times(a, one), b)];
}

/** The code of a secret. @param secret 26 bytes, of which five bits each count */
export function codeOf(secret: Uint8Array): NoticeCode {
  if (secret.length !== secretSymbols) throw new RangeError('a code is made of 26 bytes');
  const symbols = [...secret].map((byte) => byte & 31);
  return spelled([...symbols, ...checksOf(symbols)]);
}

/** A code as a person types it, in capitals or not, with its groups or without. @returns undefined where it is none */
export function parseCode(typed: string): NoticeCode | undefined {
  const symbols = symbolsIn(typed).map(({ symbol }) => symbol);
  if (symbols.length !== codeSymbols || symbols.includes(-1)) return undefined;
  return sums(symbols).every((sum) => sum === 0) ? spelled(symbols) : undefined;
}

/** What is typed, sign by sign: the symbol that each stands for, -1 where none. */
function symbolsIn(typed: string): { sign: string; symbol: number }[] {
  const signs = [...typed.replace(/[\s\u2010-\u2015-]/gu, '').toUpperCase()];
  return signs.map((sign) => ({
    sign,
    symbol: alphabet.indexOf(sign === 'O' ? '0' : sign === 'I' || sign === 'L' ? '1' : sign),
  }));
}

/** What is wrong with a code as it is typed. A place counts from 1. */
export type CodeMistake =
  | { is: 'empty' }
  | { is: 'length'; signs: number; of: number }
  /** A sign that no code has. */
  | { is: 'sign'; sign: string; place: number }
  /** The checks do not come out. `places`: where one wrong sign, or two neighbours that changed places, would explain it. */
  | { is: 'checks'; places: readonly number[] };

/** Says what is wrong with a code, so that a person finds it. @returns undefined where nothing is */
export function mistakeIn(typed: string): CodeMistake | undefined {
  const signs = symbolsIn(typed);
  if (signs.length === 0) return { is: 'empty' };
  const wrong = signs.findIndex(({ symbol }) => symbol === -1);
  if (wrong !== -1) return { is: 'sign', sign: signs[wrong]?.sign ?? '', place: wrong + 1 };
  if (signs.length !== codeSymbols) return { is: 'length', signs: signs.length, of: codeSymbols };
  const symbols = signs.map(({ symbol }) => symbol);
  const [first, second] = sums(symbols);
  if (first === 0 && second === 0) return undefined;
  return {
    is: 'checks',
    places: [...new Set([...oneWrong(first, second), ...swapped(symbols)])].sort(byValue),
  };
}

const byValue = (a: number, b: number) => a - b;

/** One wrong symbol at i gives the sums e·g^i and e·g^2i: their quotient says where. */
function oneWrong(first: number, second: number): number[] {
  if (first === 0 || second === 0) return [];
  const place = (log(second) - log(first) + 31) % 31;
  return place < codeSymbols ? [place + 1] : [];
}

function swapped(symbols: readonly number[]): number[] {
  return symbols.slice(1).flatMap((symbol, i) => {
    const other = symbols.with(i, symbol).with(i + 1, symbols[i] ?? 0);
    return sums(other).every((sum) => sum === 0) ? [i + 1, i + 2] : [];
  });
}

/** How a code is read back: in groups of four, as far as it is typed. */
export function groupsOf(typed: string): string {
  const signs = symbolsIn(typed).map(({ sign, symbol }) => (symbol === -1 ? sign : alphabet.charAt(symbol)));
  return signs.join('').replace(/.{4}(?=.)/gu, '$&-');
}

/** How many signs a code has. */
export const codeSigns: number = codeSymbols;
/** Signs stand in groups of so many. */
export const groupSigns = 4;

function spelled(symbols: readonly number[]): NoticeCode {
  const text = symbols.map((symbol) => alphabet.charAt(symbol)).join('');
  return text.replace(/.{4}(?=.)/g, '$&-') as NoticeCode;
}

/** The code of a case's salt for one person, and of one of their letters: the same each time it is asked for. */
export function codeFor(salt: Uint8Array, of: { case: string; subject: number; letter: number }): NoticeCode {
  const secret = derived(salt, `code\0${of.case}\0${of.subject}\0${of.letter}`);
  return codeOf(secret.subarray(0, secretSymbols));
}

/** What a code stands for. The server knows the tag of each, and nothing else of it. */
export interface CodeParts {
  /** What the server is asked by: 22 characters of base64url. */
  tag: string;
  /** Of AES-256. */
  key: Uint8Array;
  /** Of the log's commitment to what the code opens. */
  salt: Uint8Array;
}

export function partsOfCode(code: NoticeCode): CodeParts {
  const secret = utf8(code.replaceAll('-', ''));
  return {
    tag: toBase64url(derived(secret, 'tag').subarray(0, 16)),
    key: derived(secret, 'key'),
    salt: derived(secret, 'commitment'),
  };
}

/** HKDF with SHA-256 (RFC 5869) and no salt, one block: 32 bytes. */
function derived(secret: Uint8Array, what: string): Uint8Array {
  const extracted = createHmac('sha256', new Uint8Array(32)).update(secret).digest();
  return createHmac('sha256', extracted)
    .update(utf8(`writ/notice/v1/${what}`))
    .update(Uint8Array.of(1))
    .digest();
}

/** What a tag looks like. */
export const tagPattern = /^[A-Za-z0-9_-]{22}$/;
