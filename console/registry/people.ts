import type { ChangeView, KeyView } from '#client/registry.ts';
import { grouped } from '#core/grouped.ts';
import type { Terms } from '#core/registry/terms.ts';

/** Who is enrolled, as one looks for them: by party, by person, with the keys of each. */
export type KeyState =
  | { is: 'active' }
  | { is: 'cooling'; until: string }
  | { is: 'suspended'; since: string }
  | { is: 'revoked'; since: string };

/** @param now in milliseconds */
export function keyState({ activeFrom, revokedAt, suspended }: KeyView, now: number): KeyState {
  if (revokedAt !== undefined) return { is: 'revoked', since: revokedAt };
  if (suspended !== undefined) return { is: 'suspended', since: suspended.since };
  return Date.parse(activeFrom) > now ? { is: 'cooling', until: activeFrom } : { is: 'active' };
}

export interface Person {
  holder: string;
  /** Those that are not revoked first, the newest of each first. */
  keys: readonly KeyView[];
  /** Whether a key of theirs is left. */
  isEnrolled: boolean;
}

export interface Party {
  /** An agency's id; undefined: the desk. */
  agency: string | undefined;
  /** What changes say of the agency, where they do. */
  said: Agency | undefined;
  people: readonly Person[];
}

/** An agency as the changes that were applied leave it. */
export interface Agency {
  name: string | undefined;
  terms: Terms | undefined;
  /** Since when these terms hold. */
  termsSince: string | undefined;
}

/** What an agency may ask for stands in the changes that said so: the newest that was applied counts. */
export function agenciesOf(changes: readonly ChangeView[]): Map<string, Agency> {
  const agencies = new Map<string, Agency>();
  const applied = changes
    .filter(({ status }) => status === 'Applied')
    .toSorted((a, b) => Date.parse(appliedAt(a)) - Date.parse(appliedAt(b)));
  for (const change of applied) {
    const { proposal } = change;
    const termsSince = appliedAt(change);
    if (proposal.kind === 'agency')
      agencies.set(proposal.agency.id, {
        name: proposal.agency.name,
        terms: proposal.agency.terms,
        termsSince,
      });
    if (proposal.kind === 'terms')
      agencies.set(proposal.agency, {
        name: agencies.get(proposal.agency)?.name,
        terms: proposal.terms,
        termsSince,
      });
  }
  return agencies;
}

/** A change is applied by the decision that completes it. */
export const appliedAt = ({ decisions, proposedAt }: ChangeView): string =>
  decisions.at(-1)?.at ?? proposedAt;

/** The desk first, then the agencies by their ids. */
export function partiesOf(keys: readonly KeyView[], agencies: ReadonlyMap<string, Agency>): Party[] {
  const byParty = grouped(keys, ({ agency }) => agency);
  return [...byParty]
    .map(([agency, own]) => ({
      agency,
      said: agency === undefined ? undefined : agencies.get(agency),
      people: peopleOf(own),
    }))
    .toSorted((a, b) => compareTexts(a.agency ?? '', b.agency ?? ''));
}

function peopleOf(keys: readonly KeyView[]): Person[] {
  return [...grouped(keys, ({ holder }) => holder)]
    .map(([holder, own]) => ({
      holder,
      keys: own.toSorted(
        (a, b) =>
          Number(a.revokedAt !== undefined) - Number(b.revokedAt !== undefined) ||
          compareTexts(b.enrolledAt, a.enrolledAt),
      ),
      isEnrolled: own.some(({ revokedAt }) => revokedAt === undefined),
    }))
    .toSorted((a, b) => Number(b.isEnrolled) - Number(a.isEnrolled) || compareTexts(a.holder, b.holder));
}

const compareTexts = (a: string, b: string) => (a < b ? -1 : Number(a > b));

/** What a search finds: all of a party that is meant, or the people of it that are, by name or by thumbprint. */
export function found(parties: readonly Party[], search: string): Party[] {
  const sought = search.trim().toLowerCase();
  if (sought === '') return [...parties];
  return parties.flatMap((party) => {
    const names = [party.agency ?? '', party.said?.name ?? ''];
    if (names.some((name) => name.toLowerCase().includes(sought))) return [party];
    const people = party.people.filter(
      ({ holder, keys }) =>
        holder.toLowerCase().includes(sought) ||
        // A thumbprint's case counts, and people copy its beginning.
        keys.some(({ keyid }) => keyid.startsWith(search.trim())),
    );
    return people.length === 0 ? [] : [{ ...party, people }];
  });
}

/** Who signed that a key was enrolled: people, or a founding, which is signed by nobody. */
export function signersOf({ decisions, enrolledBy }: KeyView): { people: string[]; founding: boolean } {
  const people = [
    ...new Set(decisions.filter(({ decision }) => decision !== 'reject').map(({ holder }) => holder)),
  ];
  return { people, founding: enrolledBy.startsWith('founding/') };
}
