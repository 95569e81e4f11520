import { z } from 'zod';

/**
 * Texts that people read, sign and compare.
 *
 * What is signed is what a person saw, and what a list is compared with is what it seems to be. So a text has no
 * characters that nobody sees, none that change how its neighbours are shown, and one spelling in bytes (NFC, UAX #15).
 */

/**
 * Characters that show nothing, or that change what is shown around them: controls, format characters, what is for
 * private use, surrogates and noncharacters, line and paragraph ends, everything that Unicode lets a renderer leave
 * out (`Default_Ignorable_Code_Point`: zero-width spaces, joiners, fillers, variation selectors, tags), and three
 * that fonts draw as nothing though Unicode calls them symbols or letters: the braille blank, the musical null
 * notehead, the Khitan filler.
 */
const hidden =
  /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800\u{16fe4}\u{1d159}]/u;
const everyHidden = new RegExp(hidden.source, 'gu');

/** Whether a text holds a character that a reader does not see, or that changes what they see. */
export function hasHidden(text: string): boolean {
  return hidden.test(text);
}

/**
 * Text from elsewhere, on one line and made safe to show: each hidden character is shown by its number, as `\u{200b}`. It
 * moves no terminal's cursor, colours nothing and turns no direction of writing.
 */
export function printable(text: string): string {
  return text.replaceAll(everyHidden, (each) => `\\u{${each.codePointAt(0)?.toString(16)}}`);
}

/**
 * JSON with each hidden character as its escape (RFC 8259 section 7), which `JSON.stringify` makes of C0 controls alone. Line
 * ends between its members stay.
 */
export function escapedJson(json: string): string {
  return json.replaceAll(everyHidden, (each) =>
    each === '\n'
      ? each
      : Array.from(
          { length: each.length },
          (_, i) => `\\u${each.charCodeAt(i).toString(16).padStart(4, '0')}`,
        ).join(''),
  );
}

/** Text that people read and sign, of 1 to `max` characters. */
export const text = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((s) => !hasHidden(s) && s === s.normalize('NFC') && s.trim() !== '', { error: 'text-invalid' });

/**
 * Text that is compared with other texts: as `text`, and its one white space is single spaces between words. Nothing is
 * repaired, since digests are over what was sent.
 */
export const comparedText = (max: number) =>
  text(max).refine((s) => !/[^\S ]|^ | $| {2}/u.test(s), { error: 'spaces-invalid' });

/** SHA-256 as an RFC 9530 member, as `jsonDigest` writes it. */
export const digestText = z.string().regex(/^sha-256=:[A-Za-z0-9+/]{43}=:$/);

/** What names the following page of a list, in an answer and in the query. */
export const pageToken = z.string().regex(/^[A-Za-z0-9_-]{1,128}$/);

/** Where to go on in our own API, by act: names and paths that are ours, whoever hands them out. */
export const linksSchema = z.record(
  z.string().regex(/^[a-z-]{1,32}$/),
  z.string().regex(/^\/v1\/[A-Za-z0-9/-]{1,200}$/),
);

/**
 * A name that the provider gave an account or a person gave themselves, of 1 to `max` characters. It is looked up byte for
 * byte, so every spelling that the provider's backend may have stored can be asked for: joiners are part of Persian names,
 * variation selectors of emoji, and a person who turns the direction of their name with U+202E is not out of reach for it.
 * Events and requests have this one rule. Whoever shows a name shows what is hidden in it (`printable`).
 */
export const nameAsGiven = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    // No control characters, no lone surrogates (which RFC 8785 has no form for).
    .refine((s) => !/\p{Cc}/u.test(s) && s.isWellFormed(), { error: 'text-invalid' });
