import { type EnrolledKey, provenBody } from '#core/evidence.ts';
import type { Entry } from '#core/log/entry.ts';
import type { Message } from '#core/signature/message.ts';
import { hoursLater } from './acts.ts';
import type { Case, StoredDecision } from './case.ts';
import { decisionSchema } from './request.ts';
import { scopeText } from './scope.ts';

/** Whoever signed, as the registry knows them now. */
export interface EnrolledReviewer extends EnrolledKey {
  holder: string;
}

/**
 * Whether one stored decision really is this reviewer's approval of this case and scope: the signature over the
 * bytes that arrived, at the time it arrived, on this case's path, over this request digest and the scope that is
 * approved. `authorise` trusts nothing that is merely written in a table (I3).
 */
export function provesApproval(
  current: Case,
  decision: StoredDecision,
  message: Message,
  reviewer: EnrolledReviewer,
): boolean {
  if (
    current.scope === undefined ||
    reviewer.keyId !== decision.keyId ||
    reviewer.holder !== decision.reviewer
  )
    return false;
  if (message.method !== 'POST' || message.path !== `/v1/reviews/${current.id}/decisions`) return false;
  const body = decisionSchema.safeParse(provenBody(message, reviewer, decision.at));
  return (
    body.success &&
    body.data.decision === 'approve' &&
    body.data.requestDigest === current.requestDigest &&
    scopeText(body.data.scope) === scopeText(current.scope)
  );
}

/**
 * Whether a case owes nothing, or still has time to pay: as the log says, since whoever can write a table can strike out
 * a debt there. What is not an emergency owes nothing.
 *
 * @param log the case's entries: its request, what minted its grants (a moment after it was opened), and the one that
 *   is said to have paid the last of its debts
 */
export function owesNothing(
  log: { received: Entry | undefined; minted: Entry | undefined; paid: Entry | undefined },
  at: string,
  debtHours: number,
): boolean {
  const { received, minted, paid } = log;
  if (received?.kind !== 'request.received' || minted?.kind !== 'grant.minted') return false;
  if (received.data.priority !== 'Emergency') return true;
  if (Date.parse(at) < Date.parse(hoursLater(minted.at, debtHours))) return true;
  const isPayment = paid?.kind === 'decision.approved' || paid?.kind === 'authorisation.validated';
  return isPayment && paid.data.owed === 0;
}
