import { commitment } from '#core/log/commitment.ts';
import { closed, hoursLater, scopeCommitment } from './acts.ts';
import type { Aside, Case, StoredDecision } from './case.ts';
import { CaseError } from './errors.ts';
import { isUndecided } from './information.ts';
import { beginObligations, checkStillOwed, fulfilled, hasAllSignatures } from './obligations.ts';
import { checkStanding, type Policy } from './policy.ts';
import type { Decision, Ground, Suspension } from './request.ts';
import { type Scope, scopeText, within } from './scope.ts';
import { checkStored } from './stored.ts';
import { supersede } from './superseded.ts';
import { checkMay, type Outcome, step } from './transitions.ts';

/** Who decides, when, and under which policy. */
export interface Deciding {
  reviewer: string;
  keyId: string;
  /** The same key, as the log calls it. */
  key: string;
  at: string;
  /** The signed message as it arrived, sealed for `authorise` to verify again. */
  sealedMessage: Uint8Array;
  /** What is said to the agency: a JWE to its key. */
  explanation?: string;
  policy: Policy;
  policyHash: string;
}

/**
 * A reviewer decides. The right to open needs `policy.approvals` distinct people over one request digest and one scope,
 * under one policy (I3); an approval of another scope, or after the policy changed, starts the count anew. An emergency
 * opens on `policy.emergency.approvals`, and owes the others: theirs are over exactly the scope that was opened. One
 * rejection ends the case, an open emergency too.
 *
 * @throws CaseError case-closed, decision-digest-mismatch, decision-repeated, scope-too-wide, period-in-future,
 *   scope-differs, debt-overdue, those of `checkStanding`
 */
export function decide(current: Case, decision: Decision, act: Deciding): Outcome {
  checkMay(current, decision.decision);
  // An open case is decided; but an emergency is not, until all have signed.
  if (!isUndecided(current)) throw new CaseError('case-closed');
  const isOpen = current.status !== 'AwaitingApproval';
  if (decision.requestDigest !== current.requestDigest) throw new CaseError('decision-digest-mismatch');
  if (decision.scope !== undefined && !within(decision.scope, current.asked))
    throw new CaseError('scope-too-wide');
  if (decision.scope !== undefined) checkStored(decision.scope.period, current.receivedAt);
  const said = stored(current, decision, act);
  if (decision.decision === 'reject') return reject(current, decision.ground ?? 'other', said, act);

  const { scope } = decision;
  const { basis, priority } = current;
  checkStanding({ ...basis, priority }, scope.categories, act.policy);
  const agreeing = current.decisions.filter(
    (d) =>
      d.scope !== undefined && scopeText(d.scope) === scopeText(scope) && d.policyHash === act.policyHash,
  );
  if (agreeing.some((d) => d.reviewer === act.reviewer)) throw new CaseError('decision-repeated');
  if (isOpen) return countersign(current, scope, said, act);
  return approve(current, scope, [...agreeing, said], act);
}

function approve(current: Case, scope: Scope, decisions: StoredDecision[], act: Deciding): Outcome {
  const { policy } = act;
  const isEmergency = current.priority === 'Emergency';
  const needed = isEmergency ? Math.min(policy.emergency.approvals, policy.approvals) : policy.approvals;
  const gone = current.decisions.filter((before) => !decisions.includes(before));
  const { it: waiting, asides } = supersede(current, gone, ({ scope: before }) =>
    before !== undefined && scopeText(before) === scopeText(scope) ? 'policy-changed' : 'scope-differs',
  );
  if (decisions.length < needed)
    return step(
      current,
      'approve',
      { ...waiting, decisions },
      approval(current, current, scope, act),
      asides,
    );
  const opened: Case = {
    ...waiting,
    status: 'AwaitingDisclosure',
    decisions,
    scope,
    policyHash: act.policyHash,
    approvalsNeeded: policy.approvals,
    collectionsAllowed: policy.limits.collections,
    approvedAt: act.at,
    expiresAt: hoursLater(act.at, policy.collectHours),
  };
  const next = isEmergency ? beginObligations(opened, act.at, policy) : opened;
  return step(current, 'approve', next, approval(current, next, scope, act), asides);
}

/** One of the signatures that an open emergency owes: over the scope that was opened, and no other. */
function countersign(current: Case, scope: Scope, decision: StoredDecision, act: Deciding): Outcome {
  checkStillOwed(current, act.at);
  if (current.scope === undefined || scopeText(scope) !== scopeText(current.scope))
    throw new CaseError('scope-differs');
  if (current.decisions.some((d) => d.reviewer === act.reviewer)) throw new CaseError('decision-repeated');
  const signed: Case = { ...current, decisions: [...current.decisions, decision] };
  const next = hasAllSignatures(signed) ? fulfilled(signed, 'second-signature') : signed;
  return step(current, 'approve', next, approval(current, next, scope, act));
}

function approval(current: Case, next: Case, scope: Scope, act: Deciding): Outcome['entry'] {
  return {
    kind: 'decision.approved',
    data: {
      reviewer: commitment(current.salt, 'reviewer', act.reviewer),
      key: act.key,
      request: commitment(current.salt, 'request', current.requestDigest),
      scope: scopeCommitment(current, scope),
      categories: scope.categories,
      subjects: scope.subjects.length,
      narrowed: scopeText(scope) !== scopeText(current.asked),
      policyHash: act.policyHash,
      status: next.status,
      ...(next.debts === undefined ? {} : { owed: next.debts.owed.length }),
    },
  };
}

function reject(current: Case, ground: Ground, decision: StoredDecision, act: Deciding): Outcome {
  const status = 'Rejected';
  const next: Case = {
    ...closed(current, status),
    decisions: [...current.decisions, decision],
    reason: ground,
    ...(act.explanation === undefined ? {} : { explanation: act.explanation }),
  };
  return step(current, 'reject', next, {
    kind: 'decision.rejected',
    data: {
      reviewer: commitment(current.salt, 'reviewer', act.reviewer),
      key: act.key,
      request: commitment(current.salt, 'request', current.requestDigest),
      because: ground,
      policyHash: act.policyHash,
      status,
    },
  });
}

/**
 * A reviewer ends access to an open case: at once, alone, and for good. What is still needed is asked for anew.
 *
 * @throws CaseError case-not-approved, case-closed, decision-digest-mismatch
 */
export function suspend(
  current: Case,
  suspension: Suspension,
  act: Pick<Deciding, 'reviewer' | 'key' | 'keyId' | 'at' | 'sealedMessage' | 'policyHash'> & {
    explanation: string;
  },
): Outcome {
  checkMay(current, 'suspend');
  if (suspension.requestDigest !== current.requestDigest) throw new CaseError('decision-digest-mismatch');
  const status = 'Suspended';
  const because = suspension.ground;
  const entry = current.entries.n + 1;
  const next: Case = {
    ...closed(current, status),
    reason: because,
    explanation: act.explanation,
    suspension: { entry, reviewer: act.reviewer, at: act.at },
  };
  const signed: Aside = {
    decision: 'suspend',
    reviewer: act.reviewer,
    keyId: act.keyId,
    at: act.at,
    policyHash: act.policyHash,
    ground: because,
    entry,
    message: act.sealedMessage,
  };
  const reviewer = commitment(current.salt, 'reviewer', act.reviewer);
  const data = { status, because, reviewer, key: act.key };
  return step(current, 'suspend', next, { kind: 'case.suspended', data }, [signed]);
}

function stored(current: Case, decision: Decision, act: Deciding): StoredDecision {
  return {
    decision: decision.decision,
    reviewer: act.reviewer,
    keyId: act.keyId,
    at: act.at,
    policyHash: act.policyHash,
    ...(decision.scope === undefined ? {} : { scope: decision.scope }),
    ...(decision.decision === 'reject' && decision.ground !== undefined ? { ground: decision.ground } : {}),
    entry: current.entries.n + 1,
    message: act.sealedMessage,
  };
}
