/**
 * Which call of KMS's is proof of which collection: a maximum flow from collections through the epoch keys that they say
 * they opened to the calls that opened them. Where collections go on side by side, taking the first call that fits may
 * leave another with none, so what is taken may be exchanged.
 */

/** A collection as it looks for its proof. */
export interface Claim {
  /** How many epoch keys it says it opened: each takes a call of its own. */
  need: number;
  /** The calls that may be proof of it, by epoch key. */
  offers: Map<string, Opening[]>;
  held: Map<string, Opening>;
}

/** A call that opened an epoch key; proof of one collection at most. */
export interface Opening {
  epochKey: string;
  holder?: Claim;
}

/** Gives openings to claims, as many as possible. Who comes first keeps as many as they have got, if not the same. */
export function assign(claims: readonly Claim[]): void {
  const settled = new Set<Opening>();
  for (const claim of claims) {
    for (const openings of claim.offers.values()) {
      if (claim.held.size === claim.need) break;
      const free = openings.find(({ holder }) => holder === undefined);
      if (free !== undefined) hold(claim, free);
    }
    while (claim.held.size < claim.need && augment(claim, settled));
  }
}

function hold(claim: Claim, opening: Opening): void {
  opening.holder = claim;
  claim.held.set(opening.epochKey, opening);
}

/** A claim takes an opening; the claim that held it has to take the next. */
interface Step {
  taker: Claim;
  opening: Opening;
  before: Step | undefined;
}

/**
 * Finds one more opening for a claim along the shortest augmenting path.
 *
 * @param settled openings from which no path leads to a free one: none ever will, so they are looked at once
 * @returns false if there is none
 */
function augment(claim: Claim, settled: Set<Opening>): boolean {
  const seen = new Set<Opening>();
  const asked = new Set<Claim>();
  const steps: Step[] = [];
  const offer = (taker: Claim, epochKey: string, before?: Step) => {
    for (const opening of taker.offers.get(epochKey) ?? []) {
      if (seen.has(opening) || settled.has(opening)) continue;
      seen.add(opening);
      steps.push({ taker, opening, before });
    }
  };
  const ask = (taker: Claim, before?: Step) => {
    if (asked.has(taker)) return;
    asked.add(taker);
    for (const epochKey of taker.offers.keys()) if (!taker.held.has(epochKey)) offer(taker, epochKey, before);
  };
  ask(claim);
  for (const step of steps) {
    const { holder, epochKey } = step.opening;
    if (holder === undefined) {
      exchange(step);
      return true;
    }
    // The claim that loses it may take the same epoch key, opened once more, or one that it does not have yet.
    offer(holder, epochKey, step);
    ask(holder, step);
  }
  for (const opening of seen) settled.add(opening);
  return false;
}

function exchange(last: Step): void {
  const steps: Step[] = [];
  for (let step: Step | undefined = last; step !== undefined; step = step.before) steps.push(step);
  for (const { opening } of steps) opening.holder?.held.delete(opening.epochKey);
  for (const { taker, opening } of steps) hold(taker, opening);
}
