import type { FindingCode } from '#core/log/finding-codes.ts';
import type { EntryData, Kind } from '#core/log/kinds.ts';
import type { CaseSoFar } from './case-state.ts';
import type { Signers } from './signers.ts';
import type { StreamSoFar } from './streams.ts';

/** A finding by its number, and how it was put. */
export interface Reported {
  number: number;
  message: string;
}

/** The entry that is being followed: its place in the log and in its stream. */
export interface Here {
  readonly index: number;
  readonly n: number;
  /** When it was committed, in Unix milliseconds; NaN for what is no instant. */
  readonly at: number;
  readonly stream: StreamSoFar;
  /** The keys that the log has enrolled so far. */
  readonly signers: Signers;
  /** Says what is wrong with the entry. */
  report(code: FindingCode, what: string): Reported;
}

/** What an entry does to its case, and what is wrong with it there. */
export type Act<K extends Kind> = (current: CaseSoFar, data: EntryData<K>, here: Here) => void;

/** Reports an act that the case does not have in its phase. @returns whether it is one */
export function isOutOf(isWrong: boolean, { phase }: CaseSoFar, here: Here): boolean {
  if (isWrong) here.report('act-out-of-place', `the case is ${phase}`);
  return isWrong;
}
