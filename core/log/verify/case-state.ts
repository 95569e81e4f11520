import { SKEW_MS } from './here.ts';

/** What is kept of a case while its entries are followed: a few texts and numbers for each case that is open. */

export interface Page {
  collection: number;
  page: number;
}

export type Phase = 'waiting' | 'approved' | 'open' | 'retired' | 'suspended' | 'closed';

/** A case as far as its entries have come. Acts change it in place. Instants are Unix milliseconds. */
export interface CaseSoFar {
  phase: Phase;
  request: string;
  isEmergency: boolean;
  /** Who approved, and the one scope and policy that all of them approved. */
  approvals: string[];
  scope: string;
  policyHash: string;
  /** Of an emergency: until when its obligations must be fulfilled, and which of them are. */
  obligationsDueAt: number;
  isSigned: boolean;
  isValidated: boolean;
  /** The latest part of the time for the answer that an entry says is over: 0 for none. */
  deadline: number;
  /** What was minted: its scope, and when it expires. */
  granted: string;
  expiresAt: number;
  collections: number;
  unfinished: Page | undefined;
  /** The page that an intent announced and that is not answered. */
  pending: Page | undefined;
  /** How many pages were answered, of how many the person was notified, and until when they must not be. */
  answers: number;
  notified: number;
  delayUntil: number;
}

export const begun = (phase: Phase = 'waiting'): CaseSoFar => ({
  phase,
  request: '',
  isEmergency: false,
  approvals: [],
  scope: '',
  policyHash: '',
  obligationsDueAt: Number.POSITIVE_INFINITY,
  isSigned: false,
  isValidated: false,
  deadline: 0,
  granted: '',
  expiresAt: Number.NaN,
  collections: 0,
  unfinished: undefined,
  pending: undefined,
  answers: 0,
  notified: 0,
  delayUntil: Number.NEGATIVE_INFINITY,
});

export function isEnded({ phase }: CaseSoFar): boolean {
  return phase === 'closed' || phase === 'suspended';
}

const shared = (phase: Phase) => ({
  nothingDisclosed: begun(phase),
  toNotify: { ...begun(phase), answers: 1 },
  notified: { ...begun(phase), answers: 1, notified: 1 },
});
const [suspended, closed] = [shared('suspended'), shared('closed')];

/**
 * What is kept of a case that has ended. Nearly all of them share one of a few objects. More is kept only while the
 * person must not yet be notified, or while an emergency that was answered has no validated authorisation.
 *
 * @param at when the case's last entry was committed
 */
export function endedCase(current: CaseSoFar, at: number): CaseSoFar {
  const { answers, notified, delayUntil, isEmergency, isValidated, obligationsDueAt } = current;
  const of = current.phase === 'closed' ? closed : suspended;
  if (answers === 0) return of.nothingDisclosed;
  const more = { ...of.toNotify, answers, notified, delayUntil };
  if (isEmergency && !isValidated) return { ...more, isEmergency, obligationsDueAt };
  if (answers <= notified) return of.notified;
  const isDelayed = !(delayUntil <= at - 2 * SKEW_MS);
  return isDelayed ? more : of.toNotify;
}
