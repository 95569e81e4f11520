import type { Entry } from '#core/log/entry.ts';
import type { ProvenEntry, SignedCheckpoint } from '#core/log/reading.ts';

/** The published log, as those see it who act on what it says. */

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
