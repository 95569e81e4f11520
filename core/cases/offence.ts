import { comparedText } from '#core/text.ts';

/**
 * An offence, as an order names it: `StGB 176b`, `§ 202a StGB`, `art. 197 CP`.
 *
 * A policy lists offences by their texts (policy.ts), so a text that looks like a listed one and is another would
 * decide for the agency. Its letters are therefore of one alphabet of the EU's languages (UTS #39, single script), its
 * digits are ASCII, and beside those it has what law is cited with.
 */
const cited = String.raw`0-9 .,;:/()\[\]'"’“”„«»&+§¶°ºª№–-`;
const oneAlphabet = ['Latin', 'Greek', 'Cyrillic'].map(
  // A letter, and no mark beside it: in NFC the letters of these languages have theirs within them.
  (script) => new RegExp(`^(?:(?=\\p{L})\\p{Script=${script}}|[${cited}])+$`, 'u'),
);

export const offence = comparedText(200).refine((text) => oneAlphabet.some((form) => form.test(text)), {
  error: 'offence-invalid',
});

/** Capitals of Greek and Cyrillic that look like the Latin one below them. */
const alike = [
  ['ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ', 'ABEZHIKMNOPTYX'],
  ['АВЕЅІЈКМНОРСТУХԚԜҮ', 'ABESIJKMHOPCTYXQWY'],
] as const;
const latinOf = new Map(
  alike.flatMap(([letters, latin]) => [...letters].map((letter, i) => [letter, latin[i] ?? letter] as const)),
);

/**
 * What two offences are compared by: how they look, in capitals. `НК 159` in Cyrillic letters is `HK 159` in Latin ones.
 * `§ 176b StGB` and `StGB 176b` stay two spellings: a policy lists those that it takes.
 */
export function lookOf(offence: string): string {
  const capitals = offence.normalize('NFKC').toUpperCase();
  return [...capitals]
    .map((letter) => latinOf.get(letter) ?? letter)
    .join('')
    .replace(/\s+/g, ' ')
    .trim();
}
