import { printable } from '#client/printable.ts';
import { CommandError } from './errors.ts';

/**
 * Which case, preservation or review is meant: by its id, by the first characters of its id, or by its reference. What two
 * of them could be meant by is not guessed: a withdrawal is for good.
 */
export interface Candidate {
  id: string;
  reference: string;
}

export type Resolved<C extends Candidate> =
  | { found: 'one'; id: string; candidate: C }
  /** Each of them could be meant. */
  | { found: 'several'; candidates: readonly C[] }
  | { found: 'none' };

/** So many characters of an id name it, if no other begins with them. */
export const shortestPrefix = 4;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const PREFIX = new RegExp(`^[0-9a-f][0-9a-f-]{${shortestPrefix - 1},35}$`, 'i');

/** Whether a text is a whole id, which needs no looking up. */
export const isWholeId = (text: string) => UUID.test(text);

/** @param candidates all that there are: of a part of them, a prefix that looks like one's own may be another's too */
export function resolve<C extends Candidate>(text: string, candidates: Iterable<C>): Resolved<C> {
  const given = text.toLowerCase();
  const isPrefix = PREFIX.test(text);
  const matching = new Map<string, C>();
  for (const candidate of candidates) {
    if (candidate.id === given) return { found: 'one', id: candidate.id, candidate };
    const isMeant = candidate.reference === text || (isPrefix && candidate.id.startsWith(given));
    if (isMeant) matching.set(candidate.id, candidate);
  }
  const [candidate, second] = matching.values();
  if (candidate === undefined) return { found: 'none' };
  if (second !== undefined) return { found: 'several', candidates: [...matching.values()] };
  return { found: 'one', id: candidate.id, candidate };
}

/** As many characters of each id as tell it from the others, and no fewer than `atLeast`. */
export function shortIds(ids: readonly string[], atLeast = 8): Map<string, string> {
  const sorted = [...new Set(ids)].toSorted();
  return new Map(
    sorted.map((id, i) => {
      const shared = Math.max(sharedWith(id, sorted[i - 1]), sharedWith(id, sorted[i + 1]));
      return [id, id.slice(0, Math.max(atLeast, shared + 1))];
    }),
  );
}

/** How many first characters two ids share. */
function sharedWith(id: string, other = ''): number {
  let n = 0;
  while (n < other.length && id[n] === other[n]) n++;
  return n;
}

/** So many candidates are named. */
const mostNamed = 8;

/** The refusal of a text that could mean several. @param what `request`, `preservation`, `case` */
export function ambiguous(what: string, candidates: readonly Candidate[]): CommandError {
  const named = candidates
    .slice(0, mostNamed)
    .map(({ id, reference }) => `${printable(id)} (${printable(reference)})`);
  const more = candidates.length > mostNamed ? ` and ${candidates.length - mostNamed} more` : '';
  return new CommandError(
    'case-ambiguous',
    `more than one ${what} could be meant: ${named.join(', ')}${more}`,
    'give more of its id, or the whole',
  );
}
