import { scopeCommitment } from '#core/cases/acts.ts';
import type { Case, StoredDecision } from '#core/cases/case.ts';
import { decisionSchema } from '#core/cases/request.ts';
import { scopeText } from '#core/cases/scope.ts';
import { type EnrolledKey, provenBody } from '#core/evidence.ts';
import { commitment } from '#core/log/commitment.ts';
import type { Entry } from '#core/log/entry.ts';
import { type KeyRecord, keyInLog } from '#core/registry/records.ts';
import type { Message } from '#core/signature/message.ts';

/** A reviewer as the registry knows them. */
export interface EnrolledReviewer extends EnrolledKey {
  holder: string;
}

/**
 * Whether a stored decision really is this reviewer's approval of this case and scope: the signature over the bytes
 * that arrived, at the time at which they arrived (I3).
 */
export function isSignedApproval(
  current: Case,
  decision: StoredDecision,
  message: Message,
  reviewer: EnrolledReviewer,
): boolean {
  if (current.scope === undefined) return false;
  // The key and the person are those that the case counted: one person under two names is one.
  if (reviewer.keyId !== decision.keyId || reviewer.holder !== decision.reviewer) return false;
  // A decision that was signed for another case is none of this one.
  if (message.method !== 'POST' || message.path !== `/v1/reviews/${current.id}/decisions`) return false;
  const body = decisionSchema.safeParse(provenBody(message, reviewer, decision.at));
  return (
    body.success &&
    body.data.decision === 'approve' &&
    // What was asked, and what was approved of it, are what the reviewer saw and signed.
    body.data.requestDigest === current.requestDigest &&
    scopeText(body.data.scope) === scopeText(current.scope)
  );
}

/**
 * Whether an entry of the case's stream records this person's approval, signed with this key, of this request and scope,
 * under its policy.
 */
export function isLoggedApproval(
  current: Case,
  entry: Entry | undefined,
  key: Pick<KeyRecord, 'holder' | 'keyId' | 'salt'>,
): boolean {
  const { salt, scope, requestDigest, policyHash } = current;
  return (
    scope !== undefined &&
    entry?.kind === 'decision.approved' &&
    entry.data.reviewer === commitment(salt, 'reviewer', key.holder) &&
    entry.data.key === keyInLog(key) &&
    entry.data.request === commitment(salt, 'request', requestDigest) &&
    entry.data.scope === scopeCommitment(current, scope) &&
    // An approval under a policy that was replaced meanwhile counts no more.
    entry.data.policyHash === policyHash
  );
}
