import type { Approval } from './approvals.ts';
import type { SigningKey } from './signers.ts';

/** What is kept of a case while its entries are followed: a few texts and numbers for each case that is open. */

/** An act is checked a moment before it is committed, by another clock than the one that set its limit. */
export const SKEW_MS = 10_000;

export interface Page {
  collection: number;
  page: number;
}

export type Phase = 'waiting' | 'approved' | 'open' | 'retired' | 'suspended' | 'closed' | 'forgotten';

/** A case as far as its entries have come. Acts change it in place. Instants are Unix milliseconds. */
export class CaseSoFar {
  phase: Phase = 'waiting';
  request = '';
  isEmergency = false;
  /** The key that asked, where that may. */
  asker: SigningKey | undefined = undefined;
  /** Who approved, and the one scope and policy that all of them approved. */
  approvals: Approval[] = [];
  scope = '';
  policyHash = '';
  /** Of an emergency: until when its obligations must be fulfilled, and which of them are. */
  obligationsDueAt = Number.POSITIVE_INFINITY;
  isSigned = false;
  /** Or its order needed no validation. */
  isValidated = false;
  /** The enforcing authority that was notified; until when it may object; whether disclosure waits for it. */
  authority = '';
  authorityUntil = Number.NEGATIVE_INFINITY;
  waits = false;
  /** Whether it answered, and with which key. */
  isAnswered = false;
  consent: SigningKey | undefined = undefined;
  /** Whether the agency was asked for information and has not answered. */
  isAsked = false;
  /** When it is to be answered by, where the log says so. */
  dueAt = Number.NEGATIVE_INFINITY;
  /** Whether the order itself was handed in. */
  hasOrder = false;
  /** The latest part of the time for the answer that an entry says is over: 0 for none. */
  deadline = 0;
  /** What was minted: its scope, and when it expires; until then, the latest that an approved case may. */
  granted = '';
  expiresAt = Number.NaN;
  collections = 0;
  unfinished: Page | undefined = undefined;
  /** The page that an intent announced and that is not answered. */
  pending: Page | undefined = undefined;
  /** How many pages were answered, of how many the person was notified, and until when they must not be. */
  answers = 0;
  notified = 0;
  delayUntil = Number.NEGATIVE_INFINITY;
  /** Whether the authority tells the person, and has said that it did. */
  isAuthoritys = false;
  isTold = false;
  /** Until when reviewers hold it. */
  heldUntil = Number.NEGATIVE_INFINITY;

  constructor(given: Partial<CaseSoFar> = {}) {
    Object.assign(this, given);
  }

  get isEnded(): boolean {
    return this.phase === 'closed' || this.phase === 'suspended' || this.phase === 'forgotten';
  }
}

const shared = (phase: Phase) => ({
  nothingDisclosed: new CaseSoFar({ phase }),
  toNotify: new CaseSoFar({ phase, answers: 1 }),
  notified: new CaseSoFar({ phase, answers: 1, notified: 1 }),
  authoritys: new CaseSoFar({ phase, answers: 1, isAuthoritys: true }),
  told: new CaseSoFar({ phase, answers: 1, isAuthoritys: true, isTold: true }),
});
const gone = new CaseSoFar({ phase: 'forgotten' });
const [suspended, closed] = [shared('suspended'), shared('closed')];

/**
 * What is kept of a case that has ended. Nearly all of them share one of a few objects. More is kept only while the
 * person must not yet be notified, while an emergency that was answered has no validated authorisation, or while
 * reviewers hold it.
 *
 * @param at when the case's last entry was committed
 */
export function endedCase(current: CaseSoFar, at: number): CaseSoFar {
  const { phase, answers, notified, delayUntil, isEmergency, isValidated, obligationsDueAt } = current;
  const { asker, heldUntil, isAuthoritys, isTold } = current;
  if (phase === 'forgotten') return gone;
  const of = phase === 'closed' ? closed : suspended;
  const isHeld = heldUntil > at;
  if (answers === 0 && !isHeld) return of.nothingDisclosed;
  const more = { phase, answers, notified, delayUntil, heldUntil, isAuthoritys, isTold };
  if (isEmergency && !isValidated) return new CaseSoFar({ ...more, isEmergency, obligationsDueAt, asker });
  if (isHeld) return new CaseSoFar(more);
  // Until when the authority puts its telling off is its own matter, and is not checked once the case has ended.
  if (isAuthoritys) return isTold ? of.told : of.authoritys;
  if (answers <= notified) return of.notified;
  return delayUntil <= at - 2 * SKEW_MS ? of.toNotify : new CaseSoFar(more);
}
