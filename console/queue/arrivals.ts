import type { ReviewLine } from '#client/reviewer.ts';

/** Emergencies that arrived since the desk was opened, and that nobody here has looked at. */
export interface Arrivals {
  /** Emergencies that were seen waiting so far; undefined until all that wait were listed once. */
  known: ReadonlySet<string> | undefined;
  /** Those to be told of. */
  unseen: ReadonlySet<string>;
}

export const noArrivals: Arrivals = { known: undefined, unseen: new Set() };

/**
 * @param isListed whether all that wait were listed at least once: what waits then is no arrival
 * @returns `arrived`: how many are new with these lines
 */
export function arrivalsAfter(
  { known, unseen }: Arrivals,
  lines: Iterable<ReviewLine>,
  isListed: boolean,
): { arrivals: Arrivals; arrived: number } {
  const waiting = new Set<string>();
  for (const { id, priority, status } of lines)
    if (priority === 'Emergency' && status === 'AwaitingApproval') waiting.add(id);
  if (known === undefined)
    return { arrivals: isListed ? { known: waiting, unseen } : { known, unseen }, arrived: 0 };
  const fresh = [...waiting].filter((id) => !known.has(id));
  return {
    arrivals: {
      known: fresh.length === 0 ? known : new Set([...known, ...fresh]),
      // A colleague may have decided it meanwhile: then nobody need look.
      unseen: new Set([...unseen, ...fresh].filter((id) => waiting.has(id))),
    },
    arrived: fresh.length,
  };
}
