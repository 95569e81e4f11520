import { timeOf } from '#core/instant.ts';
import type { EntryData } from '#core/log/kinds.ts';
import {
  leastApprovals,
  leastEmergencyApprovals,
  mostCollectHours,
  mostDebtHours,
} from '#core/log/limits.ts';
import { addApproval, tellApart } from './approvals.ts';
import { type CaseSoFar, SKEW_MS } from './case-state.ts';
import { type Act, type Here, isOutOf } from './here.ts';

/**
 * Deciding a case: two distinct reviewers over one request, one scope and one policy. An emergency takes one, and then
 * has obligations for 48 hours (I3).
 *
 * The log says how many decisions were voided, and not whose. All are taken as voided: where that leaves some standing,
 * the desk asks for two more at least before the case opens. So no honest log is called wrong, and no voided decision
 * is counted.
 */
const OBLIGATIONS_MS = mostDebtHours * 3_600_000;
const COLLECT_MS = mostCollectHours * 3_600_000;

export const approved: Act<'decision.approved'> = (current, data, here) => {
  const { scope, policyHash, status, owed } = data;
  if (current.phase !== 'waiting') {
    countersigned(current, data, here);
    return;
  }
  checkRequest(current, data.request, here);
  if (data.because !== undefined && !data.narrowed)
    here.report('act-out-of-place', 'it says why something is left out, and nothing is');
  // Another scope or another policy starts the count anew.
  if (scope !== current.scope || policyHash !== current.policyHash)
    Object.assign(current, { scope, policyHash, approvals: [] });
  count(current, data, here);
  const isOpening = status === 'AwaitingDisclosure';
  if (!isOpening && status !== 'AwaitingApproval') {
    here.report('act-out-of-place', 'an approval leads to no such status');
    return;
  }
  if (isOpening) {
    checkApprovals(current, here);
    tellApart(current.approvals.map(({ key }) => key));
    Object.assign(current, { phase: 'approved', expiresAt: here.at + COLLECT_MS });
  }
  if (isOpening && current.isEmergency) {
    current.obligationsDueAt = here.at + OBLIGATIONS_MS;
    // The log names no authority of an order: that one needed no validation is the provider's word, and public.
    if (data.needsValidation === false) current.isValidated = true;
    checkOwed(current, here, owed);
  } else if (owed !== undefined || data.needsValidation !== undefined) {
    here.report('owed-differs', 'only an emergency that is open owes anything');
  }
};

/** The signature that an open emergency owes: over what was opened, by another reviewer. */
const countersigned: Act<'decision.approved'> = (current, data, here) => {
  const { request, scope, status, owed } = data;
  if (isOutOf(current.isEnded || !owesSignature(current), current, here)) return;
  checkRequest(current, request, here);
  checkInTime(current, here);
  if (status !== (current.answers === 0 ? 'AwaitingDisclosure' : 'Disclosed'))
    here.report('act-out-of-place', 'an approval leads to no such status');
  if (scope !== current.scope) here.report('scope-differs', 'another scope than was opened');
  else count(current, data, here);
  checkOwed(current, here, owed);
};

/** A reviewer who should countersign an emergency may reject it instead. */
export const rejected: Act<'decision.rejected'> = (current, { request, key }, here) => {
  here.signers.signed(key, { role: 'reviewer' }, here);
  const isDecided = current.phase !== 'waiting' && (current.isEnded || !owesSignature(current));
  if (isOutOf(isDecided, current, here)) return;
  checkRequest(current, request, here);
  current.phase = 'closed';
};

export const voided: Act<'decision.voided'> = (current, { decisions }, here) => {
  if (isOutOf(current.phase !== 'waiting', current, here)) return;
  if (decisions < 1) here.report('act-out-of-place', 'no decision was voided');
  current.approvals = [];
};

/** The agency's authorisation of an emergency. It may come before the case is opened, and after the case has ended. */
export const validated: Act<'authorisation.validated'> = (current, { owed, key }, here) => {
  here.signers.signed(key, { role: 'agency', agency: current.asker?.agency }, here);
  if (!current.isEmergency || current.isValidated) {
    here.report('act-out-of-place', 'the case owes no authorisation');
    return;
  }
  checkInTime(current, here);
  current.isValidated = true;
  if (current.isEnded) return;
  if (current.phase !== 'waiting') checkOwed(current, here, owed);
  else if (owed !== 0) here.report('owed-differs', 'only an emergency that is open owes anything');
};

/** The desk asks while it has still to decide, and one thing at a time. */
export const informationAsked: Act<'information.asked'> = (current, { key }, here) => {
  here.signers.signed(key, { role: 'reviewer' }, here);
  const isDecided = current.phase !== 'waiting' && (current.isEnded || !owesSignature(current));
  if (isOutOf(isDecided, current, here)) return;
  if (current.isAsked) here.report('act-out-of-place', 'the agency was asked, and has not answered');
  current.isAsked = true;
};

/** The agency answers what it was asked. */
export const informationGiven: Act<'information.given'> = (current, { key, dueAt }, here) => {
  here.signers.signed(key, { role: 'agency', agency: current.asker?.agency }, here);
  if (isOutOf(current.isEnded, current, here)) return;
  if (!current.isAsked) here.report('act-out-of-place', 'the agency was asked nothing');
  current.isAsked = false;
  if (dueAt === undefined) return;
  const due = timeOf(dueAt);
  if (!(due > current.dueAt)) here.report('act-out-of-place', 'it is due sooner than it was');
  else current.dueAt = due;
};

/** An emergency did not fulfil its obligations in time: that is said once, and access to its data ends. */
export const overdue: Act<'emergency.overdue'> = (current, _, here) => {
  // Of a case that had ended, only the authorisation can be missing, and only where something was disclosed.
  const owes = owesAuthorisation(current) || (!current.isEnded && owesSignature(current));
  if (!owes) here.report('act-out-of-place', 'the case owes nothing');
  current.isEmergency = false;
  if (!current.isEnded) current.phase = 'suspended';
};

export function leastApprovalsOf({ isEmergency }: CaseSoFar): number {
  return isEmergency ? leastEmergencyApprovals : leastApprovals;
}

/** Enough reviewers approved for something to be opened. */
export function checkApprovals(current: CaseSoFar, here: Here): void {
  if (current.approvals.length < leastApprovalsOf(current))
    here.report('approvals-missing', 'fewer reviewers than it takes approved this scope');
}

/** Nothing leaves an emergency whose obligations are overdue. @param afterMs from an act's check to its entry, at most */
export function checkObligations(current: CaseSoFar, here: Here, afterMs = 0): void {
  if (here.at < current.obligationsDueAt + SKEW_MS + afterMs) return;
  if (owesSignature(current))
    here.report('approvals-missing', 'the emergency was opened, and nobody signed in time what it owed');
  if (owesAuthorisation(current))
    here.report('emergency-unvalidated', 'the emergency’s authorisation was not validated in time');
}

function checkInTime({ obligationsDueAt }: CaseSoFar, here: Here): void {
  if (here.at >= obligationsDueAt + SKEW_MS)
    here.report('act-out-of-place', 'what the emergency owed was overdue');
}

const isOpened = ({ isEmergency, phase }: CaseSoFar) => isEmergency && phase !== 'waiting';
const owesAuthorisation = (current: CaseSoFar) => isOpened(current) && !current.isValidated;
const owesSignature = (current: CaseSoFar) => isOpened(current) && !current.isSigned;

/**
 * An emergency says that it owes no less than the log shows. A policy may ask for more signatures than two, so it may
 * owe one though two are there; but what was fulfilled once is not owed again.
 */
function checkOwed(current: CaseSoFar, here: Here, owed = Number.NaN): void {
  const authorisation = current.isValidated ? 0 : 1;
  const isEnough = current.approvals.length >= leastApprovals;
  const least = authorisation + (isEnough ? 0 : 1);
  const most = authorisation + (current.isSigned ? 0 : 1);
  if (!(owed >= least && owed <= most)) here.report('owed-differs', 'it owes another amount than it says');
  current.isSigned ||= isEnough && !(owed > authorisation);
}

/** An approval counts if its key may sign for a reviewer, and neither person nor key approved before. */
function count(
  { approvals }: CaseSoFar,
  { reviewer, key: id }: EntryData<'decision.approved'>,
  here: Here,
): void {
  const key = here.signers.signed(id, { role: 'reviewer' }, here);
  if (key !== undefined && !addApproval(approvals, { person: reviewer, key }))
    here.report('reviewer-repeated', 'one reviewer, or one key, approved twice');
}

function checkRequest(current: CaseSoFar, request: string, here: Here): void {
  // A case that did not start with its request is reported already.
  if (current.request !== '' && request !== current.request)
    here.report('request-differs', 'the decision is on another request');
}
