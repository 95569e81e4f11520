import { resolvedCommitment } from '#core/cases/acts.ts';
import type { Policy } from '#core/cases/policy.ts';
import { commitment } from '#core/log/commitment.ts';
import { isActive, type KeyRecord, keyInLog } from '#core/registry/records.ts';
import { isLoggedApproval, isSignedApproval } from './decision.ts';
import { isAdoptedPolicy, provenReviewers } from './enrolment.ts';
import type { ApprovalEvidence, DecisionEvidence } from './evidence.ts';

/** What a case lacks to be opened. */
export type MissingEvidence =
  /** No scope is approved. */
  | 'scope'
  /** The log does not show that the request was received. */
  | 'received'
  /** The log shows another agency's. */
  | 'agency'
  /** The log shows it for other people. */
  | 'subjects'
  /** The log shows another request. */
  | 'request'
  /** The policy was not adopted. */
  | 'policy'
  /** The key that asked is revoked, or was never enrolled. */
  | 'asker'
  /** Fewer reviewers than needed are proven to have approved this. */
  | 'approvals';

/** Who is proven to have approved: people, not keys. */
export interface Proof {
  reviewers: ReadonlySet<string>;
}

/**
 * Whether enough distinct reviewers approved exactly this case and scope, by evidence that nobody can forge who can only
 * write tables (I3, I11). Pure: it reads nothing, and each check stands in a line of its own.
 */
export function provesApproval(
  evidence: ApprovalEvidence,
  policy: Policy,
): Proof | { missing: MissingEvidence } {
  const { case: current, received, asker } = evidence;
  if (current.scope === undefined) return { missing: 'scope' };
  // The log's first entry fixes who asked what, and about whom. Somebody who writes tables could widen each of them.
  if (received?.kind !== 'request.received') return { missing: 'received' };
  if (received.data.agency !== current.agency) return { missing: 'agency' };
  if (received.data.resolved !== resolvedCommitment(current)) return { missing: 'subjects' };
  if (received.data.request !== commitment(current.salt, 'request', current.requestDigest))
    return { missing: 'request' };
  const proven = provenReviewers(evidence.registry);
  // The policy tells how many must approve. One that nobody adopted could tell that one is enough.
  if (!isAdoptedPolicy(current.policyHash, evidence.policyBy, evidence.registry, proven))
    return { missing: 'policy' };
  // A request under a stolen key is void from the moment at which the key is revoked.
  if (asker?.keyId !== current.askedBy || asker.revokedAt !== undefined) return { missing: 'asker' };
  if (received.data.key !== keyInLog(asker)) return { missing: 'asker' };
  const reviewers = new Set(
    evidence.decisions.flatMap((decision) => approvingReviewer(evidence, decision, proven) ?? []),
  );
  return reviewers.size >= approvalsNeeded(received.data.priority, policy)
    ? { reviewers }
    : { missing: 'approvals' };
}

/** An emergency, as the log says that it was received, opens on fewer. The others are an obligation. */
function approvalsNeeded(priority: string, { approvals, emergency }: Policy): number {
  return priority === 'Emergency' ? Math.min(emergency.approvals, approvals) : approvals;
}

/** The person whom one decision proves to have approved; undefined if it proves nobody. */
function approvingReviewer(
  { case: current, registry }: ApprovalEvidence,
  { decision, message, entry }: DecisionEvidence,
  proven: ReadonlyMap<string, KeyRecord>,
): string | undefined {
  const shown = registry.keys.get(decision.keyId);
  const key = proven.get(decision.keyId);
  // The key was enrolled by right, and neither registry nor log shows it revoked: what a thief signs opens nothing.
  if (key === undefined || shown === undefined || shown.isRevoked) return undefined;
  // It had cooled off when it decided.
  if (!isActive(key, decision.at)) return undefined;
  // The log records this very approval, so that nobody can decide in secret.
  if (!isLoggedApproval(current, entry, key)) return undefined;
  // The reviewer signed it.
  if (message === undefined || !isSignedApproval(current, decision, message, key)) return undefined;
  return key.holder;
}
