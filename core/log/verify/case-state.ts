import type { FindingCode } from './findings.ts';

/** What is kept of a case while its entries are followed: a few texts and numbers for each that is open. */

/** An act is checked a moment before it is committed, by another clock than the one that set its limit. */
export const SKEW_MS = 10_000;

export interface Page {
  collection: number;
  page: number;
}

/** A case as far as its entries have come. Acts change it in place, since there are millions of them. */
export interface CaseSoFar {
  phase: 'waiting' | 'approved' | 'open' | 'retired' | 'suspended' | 'closed';
  request: string;
  isEmergency: boolean;
  /** Who approved, and the one scope that all of them approved; until the case was opened, under one policy. */
  approvals: string[];
  scope: string;
  policyHash: string;
  /** Of an emergency: until when what it owes must be there (Unix milliseconds), and what of it is. */
  debtsDueAt: number;
  isSigned: boolean;
  isValidated: boolean;
  /** Which part of the time for the answer was told to be over. */
  deadline: number;
  /** What was minted: its scope, and when it expires (Unix milliseconds). */
  granted: string;
  expiresAt: number;
  collections: number;
  unfinished: Page | undefined;
  pending: Page | undefined;
  /** How many answers left, a page each; of how many the person was told; and until when not (Unix milliseconds). */
  answers: number;
  told: number;
  delayUntil: number;
}

/** Says what is wrong with the entry that is being followed. */
export type Report = (code: FindingCode, what: string) => unknown;

export const begun = (phase: CaseSoFar['phase'] = 'waiting'): CaseSoFar => ({
  phase,
  request: '',
  isEmergency: false,
  approvals: [],
  scope: '',
  policyHash: '',
  debtsDueAt: Number.POSITIVE_INFINITY,
  isSigned: false,
  isValidated: false,
  deadline: 0,
  granted: '',
  expiresAt: Number.NaN,
  collections: 0,
  unfinished: undefined,
  pending: undefined,
  answers: 0,
  told: 0,
  delayUntil: Number.NEGATIVE_INFINITY,
});

type Ended = 'suspended' | 'closed';

/**
 * Cases that ended are millions, so they are one of these: nothing was disclosed, the person may be told, or was told.
 */
const ended = (phase: Ended) => ({
  empty: begun(phase),
  untold: { ...begun(phase), answers: 1 },
  told: { ...begun(phase), answers: 1, told: 1 },
});
const ENDED = { suspended: ended('suspended'), closed: ended('closed') };

/**
 * A case as it is kept once it has ended. Only where somebody is still not to be told of what was disclosed, or an
 * emergency was answered and is not validated, is there anything left to keep, until they are and it is.
 */
export function over(it: CaseSoFar, phase: Ended, at: number): CaseSoFar {
  const { answers, told, delayUntil, isEmergency, isValidated, debtsDueAt } = it;
  const { empty, untold, told: toldOfAll } = ENDED[phase];
  if (answers === 0) return empty;
  if (isEmergency && !isValidated) return { ...untold, answers, told, delayUntil, isEmergency, debtsDueAt };
  if (answers <= told) return toldOfAll;
  const isHeldBack = !(delayUntil <= at - 2 * SKEW_MS);
  return isHeldBack ? { ...untold, answers, told, delayUntil } : untold;
}

export function isEnded({ phase }: CaseSoFar): boolean {
  return phase === 'closed' || phase === 'suspended';
}
