import { begun, type CaseSoFar, isEnded, over, type Report, SKEW_MS } from './case-state.ts';
import { type EntryReader, member } from './entry-reader.ts';

/**
 * Deciding a case: two distinct reviewers over one request, one scope and one policy; of an emergency one, and then what
 * it owes within 48 hours (I3). core/cases/deciding.ts and debts.ts, read backwards.
 *
 * The log does not say whose decisions were voided, only how many. All are taken as voided: where that leaves some
 * standing, the desk asks for two more at least before the case opens, so no honest log is called wrong, and no voided
 * decision is counted.
 */

/** Whatever the policy. */
const APPROVALS = 2;
const EMERGENCY_APPROVALS = 1;
/** What a policy may give at most. */
const DEBT_MS = 48 * 3_600_000;

const RECEIVED = {
  request: member('request.received', 'request'),
  priority: member('request.received', 'priority'),
};

export function receivedCase(entry: EntryReader): CaseSoFar {
  const it = begun();
  it.request = entry.text(RECEIVED.request);
  it.isEmergency = entry.isText(RECEIVED.priority, 'Emergency');
  return it;
}

const APPROVED = {
  request: member('decision.approved', 'request'),
  reviewer: member('decision.approved', 'reviewer'),
  scope: member('decision.approved', 'scope'),
  policyHash: member('decision.approved', 'policyHash'),
  status: member('decision.approved', 'status'),
  owed: member('decision.approved', 'owed'),
};

export function approved(it: CaseSoFar, entry: EntryReader, report: Report): CaseSoFar {
  if (it.phase !== 'waiting') return countersigned(it, entry, report);
  checkRequest(it, entry, APPROVED.request, report);
  const reviewer = entry.text(APPROVED.reviewer);
  // Another scope or another policy starts the count anew.
  if (!entry.isText(APPROVED.scope, it.scope) || !entry.isText(APPROVED.policyHash, it.policyHash)) {
    it.scope = entry.text(APPROVED.scope);
    it.policyHash = entry.text(APPROVED.policyHash);
    it.approvals = [reviewer];
  } else if (it.approvals.includes(reviewer)) {
    report('reviewer-repeated', 'one reviewer approved twice');
  } else {
    it.approvals.push(reviewer);
  }
  const isOpening = entry.isText(APPROVED.status, 'AwaitingDisclosure');
  if (!isOpening && !entry.isText(APPROVED.status, 'AwaitingApproval')) {
    report('act-out-of-place', 'an approval leads to no such status');
    return it;
  }
  const owes = it.isEmergency && isOpening;
  if (isOpening) {
    checkApprovals(it, report);
    it.phase = 'approved';
  }
  if (owes) {
    it.debtsDueAt = entry.at + DEBT_MS;
    checkOwed(it, entry.count(APPROVED.owed), report);
  } else if (!Number.isNaN(entry.count(APPROVED.owed))) {
    report('owed-differs', 'only an emergency that is open owes anything');
  }
  return it;
}

/** The signature that an open emergency owes: over what was opened, by somebody else. */
function countersigned(it: CaseSoFar, entry: EntryReader, report: Report): CaseSoFar {
  if (isEnded(it) || !owesSignature(it)) {
    report('act-out-of-place', `the case is ${it.phase}`);
    return it;
  }
  checkRequest(it, entry, APPROVED.request, report);
  checkPayable(it, entry, report);
  const reviewer = entry.text(APPROVED.reviewer);
  if (!entry.isText(APPROVED.status, it.answers === 0 ? 'AwaitingDisclosure' : 'Disclosed'))
    report('act-out-of-place', 'an approval leads to no such status');
  if (!entry.isText(APPROVED.scope, it.scope)) report('scope-differs', 'another scope than was opened');
  else if (it.approvals.includes(reviewer)) report('reviewer-repeated', 'one reviewer approved twice');
  else it.approvals.push(reviewer);
  checkOwed(it, entry.count(APPROVED.owed), report);
  return it;
}

const REJECTED = { request: member('decision.rejected', 'request') };

export function rejected(it: CaseSoFar, entry: EntryReader, report: Report): CaseSoFar {
  // Who was to sign an emergency after it was opened may close it instead.
  if (it.phase !== 'waiting' && (isEnded(it) || !owesSignature(it))) {
    report('act-out-of-place', `the case is ${it.phase}`);
    return it;
  }
  checkRequest(it, entry, REJECTED.request, report);
  return over(it, 'closed', entry.at);
}

const VOIDED = { decisions: member('decision.voided', 'decisions') };

export function voided(it: CaseSoFar, entry: EntryReader, report: Report): CaseSoFar {
  if (it.phase !== 'waiting') {
    report('act-out-of-place', `the case is ${it.phase}`);
    return it;
  }
  if (entry.count(VOIDED.decisions) < 1) report('act-out-of-place', 'no decision was voided');
  it.approvals = [];
  return it;
}

const VALIDATED = { owed: member('authorisation.validated', 'owed') };

/** The agency's authorisation, which may come before the case is opened, and after it ended. */
export function validated(it: CaseSoFar, entry: EntryReader, report: Report): CaseSoFar {
  if (!it.isEmergency || it.isValidated) {
    report('act-out-of-place', 'the case owes no authorisation');
    return it;
  }
  checkPayable(it, entry, report);
  const { phase } = it;
  if (phase === 'closed' || phase === 'suspended') return over({ ...it, isValidated: true }, phase, entry.at);
  it.isValidated = true;
  const owed = entry.count(VALIDATED.owed);
  if (it.phase !== 'waiting') checkOwed(it, owed, report);
  else if (owed !== 0) report('owed-differs', 'only an emergency that is open owes anything');
  return it;
}

/** What an emergency owed was not there in time: its door closes, if it is not closed. */
export function overdue(it: CaseSoFar, entry: EntryReader, report: Report): CaseSoFar {
  const { phase } = it;
  const isOver = phase === 'closed' || phase === 'suspended';
  // Of one that ended before, only the authorisation is still owed, where something had left.
  const owes = isOver ? it.isEmergency && !it.isValidated : owesSignature(it) || owesAuthorisation(it);
  if (!owes) report('act-out-of-place', 'the case owes nothing');
  // It is said once.
  return over({ ...it, isEmergency: false }, isOver ? phase : 'suspended', entry.at);
}

/** Enough reviewers approved for something to be opened. */
export function checkApprovals(it: CaseSoFar, report: Report): void {
  const needed = it.isEmergency ? EMERGENCY_APPROVALS : APPROVALS;
  if (it.approvals.length < needed)
    report('approvals-missing', 'fewer reviewers than it takes approved this scope');
}

/** Nothing leaves an emergency any more that did not pay in time. @param afterMs how long after its check an act is told */
export function checkDebts(it: CaseSoFar, at: number, report: Report, afterMs = 0): void {
  if (at < it.debtsDueAt + SKEW_MS + afterMs) return;
  if (owesSignature(it))
    report('approvals-missing', 'the emergency was opened, and nobody signed in time what it owed');
  if (owesAuthorisation(it))
    report('emergency-unvalidated', 'the emergency’s authorisation was not validated in time');
}

function checkPayable(it: CaseSoFar, entry: EntryReader, report: Report): void {
  if (entry.at >= it.debtsDueAt + SKEW_MS) report('act-out-of-place', 'what the emergency owed was overdue');
}

function isOpened({ isEmergency, phase }: CaseSoFar): boolean {
  return isEmergency && phase !== 'waiting';
}

function owesAuthorisation(it: CaseSoFar): boolean {
  return isOpened(it) && !it.isValidated;
}

function owesSignature(it: CaseSoFar): boolean {
  return isOpened(it) && !it.isSigned;
}

/**
 * What an emergency says that it owes is no less than the log shows. It may be a signature though two are there: a
 * policy may ask for more. But what was there once is not owed again.
 */
function checkOwed(it: CaseSoFar, owed: number, report: Report): void {
  const authorisation = it.isValidated ? 0 : 1;
  const isEnough = it.approvals.length >= APPROVALS;
  const least = authorisation + (isEnough ? 0 : 1);
  const most = authorisation + (it.isSigned ? 0 : 1);
  if (!(owed >= least && owed <= most)) report('owed-differs', 'it owes another amount than it says');
  it.isSigned ||= isEnough && !(owed > authorisation);
}

function checkRequest(it: CaseSoFar, entry: EntryReader, request: number, report: Report): void {
  // Without a request that is found already.
  if (it.request !== '' && !entry.isText(request, it.request))
    report('request-differs', 'the decision is on another request');
}
