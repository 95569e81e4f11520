import type { PlacedEntry } from '#client/log/proven-bundle.ts';

/** Who decided a case: the log calls each person by a commitment, so the same one is known again and nobody is named. */
export interface Decision {
  at: string;
  index: bigint;
  /** The first, second… person of the provider who decided. */
  who: number;
  did: 'approved' | 'narrowed' | 'rejected';
}

export function decisionsOf(entries: readonly PlacedEntry[]): Decision[] {
  const people: string[] = [];
  const numberOf = (reviewer: string) => {
    if (!people.includes(reviewer)) people.push(reviewer);
    return people.indexOf(reviewer) + 1;
  };
  return entries.flatMap(({ index, entry }): Decision[] => {
    if (entry?.kind === 'decision.approved') {
      const { reviewer, narrowed } = entry.data;
      return [{ at: entry.at, index, who: numberOf(reviewer), did: narrowed ? 'narrowed' : 'approved' }];
    }
    if (entry?.kind === 'decision.rejected')
      return [{ at: entry.at, index, who: numberOf(entry.data.reviewer), did: 'rejected' }];
    return [];
  });
}

/** How many different people approved. */
export const approvers = (decisions: readonly Decision[]): number =>
  new Set(decisions.filter(({ did }) => did !== 'rejected').map(({ who }) => who)).size;
