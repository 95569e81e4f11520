import {
  approvedScope,
  heldCommitment,
  hoursLater,
  resolvedCommitment,
  scopeCommitment,
} from '#core/cases/acts.ts';
import type { Case } from '#core/cases/case.ts';
import { saysAtReceipt } from '#core/cases/embargo.ts';
import { withheldCommitment } from '#core/cases/withheld.ts';
import { commitment, embargoNonce } from '#core/log/commitment.ts';
import type { Entry } from '#core/log/entry.ts';
import { isMomentBefore } from './asked.ts';
import { collectedIn, isClosed, ofKind, openingOf } from './history.ts';

/**
 * Whether the case still is what the log says was received, approved and minted, is open, and has no overdue obligation.
 * Somebody who can write the table could widen what is disclosed within the epoch keys that the grants open; nobody can
 * rewrite the bucket (I5, I11).
 *
 * @param entries the case's whole history in the log
 */
export function isAsMinted(current: Case, entries: readonly Entry[], at: string, debtHours: number): boolean {
  return (
    !isClosed(entries) &&
    isAsReceived(current, entries) &&
    hasItsGrants(current, entries) &&
    isCollectedAs(current, entries) &&
    hasNoOverdueObligation(entries, at, debtHours)
  );
}

function isAsReceived(current: Case, entries: readonly Entry[]): boolean {
  const [received] = entries;
  return (
    received?.kind === 'request.received' &&
    received.data.agency === current.agency &&
    received.data.priority === current.priority &&
    received.data.request === commitment(current.salt, 'request', current.requestDigest) &&
    received.data.resolved === resolvedCommitment(current) &&
    openingOf(entries)?.data.policyHash === current.policyHash &&
    // What a package says of what was left out, and why.
    openingOf(entries)?.data.leftOut === withheldCommitment(current) &&
    received.data.subjects === current.asked.subjects.length &&
    saysAtReceipt(received.data, { ...current.basis, ...current.asked }, embargoNonce(current.salt))
  );
}

function hasItsGrants(current: Case, entries: readonly Entry[]): boolean {
  const [minted, ...others] = ofKind(entries, 'grant.minted');
  return (
    minted !== undefined &&
    others.length === 0 &&
    minted.n === current.minted &&
    minted.data.scope === scopeCommitment(current, approvedScope(current)) &&
    minted.data.resolved === heldCommitment(current) &&
    minted.data.expiresAt === current.expiresAt &&
    minted.data.collections === current.collectionsAllowed &&
    minted.data.grants === current.grants?.length
  );
}

/** Whether it was collected as often as the log says, and what is announced is what the log says. */
function isCollectedAs(current: Case, entries: readonly Entry[]): boolean {
  const { pending } = current;
  const { collections, unfinished } = collectedIn(entries);
  const intent = ofKind(entries, 'collection.intended').at(-1);
  return (
    current.collections === collections &&
    current.unfinished?.collection === unfinished?.collection &&
    current.unfinished?.page === unfinished?.page &&
    pending !== undefined &&
    intent !== undefined &&
    pending.entry === intent.n &&
    pending.collection === intent.data.collection &&
    pending.page === intent.data.page &&
    intent.data.recipient === commitment(current.salt, 'recipient', pending.recipient) &&
    // Whom it is for is judged as of when it was announced.
    isMomentBefore(pending.at, intent.at)
  );
}

/**
 * Whether an emergency's obligations are fulfilled or still have time, as the log says, since somebody who can write a
 * table can strike an obligation out there. What is no emergency has none.
 */
export function hasNoOverdueObligation(entries: readonly Entry[], at: string, debtHours: number): boolean {
  const [received] = entries;
  const [minted] = ofKind(entries, 'grant.minted');
  if (received?.kind !== 'request.received' || minted === undefined) return false;
  if (received.data.priority !== 'Emergency') return true;
  if (Date.parse(at) < Date.parse(hoursLater(minted.at, debtHours))) return true;
  const opening = openingOf(entries);
  return entries.some(
    ({ n, kind, data }) =>
      opening !== undefined &&
      // Before it was opened, it owed nothing.
      n >= opening.n &&
      (kind === 'decision.approved' || kind === 'authorisation.validated') &&
      data.owed === 0,
  );
}
