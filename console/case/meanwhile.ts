import { ExchangeError, RefusedError } from '#client/errors.ts';
import type { Review, ReviewLine } from '#client/reviewer.ts';
import { canonicalJson } from '#core/canonical.ts';
import { type Scope, scopeText } from '#core/cases/scope.ts';

/** What happens to a case while it is on the screen: others change it, and answers get lost. */

type Compared = Pick<
  ReviewLine,
  | 'status'
  | 'reason'
  | 'requestDigest'
  | 'decisions'
  | 'superseded'
  | 'supersededMore'
  | 'suspension'
  | 'debts'
  | 'information'
  | 'notification'
>;

/** What of a case a decision rests on, as a list shows it too. */
function standing(of: Compared): string {
  return canonicalJson({
    status: of.status,
    reason: of.reason ?? null,
    digest: of.requestDigest,
    decisions: of.decisions.map(({ decision, reviewer, at, scope }) => ({
      decision,
      reviewer,
      at,
      scope: scope === undefined ? null : scopeText(scope),
    })),
    superseded: (of.superseded?.length ?? 0) + (of.supersededMore ?? 0),
    suspended: of.suspension?.at ?? null,
    owed: of.debts?.owed ?? [],
    asked: of.information?.askedAt ?? null,
    answered: of.information?.answeredAt ?? null,
    objected: of.notification?.answer ?? null,
  });
}

/** Whether a case differs from what is on the screen. @param line undefined where its status’ list has it no more */
export const isChanged = (shown: Compared, line: Compared | undefined): boolean =>
  line === undefined || standing(line) !== standing(shown);

/** Refusals that say that the case is not what was shown. */
const changedCodes: readonly string[] = [
  'decision-digest-mismatch',
  'case-closed',
  'case-not-approved',
  'decision-repeated',
  'scope-differs',
  'withheld-differs',
  'policy-not-adopted',
  'information-pending',
  'case-claimed',
  'case-not-claimed',
  'debt-overdue',
];

/**
 * What a call that failed says of the case. `changed`: look again. `lost`: it may have been carried out. `refused`: it was
 * not, and the case is as it was.
 */
export function afterFailure(error: unknown): 'changed' | 'lost' | 'refused' {
  if (error instanceof RefusedError) {
    if (changedCodes.includes(error.code)) return 'changed';
    // A browser sends a call again by itself where the connection broke off: then the first one arrived.
    if (error.code === 'replayed') return 'lost';
    // With `try-again` the provider says that it changed nothing; of another failure of its own it says nothing.
    return error.status >= 500 && error.code !== 'try-again' ? 'lost' : 'refused';
  }
  return error instanceof ExchangeError && error.mayHaveArrived ? 'lost' : 'refused';
}

/** What was being signed. */
export type Deed =
  | { deed: 'approve'; scope: Scope }
  | { deed: 'reject' | 'suspend' | 'claim' | 'unclaim' }
  | { deed: 'note' | 'letter' | 'question'; text: string };

/** How often a deed of this reviewer’s is there: once more than before, if it arrived. */
export function countOf(deed: Deed, review: Review, me: string | undefined): number {
  const mine = <T extends { reviewer?: string | undefined }>(all: readonly T[] = []) =>
    all.filter(({ reviewer }) => reviewer === me);
  switch (deed.deed) {
    case 'approve':
      // Another’s approval may have superseded it since.
      return [...mine(review.decisions), ...mine(review.superseded)].filter(
        ({ scope }) => scope !== undefined && scopeText(scope) === scopeText(deed.scope),
      ).length;
    case 'reject':
      return mine(review.decisions).filter(({ decision }) => decision === 'reject').length;
    case 'suspend':
      return review.suspension?.reviewer === me ? 1 : 0;
    case 'claim':
      return review.claimedBy === me ? 1 : 0;
    case 'unclaim':
      return review.claimedBy === me ? 0 : 1;
    case 'note':
      return mine(review.notes).filter(({ text }) => text === deed.text).length;
    case 'question':
      return mine(review.questions).filter(({ text }) => text === deed.text).length;
    case 'letter':
      return mine(review.correspondence).filter(({ text }) => text === deed.text).length;
  }
}
