import { type Aside, type Case, mostSuperseded, type StoredDecision, type SupersededReason } from './case.ts';

/**
 * Approvals that count no more. They stay with the case, so that the desk sees what was approved before, by whom and why.
 * Nothing that opens data reads them: what counts is `decisions` alone (I3).
 */

/**
 * The case with approvals named as superseded by its next entry, and what is kept of each beside it.
 *
 * @param gone decisions of the case that do not count from its next entry on
 */
export function supersede(
  current: Case,
  gone: readonly StoredDecision[],
  because: (decision: StoredDecision) => SupersededReason,
): { it: Case; asides: readonly Aside[] } {
  if (gone.length === 0) return { it: current, asides: [] };
  const before = current.superseded ?? [];
  const kept = gone.slice(0, mostSuperseded - before.length);
  const more = (current.supersededMore ?? 0) + gone.length - kept.length;
  const by = current.entries.n + 1;
  const named = kept.map((decision) => {
    const { entry, reviewer, at } = decision;
    return { entry, reviewer, at, because: because(decision), by };
  });
  const it: Case = {
    ...current,
    superseded: [...before, ...named],
    ...(more === 0 ? {} : { supersededMore: more }),
  };
  return { it, asides: kept };
}

/** The numbers of the entries of which something lies beside the case. */
export function asidesOf({ superseded = [], suspension }: Pick<Case, 'superseded' | 'suspension'>): number[] {
  return [...superseded, ...(suspension === undefined ? [] : [suspension])].map(({ entry }) => entry);
}
