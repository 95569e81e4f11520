import { approvedScope, hoursLater, resolvedCommitment, scopeCommitment } from '#core/cases/acts.ts';
import type { Case } from '#core/cases/case.ts';
import type { Entry } from '#core/log/entry.ts';
import type { PublishedLog } from '#core/state/published-log.ts';

/** What the log shows of a case that is about to be collected. */
export interface MintedEvidence {
  /** The first entry of the case's stream. */
  received: Entry | undefined;
  /** The entry that records what was minted, a moment after the case was opened. */
  minted: Entry | undefined;
  /** The entry that is said to have fulfilled the last of its obligations. */
  fulfilled: Entry | undefined;
}

export async function gatherMinted(current: Case, log: PublishedLog): Promise<MintedEvidence> {
  const stream = `case/${current.id}`;
  const [received, minted, fulfilled] = await Promise.all(
    [1, current.minted ?? 0, current.debts?.settled ?? 0].map((n) => log.find(stream, n)),
  );
  return { received: received?.entry, minted: minted?.entry, fulfilled: fulfilled?.entry };
}

/**
 * Whether the case still is what the log says was received and minted, and has no overdue obligation. Somebody who can
 * write the table could widen what is disclosed within the epoch keys that the grants open; nobody can rewrite the
 * bucket (I5).
 */
export function isAsMinted(current: Case, log: MintedEvidence, at: string, debtHours: number): boolean {
  const { received, minted } = log;
  return (
    hasNoOverdueObligation(log, at, debtHours) &&
    received?.kind === 'request.received' &&
    received.data.agency === current.agency &&
    received.data.resolved === resolvedCommitment(current) &&
    minted?.kind === 'grant.minted' &&
    minted.data.scope === scopeCommitment(current, approvedScope(current)) &&
    minted.data.expiresAt === current.expiresAt
  );
}

/**
 * Whether an emergency's obligations are fulfilled or still have time, as the log says, since somebody who can write a
 * table can strike an obligation out there. What is no emergency has none.
 */
export function hasNoOverdueObligation(
  { received, minted, fulfilled }: MintedEvidence,
  at: string,
  debtHours: number,
): boolean {
  if (received?.kind !== 'request.received' || minted?.kind !== 'grant.minted') return false;
  if (received.data.priority !== 'Emergency') return true;
  if (Date.parse(at) < Date.parse(hoursLater(minted.at, debtHours))) return true;
  const canFulfil = fulfilled?.kind === 'decision.approved' || fulfilled?.kind === 'authorisation.validated';
  return canFulfil && fulfilled.data.owed === 0;
}
