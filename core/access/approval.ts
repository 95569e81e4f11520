import { resolvedCommitment } from '#core/cases/acts.ts';
import type { Policy } from '#core/cases/policy.ts';
import { askedScope, type Request } from '#core/cases/request.ts';
import { within } from '#core/cases/scope.ts';
import { commitment } from '#core/log/commitment.ts';
import type { EntryOf } from '#core/log/entry.ts';
import { isActive, type KeyRecord, keyInLog } from '#core/registry/records.ts';
import { isMomentBefore, signedRequestOf } from './asked.ts';
import { isLoggedApproval, isSignedApproval } from './decision.ts';
import { isAdoptedPolicy, provenKeys } from './enrolment.ts';
import type { ApprovalEvidence, DecisionEvidence } from './evidence.ts';
import { isClosed, openingOf } from './history.ts';
import { holdOf } from './notified.ts';

/** What a case lacks to be opened. */
export type MissingEvidence =
  /** No scope is approved. */
  | 'scope'
  /** The log has another history of the case, or a longer one: the case was changed, or put back. */
  | 'history'
  /** The log does not show that the request was received. */
  | 'received'
  /** The log shows another agency's. */
  | 'agency'
  /** The log shows it for other people. */
  | 'subjects'
  /** The log shows another request, or the officer signed another, or none. */
  | 'request'
  /** The policy was not adopted. */
  | 'policy'
  /** The key that asked is revoked, or was never enrolled for this agency, or not yet active. */
  | 'asker'
  /** The key that asked is suspended: it may count again. */
  | 'suspended'
  /** Fewer reviewers than needed are proven to have approved this. */
  | 'approvals'
  /** The log, the case and the request say different things of the authority that was notified. */
  | 'notification'
  /** The log shows that the case was closed. */
  | 'open';

/** What is proven of a case. */
export interface Proof {
  /** Who approved: people, not keys. */
  reviewers: ReadonlySet<string>;
  /** What the officer signed. */
  request: Request;
  /** When the log recorded the approval that opened the case. */
  openedAt: string;
  /** Until when nothing is opened, since a notified authority may still object; undefined where nothing waits. */
  heldUntil: string | undefined;
}

/**
 * Whether an enrolled officer asked for exactly this, and enough distinct reviewers approved exactly this case and scope,
 * by evidence that nobody can forge who can only write tables (I3, I11). Pure: it reads nothing, and each check stands in
 * a line of its own.
 */
export function provesApproval(
  evidence: ApprovalEvidence,
  policy: Policy,
): Proof | { missing: MissingEvidence } {
  const { case: current, history } = evidence;
  if (current.scope === undefined) return { missing: 'scope' };
  if ('fault' in history) return { missing: 'history' };
  const [received] = history.entries;
  // The log's first entry fixes who asked what, and about whom. Somebody who writes tables could widen each of them.
  if (received?.kind !== 'request.received') return { missing: 'received' };
  if (received.data.agency !== current.agency) return { missing: 'agency' };
  if (received.data.resolved !== resolvedCommitment(current)) return { missing: 'subjects' };
  if (received.data.request !== commitment(current.salt, 'request', current.requestDigest))
    return { missing: 'request' };
  const proven = provenKeys(evidence.registry);
  // The policy tells how many must approve. One that nobody adopted could tell that one is enough.
  if (!isAdoptedPolicy(current.policyHash, evidence.policyBy, evidence.registry, proven))
    return { missing: 'policy' };
  if (evidence.registry.keys.get(current.askedBy)?.isSuspended === true) return { missing: 'suspended' };
  const asker = askerOf(evidence, received, proven);
  if (asker === undefined) return { missing: 'asker' };
  const request = evidence.asked && signedRequestOf(current, evidence.asked, asker);
  if (request === undefined) return { missing: 'request' };
  // The reviewers saw this request: what is opened lies within it.
  if (!within(current.scope, askedScope(request))) return { missing: 'scope' };
  const reviewers = new Set(
    evidence.decisions.flatMap((decision) => approvingReviewer(evidence, decision, proven) ?? []),
  );
  const opening = openingOf(history.entries);
  if (opening === undefined || reviewers.size < approvalsNeeded(request.priority, policy))
    return { missing: 'approvals' };
  if (isClosed(history.entries)) return { missing: 'open' };
  const hold = holdOf(evidence, request, history.entries, proven);
  if (hold === 'differs') return { missing: 'notification' };
  return { reviewers, request, openedAt: opening.at, heldUntil: hold.until };
}

/** The officer's key that asked, if it was enrolled for this agency, active when it asked, and is not revoked. */
function askerOf(
  { case: current, registry }: ApprovalEvidence,
  received: EntryOf<'request.received'>,
  proven: ReadonlyMap<string, KeyRecord>,
): KeyRecord | undefined {
  const shown = registry.keys.get(current.askedBy);
  const key = proven.get(current.askedBy);
  // A request under a stolen key is void from the moment at which the key is revoked.
  if (key === undefined || shown === undefined || shown.isRevoked) return undefined;
  if (key.role !== 'agency' || key.agency !== current.agency) return undefined;
  if (received.data.key !== keyInLog(key)) return undefined;
  // When it asked is what the log says, give or take the time that a call takes.
  if (!isMomentBefore(current.receivedAt, received.at) || !isActive(key, current.receivedAt))
    return undefined;
  return key;
}

/** An emergency, as the officer signed it, opens on fewer. The others are an obligation. */
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
  if (key?.role !== 'reviewer' || shown === undefined || shown.isRevoked) return undefined;
  // It had cooled off when it decided.
  if (!isActive(key, decision.at)) return undefined;
  // The log records this very approval, so that nobody can decide in secret.
  if (!isLoggedApproval(current, entry, key)) return undefined;
  // The reviewer signed it.
  if (message === undefined || !isSignedApproval(current, decision, message, key)) return undefined;
  return key.holder;
}
