import { type Case, isAsked } from './case.ts';
import { checkCollectable } from './collecting.ts';
import { CaseError } from './errors.ts';
import { checkRenewable, checkTellable } from './notice.ts';
import { checkOwesValidation } from './obligations.ts';
import type { Policy } from './policy.ts';
import { takesDocument } from './receiving-order.ts';
import { may } from './transitions.ts';

/**
 * What an agency can do with its case now: `links` of the case name these acts and no others. Each is asked of the rule
 * that the act itself is refused by, so nothing is offered that would be refused. Time goes on after the answer.
 */
export const offers = [
  'information',
  'order',
  'collection',
  'withdrawal',
  'validation',
  'notice',
  'told',
] as const;
export type Offer = (typeof offers)[number];

const allowed: Record<Offer, (current: Case, now: { at: string; policy: Policy }) => boolean> = {
  information: (current) => isAsked(current) && may(current, 'give-information'),
  order: takesDocument,
  collection: (current, { at }) => canCollect(current, at),
  withdrawal: (current) => may(current, 'withdraw'),
  validation: (current, { at, policy }) => passes(() => checkOwesValidation(current, at, policy)),
  // A case that is over, of which nothing was disclosed, has nobody to notify.
  notice: (current, now) =>
    (may(current, 'withdraw') || current.disclosed !== undefined) &&
    passes(() => checkRenewable(current, now)),
  told: (current) => passes(() => checkTellable(current)),
};

export function offeredActs(current: Case, now: { at: string; policy: Policy }): Offer[] {
  return offers.filter((offer) => allowed[offer](current, now));
}

/** Either a new collection, or the rest of one that stopped early. */
function canCollect(current: Case, at: string): boolean {
  if (current.grants?.length === 0) return false;
  if (passes(() => checkCollectable(current, at))) return true;
  const { unfinished } = current;
  return (
    unfinished !== undefined &&
    passes(() => checkCollectable(current, at, { ...unfinished, page: unfinished.page + 1 }))
  );
}

function passes(check: () => void): boolean {
  try {
    check();
    return true;
  } catch (error) {
    if (error instanceof CaseError) return false;
    throw error;
  }
}
