import { canonicalJson } from '#core/canonical.ts';
import { commitment } from '#core/log/commitment.ts';
import type { EntryBody } from '#core/log/entry.ts';
import { epochsOf } from '#core/vault/epoch.ts';
import { type Case, type Grant, type Holder, openStatuses } from './case.ts';
import { CaseError } from './errors.ts';
import { kindOf, type Policy } from './policy.ts';
import { askedScope, type Decision, type Request } from './request.ts';
import { type Scope, scopeText, within } from './scope.ts';

/**
 * The state machine of a case: each act takes the case as it is and returns the case as it becomes, with the entry
 * that tells it. Nothing else changes a case. The entry's place in the case's stream is given at commit.
 */
export interface Outcome {
  next: Case;
  entry: EntryBody;
}

const hour = 3_600_000;
const later = (at: string, hours: number) => new Date(Date.parse(at) + hours * hour).toISOString();

/** What the desk refuses before a case exists: the asked breadth and the authoriser's standing. */
export function checkAsked(request: Request, policy: Policy): void {
  checkBreadth(request, policy);
  for (const asked of request.categories) {
    if (!policy.authorisers[asked].includes(request.instrument.authoriserRole)) {
      throw new CaseError('authoriser-insufficient');
    }
  }
}

/** How much one request may name: it bounds the drawers, and so the KMS grants, that it can cost. */
export function checkBreadth(
  request: Pick<Request, 'subjects' | 'categories' | 'period'>,
  policy: Policy,
): void {
  const days = (Date.parse(request.period.to) - Date.parse(request.period.from)) / (24 * hour);
  if (request.subjects.length > policy.limits.subjects || days > policy.limits.periodDays) {
    throw new CaseError('limit-exceeded');
  }
  const kinds = new Set(request.categories.map((asked) => kindOf[asked]));
  const doors = request.subjects.length * kinds.size * epochsOf(request.period).length;
  if (doors > policy.limits.grants) throw new CaseError('limit-exceeded');
}

/**
 * Instruments as the log names them: orders and preservation orders of Regulation (EU) 2023/1543, the investigation
 * order of Directive 2014/41/EU, mutual legal assistance, national orders. Whatever else an agency writes is `Other`:
 * an immutable log is no place for free text (I7).
 */
const instrumentsInLog = ['EPOC', 'EPOC-PR', 'EIO', 'MLA', 'NationalOrder'];

export function instrumentInLog(kind: string): string {
  return instrumentsInLog.includes(kind) ? kind : 'Other';
}

/** An agency's request becomes a case. Its stream of entries starts here. */
export function receive(
  request: Request,
  facts: {
    id: string;
    agency: string;
    askedBy: string;
    requestDigest: string;
    at: string;
    subjects: Holder[][];
    sealedRequest: Uint8Array;
    salt: Uint8Array;
    policy: Policy;
    policyHash: string;
  },
): Outcome {
  const { policy } = facts;
  const next: Case = {
    id: facts.id,
    version: 0,
    agency: facts.agency,
    askedBy: facts.askedBy,
    reference: request.reference,
    requestDigest: facts.requestDigest,
    priority: request.priority,
    status: 'AwaitingApproval',
    receivedAt: facts.at,
    dueAt: later(facts.at, policy.deadlineHours[request.priority]),
    asked: askedScope(request),
    subjects: facts.subjects,
    approvalsNeeded: policy.approvals,
    policyHash: facts.policyHash,
    collectionsAllowed: policy.collections,
    collectHours: policy.collectHours,
    request: facts.sealedRequest,
    decisions: [],
    collections: 0,
    salt: facts.salt,
    entries: { n: 0, hash: '' },
  };
  return {
    next,
    entry: {
      kind: 'request.received',
      data: {
        agency: facts.agency,
        priority: request.priority,
        instrument: instrumentInLog(request.instrument.kind),
        jurisdiction: request.instrument.jurisdiction,
        categories: request.categories,
        subjects: request.subjects.length,
        request: commitment(facts.salt, 'request', facts.requestDigest),
        resolved: resolvedCommitment(next),
        policyHash: facts.policyHash,
      },
    },
  };
}

/**
 * A reviewer decides. The right to open needs `approvalsNeeded` distinct people over one request digest and one
 * scope (I3); an approval of another scope starts the count anew. One rejection ends the case.
 *
 * @throws CaseError case-closed, decision-digest-mismatch, decision-repeated, scope-too-wide
 */
export function decide(
  it: Case,
  act: { decision: Decision; reviewer: string; keyId: string; at: string; sealedMessage: Uint8Array },
): Outcome {
  const { decision } = act;
  if (it.status !== 'AwaitingApproval') throw new CaseError('case-closed');
  if (decision.requestDigest !== it.requestDigest) throw new CaseError('decision-digest-mismatch');
  if (it.decisions.some((d) => d.reviewer === act.reviewer)) throw new CaseError('decision-repeated');
  if (decision.scope !== undefined && !within(decision.scope, it.asked))
    throw new CaseError('scope-too-wide');

  const stored = {
    decision: decision.decision,
    reviewer: act.reviewer,
    keyId: act.keyId,
    at: act.at,
    ...(decision.scope === undefined ? {} : { scope: decision.scope }),
    entry: it.entries.n + 1,
    message: act.sealedMessage,
  };
  const reviewer = commitment(it.salt, 'reviewer', act.reviewer);
  const request = commitment(it.salt, 'request', it.requestDigest);

  if (decision.decision === 'reject') {
    return {
      next: { ...it, status: 'Rejected', decisions: [...it.decisions, stored] },
      entry: { kind: 'decision.rejected', data: { reviewer, request, status: 'Rejected' } },
    };
  }
  const { scope } = decision;
  const agreeing = it.decisions.filter(
    (d) => d.scope !== undefined && scopeText(d.scope) === scopeText(scope),
  );
  const decisions = [...agreeing, stored];
  const approved = decisions.length >= it.approvalsNeeded;
  const next: Case = approved
    ? {
        ...it,
        status: 'AwaitingDisclosure',
        decisions,
        scope,
        approvedAt: act.at,
        expiresAt: later(act.at, it.collectHours),
      }
    : { ...it, decisions };
  return {
    next,
    entry: {
      kind: 'decision.approved',
      data: {
        reviewer,
        request,
        scope: scopeCommitment(it, scope),
        categories: scope.categories,
        subjects: scope.subjects.length,
        status: next.status,
      },
    },
  };
}

/** A reviewer saw what is asked in the clear. */
export function view(it: Case, reviewer: string): Outcome {
  return {
    next: it,
    entry: { kind: 'review.opened', data: { reviewer: commitment(it.salt, 'reviewer', reviewer) } },
  };
}

/** A reviewer took out the case's file, for whoever may open what the log says of it. */
export function issueFile(it: Case, reviewer: string): Outcome {
  return {
    next: it,
    entry: { kind: 'case-file.issued', data: { reviewer: commitment(it.salt, 'reviewer', reviewer) } },
  };
}

/** `authorise` minted the grants; with none to mint there is nothing to disclose. */
export function mint(it: Case, grants: Grant[]): Outcome {
  const scope = approvedScope(it);
  if (it.status !== 'AwaitingDisclosure' || it.grants !== undefined) throw new CaseError('case-closed');
  if (grants.length === 0) {
    const { pending: _, ...rest } = it;
    return {
      next: { ...rest, status: 'DisclosureNotAvailable', grants: [] },
      entry: { kind: 'data.absent', data: { scope: scopeCommitment(it, scope) } },
    };
  }
  return {
    next: { ...it, grants, minted: it.entries.n + 1 },
    entry: {
      kind: 'grant.minted',
      data: { grants: grants.length, scope: scopeCommitment(it, scope), expiresAt: it.expiresAt ?? '' },
    },
  };
}

/** The agency takes its request back. @throws CaseError case-closed */
export function withdraw(it: Case): Outcome {
  if (it.status !== 'AwaitingApproval' && !openStatuses.includes(it.status))
    throw new CaseError('case-closed');
  const { pending: _, ...rest } = it;
  return {
    next: { ...rest, status: 'Cancelled' },
    entry: { kind: 'case.withdrawn', data: { status: 'Cancelled' } },
  };
}

/** Time ran out for what was approved: the right to collect has ended. Undefined while it has not. */
export function lapse(it: Case, at: string): Outcome | undefined {
  const ended =
    (openStatuses.includes(it.status) || it.status === 'Suspended') &&
    it.expiresAt !== undefined &&
    Date.parse(at) >= Date.parse(it.expiresAt);
  if (!ended) return undefined;
  const { pending: _, ...rest } = it;
  return {
    next: { ...rest, status: 'Expired' },
    entry: { kind: 'case.expired', data: { status: 'Expired' } },
  };
}

/**
 * Keys were revoked: what is pending under them ends. A request of a revoked officer is cancelled. A decision of a
 * revoked reviewer that still waits for another is void; a case that was opened by one is suspended, since nobody can
 * say who really approved it.
 *
 * @returns undefined if the case rests on none of them
 */
export function keysRevoked(it: Case, isRevoked: (keyId: string) => boolean): Outcome | undefined {
  const because = 'key-revoked';
  const isOpen = openStatuses.includes(it.status);
  if (it.status !== 'AwaitingApproval' && !isOpen && it.status !== 'Suspended') return undefined;
  const { pending: _, ...rest } = it;
  if (isRevoked(it.askedBy)) {
    const status = 'Cancelled';
    return { next: { ...rest, status }, entry: { kind: 'case.cancelled', data: { status, because } } };
  }
  const standing = it.decisions.filter(({ keyId }) => !isRevoked(keyId));
  const voided = it.decisions.length - standing.length;
  if (voided === 0 || it.status === 'Suspended') return undefined;
  if (isOpen) {
    const status = 'Suspended';
    return { next: { ...rest, status }, entry: { kind: 'case.suspended', data: { status, because } } };
  }
  return {
    next: { ...it, decisions: standing },
    entry: { kind: 'decision.voided', data: { decisions: voided, because } },
  };
}

/** Why a case's grants must be retired now, if they must (I9). */
export function retirementDue(it: Case): string | undefined {
  if (it.grants === undefined || it.grants.length === 0) return undefined;
  if (!openStatuses.includes(it.status)) return it.status;
  // The last collection's grants are needed until its last page.
  const usedUp = it.collections >= it.collectionsAllowed && it.unfinished === undefined;
  return usedUp ? 'collections-used-up' : undefined;
}

/** `expire` retired the grants at KMS. */
export function retired(it: Case, because: string): Outcome {
  return {
    next: { ...it, grants: [] },
    entry: { kind: 'grant.retired', data: { grants: it.grants?.length ?? 0, because } },
  };
}

export function approvedScope(it: Case): Scope {
  if (it.scope === undefined) throw new CaseError('case-not-approved');
  return it.scope;
}

export function resolvedCommitment(it: Pick<Case, 'salt' | 'subjects'>): string {
  return commitment(it.salt, 'resolved', canonicalJson(it.subjects));
}

export function scopeCommitment(it: Case, scope: Scope): string {
  return commitment(it.salt, 'scope', scopeText(scope));
}
