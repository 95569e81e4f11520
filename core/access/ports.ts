import type { Case } from '#core/cases/case.ts';
import type { Outcome } from '#core/cases/transitions.ts';
import type { Entry } from '#core/log/entry.ts';
import type { ProvenEntry, SignedCheckpoint } from '#core/log/reading.ts';

/**
 * What the access to data needs of the state and of the log: small parts of what `core/state/` and the log's reader
 * give. The ports to the outside are in core/ports.ts.
 */

/** A case after an act, and the entry that records it; without an entry, the case was left as it was. */
export interface Changed {
  case: Case;
  entry?: Entry | undefined;
}

export interface Cases {
  get(id: string): Promise<Case | undefined>;
  /**
   * Reads a case, decides, commits; again from the start when another act was first.
   *
   * @param act throws the refusal, or returns undefined to leave the case as it is
   * @returns undefined if there is no such case
   */
  change(id: string, act: (current: Case) => Outcome | undefined): Promise<Changed | undefined>;
}

/** An entry of the log, proven by the checkpoint that it was looked up in. */
export interface Logged {
  entry: Entry;
  proven: ProvenEntry;
}

/** The log as one signed checkpoint has it. */
export interface PublishedLog {
  checkpoint: SignedCheckpoint;
  /**
   * Entry n of a stream, its inclusion proof verified; undefined while this checkpoint does not cover it.
   *
   * @param hash the entry's hash as the caller committed it, where the caller knows it
   * @throws Error if the log holds another entry in its place; LogError not-included if the files lie
   */
  find(stream: string, n: number, hash?: string): Promise<Logged | undefined>;
  /** The entries from one index to another (exclusive). They are not proven: they say where to look. */
  entries(from: bigint, to: bigint): AsyncIterable<Entry>;
}

/** The log as its newest checkpoint has it; undefined before there is any. */
export type ReadLog = () => Promise<PublishedLog | undefined>;
