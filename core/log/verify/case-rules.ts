import { timeOf } from '#core/instant.ts';
import type { EntryData } from '#core/log/kinds.ts';
import { intentMinutes } from '#core/log/limits.ts';
import { begun, type CaseSoFar, isEnded, type Page, type Phase } from './case-state.ts';
import { checkApprovals, checkObligations } from './decision-rules.ts';
import { type Here, SKEW_MS } from './here.ts';
import { delayOf } from './notice-rules.ts';

/** What a case's entries must have before them. Deciding is in decision-rules.ts, notices in notice-rules.ts. */

/** How long an intent may be answered. */
const INTENT_MS = (intentMinutes + 1) * 60_000;

export function received(current: CaseSoFar, data: EntryData<'request.received'>, here: Here): void {
  if (here.n !== 1) here.report('act-out-of-place', 'a case is received once, at its start');
  const { request, priority } = data;
  const delayUntil = delayOf(data.delayUntil);
  Object.assign(current, begun(), { request, isEmergency: priority === 'Emergency', delayUntil });
}

const parts = ['half', 'three-quarters', 'whole'];

/** A part of the time for the answer is over: each part is recorded once, and only while there is no answer. */
export function deadlinePassed(current: CaseSoFar, { part }: EntryData<'deadline.passed'>, here: Here): void {
  const deadline = 1 + parts.indexOf(part);
  if (current.phase !== 'waiting' && current.phase !== 'approved')
    here.report('act-out-of-place', `the case is ${current.phase}`);
  else if (deadline <= current.deadline) here.report('act-out-of-place', 'that was told before');
  else current.deadline = deadline;
}

export function minted(
  current: CaseSoFar,
  { scope, expiresAt }: EntryData<'grant.minted'>,
  here: Here,
): void {
  if (current.phase === 'waiting') here.report('approvals-missing', 'the case was not approved');
  else if (current.phase !== 'approved') here.report('act-out-of-place', `the case is ${current.phase}`);
  else {
    checkApprovals(current, here);
    if (scope !== current.scope)
      here.report('scope-differs', 'the grant is of another scope than was approved');
  }
  if (isEnded(current)) return;
  // Even if it should not have been minted: from here on there is a grant.
  Object.assign(current, { granted: scope, expiresAt: timeOf(expiresAt), phase: 'open' });
}

/** A case that has ended stays ended: its grants are retired too. */
export function retired(current: CaseSoFar): void {
  if (current.phase === 'open') current.phase = 'retired';
}

export function absent(current: CaseSoFar, { scope }: EntryData<'data.absent'>, here: Here): void {
  if (current.phase !== 'approved') here.report('act-out-of-place', `the case is ${current.phase}`);
  else if (scope !== current.scope) here.report('scope-differs', 'another scope than was approved');
  if (!isEnded(current)) current.phase = 'closed';
}

export function intended(current: CaseSoFar, data: EntryData<'collection.intended'>, here: Here): void {
  checkGrant(current, data.scope, here);
  const { collection, page } = data;
  const { unfinished } = current;
  const follows =
    page === 1
      ? collection === current.collections + 1
      : page > 1 && unfinished?.collection === collection && page <= unfinished.page + 1;
  if (!follows && current.phase === 'open')
    here.report('page-out-of-order', 'the page does not follow on what was collected before');
  if (!isEnded(current)) current.pending = { collection, page };
}

/** Every collection has two reviewers' approval and an unexpired grant of its scope before it (I3, I9). */
function checkGrant(current: CaseSoFar, scope: string, here: Here): void {
  if (isEnded(current)) {
    here.report('case-closed', `the case is ${current.phase}`);
    return;
  }
  checkApprovals(current, here);
  checkObligations(current, here);
  if (current.phase === 'retired') here.report('grant-retired', 'the grant was retired');
  else if (current.phase !== 'open') here.report('grant-missing', 'nothing was minted');
  else {
    // An expiry that is no instant has passed.
    if (!(here.at < current.expiresAt + SKEW_MS)) here.report('grant-expired', 'the grant had expired');
    if (scope !== current.granted) here.report('scope-differs', 'another scope than was minted');
  }
}

export function completed(current: CaseSoFar, data: EntryData<'collection.completed'>, here: Here): void {
  checkAnnounced(current, data, here);
  if (isEnded(current)) return;
  // A page that was announced in time may leave a little later.
  checkObligations(current, here, INTENT_MS);
  const { collection, page, more } = data;
  const furthest = page === 1 ? 1 : Math.max(page, current.unfinished?.page ?? 1);
  current.collections = collection;
  current.answers++;
  current.unfinished = more ? { collection, page: furthest } : undefined;
  current.pending = undefined;
}

export function failed(current: CaseSoFar, data: EntryData<'collection.failed'>, here: Here): void {
  checkAnnounced(current, data, here);
  if (!isEnded(current)) current.pending = undefined;
}

/** Nothing is opened that the log had not announced (I4). A case that ends takes its open intent with it. */
function checkAnnounced({ pending }: CaseSoFar, { collection, page }: Page, here: Here): void {
  if (pending?.collection !== collection || pending.page !== page)
    here.report('collection-unannounced', 'no open intent announced this page');
}

/** An act that ends a case. @param from the phases that it may end */
export function ending(from: readonly Phase[], to: 'suspended' | 'closed') {
  return (current: CaseSoFar, _: unknown, here: Here): void => {
    if (!from.includes(current.phase)) here.report('act-out-of-place', `the case is ${current.phase}`);
    if (current.phase !== 'closed') current.phase = to;
  };
}
