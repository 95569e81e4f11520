import { commitment } from '#core/log/commitment.ts';
import { closed, hoursLater, scopeCommitment } from './acts.ts';
import type { Aside, Case, StoredDecision } from './case.ts';
import { CaseError } from './errors.ts';
import { isUndecided } from './information.ts';
import {
  beginObligations,
  checkStillOwed,
  fulfilled,
  hasAllSignatures,
  needsValidation,
} from './obligations.ts';
import { checkStanding, type Policy } from './policy.ts';
import { checkDocumentHere } from './receiving-order.ts';
import type { Decision, Ground, Suspension } from './request.ts';
import { saidAtApproval } from './reveal.ts';
import { type Scope, scopeText, within } from './scope.ts';
import { checkStored } from './stored.ts';
import { supersede } from './superseded.ts';
import { checkMay, type Outcome, step } from './transitions.ts';
import { isLeftOut, isOfAsked, withheldInLog, withheldText } from './withheld.ts';

/** Who decides, when, and under which policy. */
export interface Deciding {
  reviewer: string;
  keyId: string;
  /** The same key, as the log calls it. */
  key: string;
  at: string;
  /** The signed message as it arrived, sealed for `authorise` to verify again. */
  sealedMessage: Uint8Array;
  /** What is said to the agency, if anything: a JWE to its key. */
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
 *   withheld-differs, scope-differs, debt-overdue, order-missing, those of `checkStanding`
 */
export function decide(current: Case, decision: Decision, act: Deciding): Outcome {
  checkMay(current, decision.decision);
  // An open case is decided; but an emergency is not, until all have signed.
  if (!isUndecided(current)) throw new CaseError('case-closed');
  const isOpen = current.status !== 'AwaitingApproval';
  if (decision.requestDigest !== current.requestDigest) throw new CaseError('decision-digest-mismatch');
  if (decision.scope !== undefined && !within(decision.scope, current.asked))
    throw new CaseError('scope-too-wide');
  const { decision: by, scope: left } = current.notified?.answer ?? {};
  // What a notified authority objected to is not approved.
  if (by === 'object' && left !== undefined && decision.scope !== undefined && !within(decision.scope, left))
    throw new CaseError('scope-too-wide');
  if (decision.scope !== undefined) checkStored(decision.scope.period, current.receivedAt);
  const said = stored(current, decision, act);
  if (decision.decision === 'reject') return reject(current, decision.ground ?? 'other', said, act);

  const { scope, withheld = [] } = decision;
  checkDocumentHere(current);
  if (!withheld.every((line) => isLeftOut(line, scope) && isOfAsked(line, current.asked, scope)))
    throw new CaseError('withheld-differs');
  const { basis, priority } = current;
  checkStanding({ ...basis, priority }, scope.categories, act.policy);
  const agreeing = current.decisions.filter(
    (d) =>
      d.scope !== undefined && scopeText(d.scope) === scopeText(scope) && d.policyHash === act.policyHash,
  );
  if (agreeing.some((d) => d.reviewer === act.reviewer)) throw new CaseError('decision-repeated');
  const stated = decision.withheld === undefined ? undefined : withheldText(decision.withheld);
  if (isOpen) return countersign(current, { scope, stated }, said, act);
  return approve(current, { scope, stated }, [...agreeing, said], act);
}

/** What a reviewer approves, and what they state of the rest. */
interface Approving {
  scope: Scope;
  stated: string | undefined;
}

function approve(
  current: Case,
  { scope, stated }: Approving,
  decisions: StoredDecision[],
  act: Deciding,
): Outcome {
  const { policy } = act;
  const isEmergency = current.priority === 'Emergency';
  const needed = isEmergency ? Math.min(policy.emergency.approvals, policy.approvals) : policy.approvals;
  const gone = current.decisions.filter((before) => !decisions.includes(before));
  const { it, asides } = supersede(current, gone, ({ scope: before }) =>
    before !== undefined && scopeText(before) === scopeText(scope) ? 'policy-changed' : 'scope-differs',
  );
  const waiting = saying(it, { stated, isAnew: decisions.length === 1 }, act);
  if (decisions.length < needed) {
    const next: Case = { ...waiting, decisions };
    return step(current, 'approve', next, approval(current, next, scope, act), asides);
  }
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

/** The last word counts of those whose approvals do. A reviewer who states nothing takes over what is stated. */
function saying(
  current: Case,
  { stated, isAnew }: { stated: string | undefined; isAnew: boolean },
  { explanation }: Deciding,
): Case {
  const { withheld, explanation: before, ...rest } = current;
  const said = { withheld: stated ?? (isAnew ? undefined : withheld) };
  const told = { explanation: explanation ?? (isAnew ? undefined : before) };
  return {
    ...rest,
    ...(said.withheld === undefined ? {} : { withheld: said.withheld }),
    ...(told.explanation === undefined ? {} : { explanation: told.explanation }),
  };
}

/** One of the signatures that an open emergency owes: over the scope that was opened, and no other. */
function countersign(
  current: Case,
  { scope, stated }: Approving,
  decision: StoredDecision,
  act: Deciding,
): Outcome {
  checkStillOwed(current, act.at);
  if (current.scope === undefined || scopeText(scope) !== scopeText(current.scope))
    throw new CaseError('scope-differs');
  // What was left out, and why, is told already.
  if (stated !== undefined && stated !== current.withheld) throw new CaseError('withheld-differs');
  if (current.decisions.some((d) => d.reviewer === act.reviewer)) throw new CaseError('decision-repeated');
  const signed: Case = { ...current, decisions: [...current.decisions, decision] };
  const next = hasAllSignatures(signed) ? fulfilled(signed, 'second-signature') : signed;
  return step(current, 'approve', next, approval(current, next, scope, act));
}

function approval(current: Case, next: Case, scope: Scope, act: Deciding): Outcome['entry'] {
  const isOpening = current.status === 'AwaitingApproval' && next.status === 'AwaitingDisclosure';
  return {
    kind: 'decision.approved',
    data: {
      reviewer: commitment(current.salt, 'reviewer', act.reviewer),
      key: act.key,
      request: commitment(current.salt, 'request', current.requestDigest),
      scope: scopeCommitment(current, scope),
      ...saidAtApproval(current, scope),
      subjects: scope.subjects.length,
      narrowed: scopeText(scope) !== scopeText(current.asked),
      ...withheldInLog(next),
      policyHash: act.policyHash,
      status: next.status,
      ...(next.debts === undefined ? {} : { owed: next.debts.owed.length }),
      ...(isOpening && next.debts !== undefined && !needsValidation(next.basis, act.policy.emergency)
        ? { needsValidation: false }
        : {}),
    },
  };
}

function reject(current: Case, ground: Ground, decision: StoredDecision, act: Deciding): Outcome {
  const status = 'Rejected';
  // What was said of an approval is not said of this.
  const { explanation: _, ...rest } = current;
  const next: Case = {
    ...closed(rest, status),
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
