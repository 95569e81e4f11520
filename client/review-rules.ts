import { jsonDigest } from '#core/canonical.ts';
import { openStatuses } from '#core/cases/case.ts';
import type { Review } from '#core/cases/review.ts';

/** What a reviewer's desk holds a case against before anybody signs, whoever shows it. */

export type DecidingAct = 'approve' | 'reject' | 'suspend';

/**
 * Why a case takes no such act. `not-approved`: nothing is open yet that could be ended. `decided`: it is open, and owes no
 * signature. `closed`: no more decisions are possible.
 */
export type Undecidable = 'not-approved' | 'decided' | 'closed';

/** @returns undefined where the case takes it */
export function undecidable(
  { status, debts }: Pick<Review, 'status' | 'debts'>,
  act: DecidingAct,
): Undecidable | undefined {
  const isOpen = openStatuses.includes(status);
  if (act === 'suspend') {
    if (isOpen) return undefined;
    return status === 'AwaitingApproval' ? 'not-approved' : 'closed';
  }
  if (status === 'AwaitingApproval' || (isOpen && debts?.owed.includes('second-signature') === true))
    return undefined;
  return isOpen ? 'decided' : 'closed';
}

/** Whether the request that is shown is the one that its digest is of: a decision is over the digest. */
export const isRequestShown = ({
  request,
  requestDigest,
}: Pick<Review, 'request' | 'requestDigest'>): boolean => jsonDigest(request) === requestDigest;
