import { commitment } from '#core/log/commitment.ts';
import { noEntries } from '#core/log/entry.ts';
import { hoursLater, resolvedCommitment } from './acts.ts';
import { type Case, openStatuses } from './case.ts';
import type { Policy } from './policy.ts';
import { earlier, type PreservationOutcome, type RequestPreservation } from './preservation.ts';

/**
 * A request preserves what it names, from its receipt on: Regulation (EU) 2023/1543 Art. 10(1) has the addressee act to
 * preserve the data upon receipt. It is a preservation of the request's own, committed with the case. It lasts until the
 * request can be answered no more, and never beyond an end that is fixed at receipt.
 *
 * @param facts.key the key that asks, as the log calls it
 * @returns undefined where the policy preserves nothing on receipt
 */
export function preserveOnReceipt(
  current: Case,
  facts: { id: string; salt: Uint8Array; key: string; policy: Policy },
): PreservationOutcome<RequestPreservation> | undefined {
  const { id, salt, key, policy } = facts;
  if (policy.preservation.onReceipt !== true) return undefined;
  const { agency, asked, basis, receivedAt, requestDigest, subjects, retentionMonths } = current;
  const latestEnd = hoursLater(receivedAt, policy.preservation.mostDays * 24);
  const endsAt = earlier(lastCollectable(receivedAt, policy) ?? latestEnd, latestEnd);
  const next: RequestPreservation = {
    id,
    version: 0,
    ofRequest: true,
    case: current.id,
    requestDigest,
    status: 'Requested',
    receivedAt,
    dueAt: endsAt,
    latestEnd,
    isExtended: false,
    retentionMonths,
    asked,
    subjects,
    salt,
    entries: noEntries,
  };
  return {
    next,
    entry: {
      kind: 'preservation.received',
      data: {
        agency,
        instrument: basis.instrument,
        jurisdiction: basis.jurisdiction,
        categories: asked.categories,
        subjects: asked.subjects.length,
        request: commitment(salt, 'request', requestDigest),
        resolved: resolvedCommitment(next),
        key,
        case: current.id,
        endsAt,
        latestEnd,
      },
    },
  };
}

/** The last moment at which a case can be collected, where the policy ends those that nobody decides. */
function lastCollectable(receivedAt: string, { lifetimeDays, collectHours }: Policy): string | undefined {
  return lifetimeDays === undefined ? undefined : hoursLater(receivedAt, lifetimeDays * 24 + collectHours);
}

/**
 * Whether a request can be answered no more: refused, withdrawn, ended, or collected as often as it may be. What is kept
 * for it is kept no longer.
 *
 * @param current undefined: it is forgotten
 */
export function isAnswered(current: Case | undefined, at: string): boolean {
  if (current === undefined) return true;
  const { status, expiresAt, collections, collectionsAllowed, unfinished } = current;
  if (status === 'AwaitingApproval') return false;
  if (!openStatuses.includes(status)) return true;
  // The clock may be late.
  if (expiresAt !== undefined && at >= expiresAt) return true;
  return collections >= collectionsAllowed && unfinished === undefined;
}
