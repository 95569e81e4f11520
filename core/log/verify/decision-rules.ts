import type { EntryData } from '#core/log/kinds.ts';
import { leastApprovals, leastEmergencyApprovals, mostDebtHours } from '#core/log/limits.ts';
import { type CaseSoFar, isEnded } from './case-state.ts';
import { type Here, SKEW_MS } from './here.ts';

/**
 * Deciding a case: two distinct reviewers over one request, one scope and one policy. An emergency takes one, and then
 * has obligations for 48 hours (I3).
 *
 * The log says how many decisions were voided, and not whose. All are taken as voided: where that leaves some standing,
 * the desk asks for two more at least before the case opens. So no honest log is called wrong, and no voided decision
 * is counted.
 */
const OBLIGATIONS_MS = mostDebtHours * 3_600_000;

export function approved(current: CaseSoFar, data: EntryData<'decision.approved'>, here: Here): void {
  const { reviewer, scope, policyHash, status, owed } = data;
  if (current.phase !== 'waiting') {
    countersigned(current, data, here);
    return;
  }
  checkRequest(current, data, here);
  if (scope !== current.scope || policyHash !== current.policyHash) {
    // Another scope or another policy starts the count anew.
    Object.assign(current, { scope, policyHash, approvals: [reviewer] });
  } else {
    addApproval(current, reviewer, here);
  }
  const isOpening = status === 'AwaitingDisclosure';
  if (!isOpening && status !== 'AwaitingApproval') {
    here.report('act-out-of-place', 'an approval leads to no such status');
    return;
  }
  if (isOpening) {
    checkApprovals(current, here);
    current.phase = 'approved';
  }
  if (current.isEmergency && isOpening) {
    current.obligationsDueAt = here.at + OBLIGATIONS_MS;
    checkOwed(current, here, owed);
  } else if (owed !== undefined) {
    here.report('owed-differs', 'only an emergency that is open owes anything');
  }
}

/** The signature that an open emergency owes: over what was opened, by another reviewer. */
function countersigned(current: CaseSoFar, data: EntryData<'decision.approved'>, here: Here): void {
  if (isEnded(current) || !owesSignature(current)) {
    here.report('act-out-of-place', `the case is ${current.phase}`);
    return;
  }
  checkRequest(current, data, here);
  checkInTime(current, here);
  if (data.status !== (current.answers === 0 ? 'AwaitingDisclosure' : 'Disclosed'))
    here.report('act-out-of-place', 'an approval leads to no such status');
  if (data.scope !== current.scope) here.report('scope-differs', 'another scope than was opened');
  else addApproval(current, data.reviewer, here);
  checkOwed(current, here, data.owed);
}

/** A reviewer who should countersign an emergency may reject it instead. */
export function rejected(current: CaseSoFar, data: EntryData<'decision.rejected'>, here: Here): void {
  if (current.phase !== 'waiting' && (isEnded(current) || !owesSignature(current))) {
    here.report('act-out-of-place', `the case is ${current.phase}`);
    return;
  }
  checkRequest(current, data, here);
  current.phase = 'closed';
}

export function voided(current: CaseSoFar, { decisions }: EntryData<'decision.voided'>, here: Here): void {
  if (current.phase !== 'waiting') {
    here.report('act-out-of-place', `the case is ${current.phase}`);
    return;
  }
  if (decisions < 1) here.report('act-out-of-place', 'no decision was voided');
  current.approvals = [];
}

/** The agency's authorisation of an emergency. It may come before the case is opened, and after the case has ended. */
export function validated(
  current: CaseSoFar,
  { owed }: EntryData<'authorisation.validated'>,
  here: Here,
): void {
  if (!current.isEmergency || current.isValidated) {
    here.report('act-out-of-place', 'the case owes no authorisation');
    return;
  }
  checkInTime(current, here);
  current.isValidated = true;
  if (isEnded(current)) return;
  if (current.phase !== 'waiting') checkOwed(current, here, owed);
  else if (owed !== 0) here.report('owed-differs', 'only an emergency that is open owes anything');
}

/** An emergency did not fulfil its obligations in time: that is said once, and access to its data ends. */
export function overdue(current: CaseSoFar, _: unknown, here: Here): void {
  // Of a case that had ended, only the authorisation can be missing, and only where something was disclosed.
  const owes = isEnded(current)
    ? current.isEmergency && !current.isValidated
    : owesSignature(current) || owesAuthorisation(current);
  if (!owes) here.report('act-out-of-place', 'the case owes nothing');
  current.isEmergency = false;
  if (!isEnded(current)) current.phase = 'suspended';
}

/** Enough reviewers approved for something to be opened. */
export function checkApprovals(current: CaseSoFar, here: Here): void {
  const needed = current.isEmergency ? leastEmergencyApprovals : leastApprovals;
  if (current.approvals.length < needed)
    here.report('approvals-missing', 'fewer reviewers than it takes approved this scope');
}

/**
 * Nothing leaves an emergency that did not fulfil its obligations in time.
 *
 * @param afterMs how long after it was checked an act may be recorded
 */
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

function addApproval({ approvals }: CaseSoFar, reviewer: string, here: Here): void {
  if (approvals.includes(reviewer)) here.report('reviewer-repeated', 'one reviewer approved twice');
  else approvals.push(reviewer);
}

function checkRequest(current: CaseSoFar, { request }: { request: string }, here: Here): void {
  // A case that did not start with its request is reported already.
  if (current.request !== '' && request !== current.request)
    here.report('request-differs', 'the decision is on another request');
}
