import { canonicalJson } from '#core/canonical.ts';
import { kindOf } from '#core/categories/categories.ts';
import { commitment, embargoNonce } from '#core/log/commitment.ts';
import { type EntryBody, noEntries } from '#core/log/entry.ts';
import { epochsOf } from '#core/vault/epoch.ts';
import { beginTime } from './answer-time.ts';
import { type Case, type Grant, type Holder, openStatuses, type SealedReference } from './case.ts';
import { documentTerms } from './document.ts';
import { embargoOf, saidAtReceipt } from './embargo.ts';
import { CaseError } from './errors.ts';
import { checkDated } from './instrument.ts';
import { longestDelayDays, type NoticeMode, noticeModeOf } from './notice-modes.ts';
import { beginNotification, checkNotHeld, checkNotification, restsOnAuthority } from './notification.ts';
import { type Basis, checkStanding, type Policy, thresholdOf } from './policy.ts';
import { askedScope, type Delay, type Request } from './request.ts';
import { type Scope, scopeText } from './scope.ts';
import { checkStored } from './stored.ts';
import { supersede } from './superseded.ts';
import { may, type Outcome, step } from './transitions.ts';

/**
 * How a case begins, is opened, and ends. Deciding it is in deciding.ts, collecting in collecting.ts, what an emergency
 * owes in obligations.ts, telling the person in notice.ts; which act may follow which, in transitions.ts.
 */
const hour = 3_600_000;
export const hoursLater = (at: string, hours: number) =>
  new Date(Date.parse(at) + hours * hour).toISOString();

/** What a request rests on, as the policy judges it. */
export function basisOf(
  { instrument }: { instrument: Omit<Request['instrument'], 'issuedAt' | 'digest'> },
  policy: Policy,
): Basis {
  return {
    instrument: instrument.kind,
    jurisdiction: instrument.jurisdiction,
    authoriserRole: instrument.authoriserRole,
    ...(instrument.role === undefined ? {} : { role: instrument.role }),
    threshold: thresholdOf(
      instrument.offence,
      instrument.jurisdiction,
      policy,
      instrument.threshold !== undefined,
    ),
  };
}

/**
 * What the desk refuses before a case exists: the asked breadth, a time to come, the order's standing, an emergency of
 * nothing, secrecy without end.
 *
 * @throws CaseError order-in-future, limit-exceeded, period-in-future, those of `checkStanding`, notification-missing,
 *   notification-not-due, threat-unstated, notice-by-other, notice-order-missing, delay-too-long, answer-by-out-of-range
 */
export function checkAsked(request: Request, policy: Policy, at: string): void {
  checkDated(request.instrument.issuedAt, at);
  checkBreadth(request, policy);
  checkStored(request.period, at);
  const standing = { ...basisOf(request, policy), priority: request.priority };
  checkStanding(standing, request.categories, policy);
  checkNotification(request, standing, policy);
  if (
    request.priority === 'Emergency' &&
    request.threat === undefined &&
    policy.emergency.threat === 'required'
  )
    throw new CaseError('threat-unstated');
  const mode = noticeModeOf(request, policy);
  if (request.notice !== undefined) checkDelay(request.notice, mode, policy, at);
  beginTime(request, basisOf(request, policy), policy, at);
}

/** @throws CaseError delay-too-long */
export function checkDelay({ delayUntil }: Delay, mode: NoticeMode, policy: Policy, at: string): void {
  if (Date.parse(delayUntil) > Date.parse(hoursLater(at, longestDelayDays(mode, policy) * 24)))
    throw new CaseError('delay-too-long');
}

/** How much one request may name: it bounds the epoch keys, and so the KMS grants, that it can cost. */
export function checkBreadth(
  request: Pick<Request, 'subjects' | 'categories' | 'period'>,
  policy: Policy,
): void {
  const days = (Date.parse(request.period.to) - Date.parse(request.period.from)) / (24 * hour);
  if (request.subjects.length > policy.limits.subjects || days > policy.limits.periodDays) {
    throw new CaseError('limit-exceeded');
  }
  const kinds = new Set(request.categories.map((asked) => kindOf[asked]));
  const epochKeys = request.subjects.length * kinds.size * epochsOf(request.period).length;
  if (epochKeys > policy.limits.grants) throw new CaseError('limit-exceeded');
}

/** An agency's request becomes a case. Its stream of entries starts here. */
export function receive(
  request: Request,
  facts: {
    id: string;
    agency: string;
    askedBy: string;
    /** The same key, as the log calls it. */
    key: string;
    reference: SealedReference;
    order?: SealedReference | undefined;
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
  const { notice, notification, instrument, categories } = request;
  const mode = noticeModeOf(request, policy);
  const by = mode === 'provider' ? {} : { by: mode };
  const basis = basisOf(request, policy);
  const { dueAt, time } = beginTime(request, basis, policy, facts.at);
  const notified = beginNotification(request, policy, facts.at);
  const embargo = embargoOf(policy, notice?.delayUntil, facts.at);
  const document = documentTerms(policy, facts.salt, instrument.digest);
  const said = {
    // One that the policy names, or it would not be taken: no free text gets into an immutable log (I7).
    instrument: instrument.kind,
    jurisdiction: instrument.jurisdiction,
    categories,
  };
  const next: Case = {
    id: facts.id,
    version: 0,
    agency: facts.agency,
    askedBy: facts.askedBy,
    reference: facts.reference,
    ...(facts.order === undefined ? {} : { order: facts.order }),
    requestDigest: facts.requestDigest,
    priority: request.priority,
    status: 'AwaitingApproval',
    receivedAt: facts.at,
    dueAt,
    time,
    asked: askedScope(request),
    basis,
    ...(request.amends === undefined ? {} : { amends: request.amends }),
    preservations: request.preservations ?? [],
    subjects: facts.subjects,
    approvalsNeeded: policy.approvals,
    policyHash: facts.policyHash,
    collectionsAllowed: policy.limits.collections,
    retentionMonths: policy.caseRetentionMonths,
    request: facts.sealedRequest,
    ...(document === undefined ? {} : { document }),
    decisions: [],
    notice: {
      ...(notice === undefined ? {} : { delayUntil: notice.delayUntil, reason: notice.reason }),
      ...by,
      ...(notice?.digest === undefined ? {} : { order: notice.digest }),
      renewals: 0,
      told: 0,
    },
    ...(embargo === undefined ? {} : { embargo }),
    ...(notified === undefined ? {} : { notified }),
    collections: 0,
    salt: facts.salt,
    entries: noEntries,
  };
  return {
    next,
    entry: {
      kind: 'request.received',
      data: {
        agency: facts.agency,
        priority: request.priority,
        ...(request.threat === undefined ? {} : { threat: request.threat }),
        ...saidAtReceipt(embargo, said, embargoNonce(facts.salt)),
        subjects: request.subjects.length,
        request: commitment(facts.salt, 'request', facts.requestDigest),
        resolved: resolvedCommitment(next),
        key: facts.key,
        policyHash: facts.policyHash,
        dueAt,
        ...(request.amends === undefined ? {} : { amends: request.amends }),
        ...(notice === undefined ? {} : { delayUntil: notice.delayUntil, delayReason: notice.reason }),
        ...(notified === undefined
          ? {}
          : { notified: notified.authority, notifiedUntil: notified.until, waits: notified.waits }),
        ...(notification !== undefined && 'exempt' in notification ? { exempt: notification.exempt } : {}),
        ...(mode === 'provider' ? {} : { noticeBy: mode }),
        ...noticeOrderIn(facts, notice),
      },
    },
  };
}

/** The order that delays or forbids telling the person, as an entry has it. */
export function noticeOrderIn(
  { salt }: Pick<Case, 'salt'>,
  delay: Pick<Delay, 'digest'> | undefined,
): { noticeOrder?: string } {
  return delay?.digest === undefined ? {} : { noticeOrder: commitment(salt, 'noticeOrder', delay.digest) };
}

/** A reviewer saw what is asked in the clear. */
export function view(current: Case, reviewer: string): Outcome {
  const data = { reviewer: commitment(current.salt, 'reviewer', reviewer) };
  return step(current, 'view', current, { kind: 'review.opened', data });
}

/** A reviewer took out the case's file, for those who may open what the log says of it. */
export function issueFile(current: Case, reviewer: string): Outcome {
  const data = { reviewer: commitment(current.salt, 'reviewer', reviewer) };
  return step(current, 'issue-file', current, { kind: 'case-file.issued', data });
}

/** What `authorise` found proven when it minted, and sets down. */
export interface Minting {
  holders: Holder[][];
  expiresAt: string;
  collectionsAllowed: number;
  /** Now. A case that a notified authority may still object to is not minted. */
  at: string;
}

const asStored = ({ subjects, expiresAt = '', collectionsAllowed }: Case): Minting => ({
  holders: subjects,
  expiresAt,
  collectionsAllowed,
  at: '',
});

/**
 * `authorise` minted the grants; with none to mint there is nothing to disclose, and that is not said either while a
 * notified authority may object.
 *
 * @throws CaseError case-not-approved, case-closed, notification-pending
 */
export function mint(
  current: Case,
  grants: Grant[],
  { at, ...minting }: Minting = asStored(current),
): Outcome {
  const scope = approvedScope(current);
  if (current.grants !== undefined) throw new CaseError('case-closed');
  checkNotHeld(current, at);
  if (grants.length === 0) {
    const next: Case = { ...closed(current, 'DisclosureNotAvailable'), grants: [] };
    return step(current, 'find-nothing', next, {
      kind: 'data.absent',
      data: { scope: scopeCommitment(current, scope) },
    });
  }
  const next: Case = { ...current, ...minting, grants, minted: current.entries.n + 1 };
  return step(current, 'mint', next, {
    kind: 'grant.minted',
    data: {
      grants: grants.length,
      scope: scopeCommitment(current, scope),
      expiresAt: minting.expiresAt,
      resolved: heldCommitment(next),
      collections: minting.collectionsAllowed,
    },
  });
}

/** What was approved names more epoch keys than one case may open: it is asked for anew, in parts. */
export function findTooMuch(current: Case): Outcome {
  if (current.grants !== undefined) throw new CaseError('case-closed');
  const [status, because] = ['Invalid', 'limit-exceeded'] as const;
  const next: Case = { ...closed(current, status), reason: because, grants: [] };
  return step(current, 'find-too-much', next, { kind: 'case.invalid', data: { status, because } });
}

/** The agency takes its request back. @throws CaseError case-closed */
export function withdraw(current: Case, officer: string): Outcome {
  const status = 'Cancelled';
  return step(current, 'withdraw', closed(current, status), {
    kind: 'case.withdrawn',
    data: { status, officer: commitment(current.salt, 'officer', officer) },
  });
}

/** Time ran out for what was approved: the right to collect has ended. Undefined while it has not. */
export function lapse(current: Case, at: string): Outcome | undefined {
  const isOver = current.expiresAt !== undefined && Date.parse(at) >= Date.parse(current.expiresAt);
  if (!isOver || !may(current, 'lapse')) return undefined;
  const status = 'Expired';
  return step(current, 'lapse', closed(current, status), { kind: 'case.expired', data: { status } });
}

/**
 * Keys were revoked: what is pending under them ends. A request of a revoked officer is cancelled. A decision of a
 * revoked reviewer that still waits for another is void; a case that was opened by one is suspended, since nobody can
 * say who really approved it. So is one that was opened on the word of a notified authority, whose key it was.
 *
 * @param at now: what a notified authority said is no longer needed once its time to object is over
 * @returns undefined if the case rests on none of them
 */
export function keysRevoked(
  current: Case,
  isRevoked: (keyId: string) => boolean,
  at?: string,
): Outcome | undefined {
  const because = 'key-revoked';
  if (isRevoked(current.askedBy)) {
    if (!may(current, 'cancel')) return undefined;
    const status = 'Cancelled';
    const next = { ...closed(current, status), reason: because };
    return step(current, 'cancel', next, { kind: 'case.cancelled', data: { status, because } });
  }
  const standing = current.decisions.filter(({ keyId }) => !isRevoked(keyId));
  const voided = current.decisions.length - standing.length;
  const consent = current.notified?.answer;
  const isConsentGone = consent !== undefined && isRevoked(consent.keyId) && restsOnAuthority(current, at);
  if (voided === 0 && !isConsentGone) return undefined;
  if (may(current, 'suspend')) {
    const status = 'Suspended';
    const next = { ...closed(current, status), reason: because };
    return step(current, 'suspend', next, { kind: 'case.suspended', data: { status, because } });
  }
  if (!may(current, 'void-decisions')) return undefined;
  const data = { decisions: voided, because };
  const gone = current.decisions.filter(({ keyId }) => isRevoked(keyId));
  const { it, asides } = supersede(current, gone, () => because);
  // Nobody can say whose words these were.
  const { withheld: _, explanation: _said, ...rest } = it;
  const next: Case = { ...rest, decisions: standing };
  return step(current, 'void-decisions', next, { kind: 'decision.voided', data }, asides);
}

/** Why a case's grants must be retired now, if they must (I9). */
export function retirementDue(current: Case): string | undefined {
  if (current.grants === undefined || current.grants.length === 0) return undefined;
  if (!openStatuses.includes(current.status)) return current.status;
  // The last collection's grants are needed until its last page.
  const usedUp = current.collections >= current.collectionsAllowed && current.unfinished === undefined;
  return usedUp ? 'collections-used-up' : undefined;
}

/** `expire` retired the grants at KMS. */
export function retired(current: Case, because: string): Outcome {
  const entry: EntryBody = { kind: 'grant.retired', data: { grants: current.grants?.length ?? 0, because } };
  const { grantsAt: _, ...rest } = current;
  return step(current, 'retire-grants', { ...rest, grants: [] }, entry);
}

/** The case in a status in which nothing is opened: whatever was announced is not. */
export function closed(current: Case, status: Case['status']): Case {
  const { pending: _, ...rest } = current;
  return { ...rest, status };
}

export function approvedScope(current: Case): Scope {
  if (current.scope === undefined) throw new CaseError('case-not-approved');
  return current.scope;
}

export function resolvedCommitment(current: Pick<Case, 'salt' | 'subjects'>): string {
  return commitment(current.salt, 'resolved', canonicalJson(current.subjects));
}

/** To those whom the grants are for. */
export function heldCommitment({ salt, holders = [] }: Pick<Case, 'salt' | 'holders'>): string {
  return resolvedCommitment({ salt, subjects: holders });
}

export function scopeCommitment(current: Case, scope: Scope): string {
  return commitment(current.salt, 'scope', scopeText(scope));
}
