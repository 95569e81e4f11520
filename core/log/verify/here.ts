import type { CaseSoFar } from './case-state.ts';
import type { Finding, FindingCode } from './findings.ts';

/** An act is checked a moment before it is committed, by another clock than the one that set its limit. */
export const SKEW_MS = 10_000;

/** Where a stream of entries stands. There are millions of them: what is kept of each must stay small. */
export interface StreamSoFar {
  readonly name: string;
  /** The number of its last entry; 0 before its first. */
  n: number;
  /** The last entry's leaf hash, in hex; its index; and when it was committed, in Unix milliseconds. */
  hash: string;
  index: number;
  at: number;
  /** Of a case, what its entries say of it. */
  case: CaseSoFar | undefined;
}

/** The entry that is being followed: its place in the log and in its stream. */
export interface Here {
  index: number;
  n: number;
  /** When it was committed, in Unix milliseconds; NaN for what is no instant. */
  at: number;
  stream: StreamSoFar;
  /** Says what is wrong with the entry. */
  report(code: FindingCode, what: string): Finding;
}
