import { parseInstant, timeOf } from '#core/instant.ts';
import { intentMinutes, mostHoldDays } from '#core/log/limits.ts';
import { standing } from './approvals.ts';
import { CaseSoFar, type Page, type Phase, SKEW_MS } from './case-state.ts';
import { checkApprovals, checkObligations, leastApprovalsOf } from './decision-rules.ts';
import { type Act, type Here, isOutOf } from './here.ts';
import { checkNotHeld, notificationOf } from './notification-rules.ts';
import { MINTING_MS } from './signers.ts';

/** What a case's entries must have before them, from its request to the notice. Deciding is in decision-rules.ts. */

/** How long an intent may be answered. */
const INTENT_MS = (intentMinutes + 1) * 60_000;

export const received: Act<'request.received'> = (current, data, here) => {
  const { request, priority, delayUntil, agency, key, dueAt, noticeBy, noticeOrder } = data;
  const { notified, notifiedUntil, waits } = data;
  const asker = here.signers.asked(key, agency, here);
  if (here.n !== 1) here.report('act-out-of-place', 'a case is received once, at its start');
  const isEmergency = priority === 'Emergency';
  const isAuthoritys = noticeBy === 'authority';
  if (noticeBy === 'nobody' && (noticeOrder === undefined || delayUntil === undefined))
    here.report('notice-endless', 'it names no order, or no end');
  const due = dueAt === undefined ? {} : { dueAt: timeOf(dueAt) };
  const notification = notificationOf({ notified, notifiedUntil, waits });
  const delay = delayOf(delayUntil);
  Object.assign(
    current,
    new CaseSoFar({
      request,
      isEmergency,
      delayUntil: delay,
      isAuthoritys,
      asker,
      ...due,
      ...notification,
    }),
  );
};

const parts = ['half', 'three-quarters', 'whole'];

/** A part of the time for the answer is over: each part is recorded once, and only while there is no answer. */
export const deadlinePassed: Act<'deadline.passed'> = (current, { part }, here) => {
  const deadline = 1 + parts.indexOf(part);
  if (isOutOf(current.phase !== 'waiting' && current.phase !== 'approved', current, here)) return;
  if (deadline <= current.deadline) here.report('act-out-of-place', 'an entry before it says so');
  else current.deadline = deadline;
  if (part === 'whole' && !isDue(current, here)) here.report('act-out-of-place', 'the time is not over');
};

/** Whether the time for the answer is over. An instant that is none never comes. */
const isDue = ({ dueAt }: CaseSoFar, here: Here) => here.at >= dueAt - SKEW_MS;

export const minted: Act<'grant.minted'> = (current, { scope, expiresAt }, here) => {
  if (current.phase === 'waiting') here.report('approvals-missing', 'the case was not approved');
  else if (!isOutOf(current.phase !== 'approved', current, here)) {
    checkApprovals(current, here);
    checkNotHeld(current, here);
    if (scope !== current.scope)
      here.report('scope-differs', 'the grant is of another scope than was approved');
    checkStanding(current, here);
    if (!(timeOf(expiresAt) <= current.expiresAt + SKEW_MS))
      here.report('grant-too-long', 'it expires later than any policy can have it');
  }
  // Even if it should not have been minted: from here on there is a grant.
  if (!current.isEnded)
    Object.assign(current, { granted: scope, expiresAt: timeOf(expiresAt), phase: 'open' });
};

/**
 * What is minted rests on keys that stand. A decision on a key that was revoked a moment before may open a case; but
 * nothing is minted then, and `expire` ends it.
 */
function checkStanding(current: CaseSoFar, here: Here): void {
  const { approvals, asker } = current;
  const least = leastApprovalsOf(current);
  const left = standing(approvals, here.at, MINTING_MS);
  const isAskerGone = asker?.isRevoked(here.at, MINTING_MS) || asker?.isSuspended(here.at, MINTING_MS);
  if (isAskerGone || (approvals.length >= least && left.length < least))
    here.report('revoked-key-used', 'a key that it rests on was revoked or suspended before');
  // A revocation that was earlier may reach the log yet.
  const needed = left.length === least ? left.map(({ key }) => key) : [];
  for (const key of asker === undefined ? needed : [asker, ...needed]) key.neededAt = here.at;
}

/** The grants of a case that has ended are retired too. */
export const retired: Act<'grant.retired'> = (current) => {
  if (current.phase === 'open') current.phase = 'retired';
};

export const absent: Act<'data.absent'> = (current, { scope }, here) => {
  if (!isOutOf(current.phase !== 'approved', current, here)) {
    checkNotHeld(current, here);
    if (scope !== current.scope) here.report('scope-differs', 'another scope than was approved');
  }
  if (!current.isEnded) current.phase = 'closed';
};

export const intended: Act<'collection.intended'> = (current, data, here) => {
  const { collection, page, scope, key } = data;
  here.signers.signed(key, { role: 'agency', agency: current.asker?.agency }, here);
  checkGrant(current, scope, here);
  const { collections, unfinished, phase, isEnded } = current;
  const follows =
    page === 1
      ? collection === collections + 1
      : page > 1 && unfinished?.collection === collection && page <= unfinished.page + 1;
  if (!follows && phase === 'open')
    here.report('page-out-of-order', 'the page does not follow on what was collected before');
  if (!isEnded) current.pending = { collection, page };
};

/** Every collection has two reviewers' approval and an unexpired grant of its scope before it (I3, I9). */
function checkGrant(current: CaseSoFar, scope: string, here: Here): void {
  if (current.isEnded) {
    here.report('case-closed', `the case is ${current.phase}`);
    return;
  }
  checkApprovals(current, here);
  checkObligations(current, here);
  if (current.asker?.isRevoked(here.at) || current.asker?.isSuspended(here.at))
    here.report('revoked-key-used', 'the key that asked was revoked or suspended before');
  if (current.phase === 'retired') here.report('grant-retired', 'the grant was retired');
  else if (current.phase !== 'open') here.report('grant-missing', 'nothing was minted');
  else {
    // An expiry that is no instant has passed.
    if (!(here.at < current.expiresAt + SKEW_MS)) here.report('grant-expired', 'the grant had expired');
    if (scope !== current.granted) here.report('scope-differs', 'another scope than was minted');
  }
}

export const completed: Act<'collection.completed'> = (current, data, here) => {
  checkAnnounced(current, data, here);
  if (current.isEnded) return;
  // A page that was announced in time may leave a little later.
  checkObligations(current, here, INTENT_MS);
  const { collection, page, more } = data;
  const furthest = page === 1 ? 1 : Math.max(page, current.unfinished?.page ?? 1);
  current.collections = collection;
  current.answers++;
  current.unfinished = more ? { collection, page: furthest } : undefined;
  current.pending = undefined;
};

export const failed: Act<'collection.failed'> = (current, data, here) => {
  checkAnnounced(current, data, here);
  if (!current.isEnded) current.pending = undefined;
};

/** Nothing is opened that the log had not announced (I4). A case that ends takes its open intent with it. */
function checkAnnounced({ pending }: CaseSoFar, { collection, page }: Page, here: Here): void {
  if (pending?.collection !== collection || pending.page !== page)
    here.report('collection-unannounced', 'no open intent announced this page');
}

/** An act that ends a case. @param from the phases that it may end */
export function ending(from: readonly Phase[], to: 'suspended' | 'closed') {
  return (current: CaseSoFar, _: unknown, here: Here): void => {
    isOutOf(!from.includes(current.phase), current, here);
    if (current.phase !== 'closed') current.phase = to;
  };
}

const lapsing = ending(['approved', 'open', 'retired', 'suspended'], 'closed');
const endingUndecided = ending(['waiting'], 'closed');

/** The right to collect is over, or the lifetime of a case that nobody decided, which is never before its answer is due. */
export const expired: Act<'case.expired'> = (current, data, here) => {
  if (data.because !== 'undecided') return lapsing(current, data, here);
  if (!isDue(current, here)) here.report('act-out-of-place', 'its answer is not due yet');
  endingUndecided(current, data, here);
};

const suspending = ending(['approved', 'open', 'retired'], 'suspended');

export const suspended: Act<'case.suspended'> = (current, data, here) => {
  if (data.reviewer !== undefined) here.signers.signed(data.key, { role: 'reviewer' }, here);
  suspending(current, data, here);
};

// The person is notified of what was disclosed and not before, and not while the notice is delayed: a person who learns
// too early may flee, or endanger a witness. All of this may come after a case ended. Where nothing was disclosed then,
// nothing is kept, so a further delay is not checked there: nobody will be notified.

/** Without a delay it is over since ever, and what is no instant never is. */
function delayOf(delayUntil = ''): number {
  return delayUntil === '' ? Number.NEGATIVE_INFINITY : Date.parse(parseInstant(delayUntil) ?? '');
}

export const noticeSent: Act<'notice.sent'> = (current, _, here) => {
  checkUnnotified(current, _, here);
  if (current.isAuthoritys) here.report('notice-by-other', 'the authority tells the person');
  if (!(here.at >= current.delayUntil - SKEW_MS))
    here.report('notice-early', 'the person was told before the delay had ended');
  current.notified = current.answers;
};

export const noticeDelayed: Act<'notice.delayed'> = (current, { delayUntil }, here) => {
  if (current.isEnded && (current.answers === 0 || (current.isAuthoritys && !current.isTold))) return;
  if (current.notified > 0 || current.isTold) here.report('act-out-of-place', 'the person was told');
  else if (here.at >= current.delayUntil + SKEW_MS) here.report('act-out-of-place', 'the delay had ended');
  else current.delayUntil = delayOf(delayUntil);
};

export const checkUnnotified = ({ answers, notified }: CaseSoFar, _: unknown, here: Here): void => {
  if (answers <= notified) here.report('act-out-of-place', 'there is nothing to tell of');
};

/** The authority says that it told the person, where it is the one to tell, and once. */
export const noticeTold: Act<'notice.told'> = (current, { key }, here) => {
  here.signers.signed(key, { role: 'agency', agency: current.asker?.agency }, here);
  if (!current.isAuthoritys) here.report('notice-by-other', 'the provider tells the person');
  else if (current.answers === 0) here.report('act-out-of-place', 'there is nothing to tell of');
  else if (current.isTold) here.report('act-out-of-place', 'an entry before it says so');
  current.isTold = true;
};

/** The provider learns whom to notify once there is a notice. */
export const noticeAddressed: Act<'notice.addressed'> = ({ notified }, _, here) => {
  if (notified === 0) here.report('act-out-of-place', 'there is no notice');
};

/** A claim is of a case that somebody still works on. */
export const whilePending = (current: CaseSoFar, _: unknown, here: Here): void => {
  isOutOf(current.isEnded, current, here);
};

/** The order comes once, from the agency that asked, while its case is worked on. */
export const orderReceived: Act<'order.received'> = (current, { key }, here) => {
  here.signers.signed(key, { role: 'agency', agency: current.asker?.agency }, here);
  if (isOutOf(current.isEnded, current, here)) return;
  if (current.hasOrder) here.report('act-out-of-place', 'the order was received before');
  current.hasOrder = true;
};

/** Reviewers hold a case, ended or not. A later hold takes the place of one before. */
export const held: Act<'case.held'> = (current, { until }, here) => {
  const heldUntil = timeOf(until);
  if (!(heldUntil <= here.at + mostHoldDays * 86_400_000 + SKEW_MS))
    here.report('act-out-of-place', 'it is held for longer than a case may be');
  current.heldUntil = heldUntil;
};

export const released: Act<'case.released'> = (current) => {
  current.heldUntil = Number.NEGATIVE_INFINITY;
};

/** What was kept of a case goes once it is closed, the person was notified, and nobody holds it. */
export const forgotten: Act<'case.forgotten'> = (current, _, here) => {
  isOutOf(current.phase !== 'closed', current, here);
  if (here.at < current.heldUntil - SKEW_MS) here.report('act-out-of-place', 'the case is held');
  if (current.answers > current.notified && !current.isAuthoritys)
    here.report('act-out-of-place', 'the person was not notified of all that was disclosed');
  current.phase = 'forgotten';
};
