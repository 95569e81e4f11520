import type { Policy } from './policy.ts';
import type { Request } from './request.ts';

/**
 * The authorities that a policy knows to be competent, and whether a request names one of them. It is a fact for the desk to
 * judge by, and decides nothing: a forged order names a real court.
 */

/**
 * `registered`: under this name, for this law, as this authoriser, for this kind of instrument. `named-otherwise`: the name
 * is known, for another law, as another authoriser or for other instruments. `not-registered`: the name is not known.
 */
export const authorityMatches = ['registered', 'named-otherwise', 'not-registered'] as const;
export type AuthorityMatch = (typeof authorityMatches)[number];

/** @returns undefined where the policy has no register, or the request names no authority */
export function matchAuthority(
  { instrument }: Pick<Request, 'instrument'>,
  { authorities }: Pick<Policy, 'authorities'>,
): AuthorityMatch | undefined {
  const { authority, jurisdiction, authoriserRole, kind } = instrument;
  if (authorities === undefined || authority === undefined) return undefined;
  const named = authorities.filter(({ name }) => folded(name) === folded(authority));
  if (named.length === 0) return 'not-registered';
  const isIt = named.some(
    (each) =>
      each.jurisdiction === jurisdiction &&
      each.is === authoriserRole &&
      (each.instruments?.includes(kind) ?? true),
  );
  return isIt ? 'registered' : 'named-otherwise';
}

/**
 * A name as it is compared: without case, marks on letters and signs between words. `Staatsanwaltschaft München I` and
 * `STAATSANWALTSCHAFT MUNCHEN I` are one. Letters of other scripts that look alike stay different.
 */
function folded(name: string): string {
  return name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
