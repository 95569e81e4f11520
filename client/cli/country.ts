/**
 * Countries by their codes of ISO 3166-1 alpha-2, as requests, terms and policies name them. The European institutions
 * write `EL` for Greece (Interinstitutional Style Guide, annex A5), and many people `UK` for GB: a provider that took such
 * a code would later find it in no policy.
 */
const otherwise: Readonly<Record<string, string>> = { EL: 'GR' };

/** What Unicode has names for, and is no country. */
const noCountries = new Set(['EU', 'EZ', 'QO', 'UN', 'ZZ']);

const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });

/**
 * What is wrong with a code, in words that name the code that is meant.
 *
 * @returns `undefined` for a country's code
 */
export function countryFault(text: string): string | undefined {
  const wanted = 'a country is its code of two capital letters (ISO 3166-1)';
  const given = text.trim().toUpperCase();
  if (!/^[A-Z]{2}$/.test(given)) return `${wanted}, like DE`;
  // Unicode keeps which code took another's place: UK is GB.
  const code = otherwise[given] ?? new Intl.Locale(`und-${given}`).region ?? given;
  const name = noCountries.has(code) ? undefined : names.of(code);
  if (name === undefined) return `${wanted}, and ${given} is none`;
  return code === text ? undefined : `${wanted}: ${name} is ${code}`;
}
