import { toHex } from '#core/bytes.ts';
import { type Entry, readEntry } from '#core/log/entry.ts';
import {
  type ProvenEntry,
  readBundles,
  readCheckpoint,
  readProven,
  type SignedCheckpoint,
} from '#core/log/reading.ts';
import { leafHash } from '#core/log/tree.ts';
import type { LogFiles, LogSigner } from '#core/ports.ts';
import { logPlaces } from './log-places.ts';

/** An entry of the log, proven by the checkpoint that it was looked up in. */
export interface Logged {
  entry: Entry;
  proven: ProvenEntry;
}

/** The log as one checkpoint has it. */
export interface PublishedLog {
  checkpoint: SignedCheckpoint;
  /**
   * Entry n of a stream, its inclusion proof verified; undefined while this checkpoint does not cover it. That is
   * evidence: the bucket had the places of all that a checkpoint covers before it had the checkpoint, and nobody can
   * take one away. There is no other entry n of the stream, and never will be.
   *
   * @param hash the entry's hash as the caller committed it, where the caller knows it
   * @throws Error if the log holds another entry in its place; LogError not-included if the bucket lies
   */
  find(stream: string, n: number, hash?: string): Promise<Logged | undefined>;
  /**
   * Whether the stream goes on behind entry n, by any checkpoint: the bucket has a place n + 1 now, although the
   * checkpoint that covers it may be about to be published only. So a key that is being revoked counts as revoked.
   * `false` says that no entry n + 1 was in the log when this was asked; one may wait in the outbox.
   */
  follows(stream: string, n: number): Promise<boolean>;
  /** The entries from one index to another (exclusive). They are not proven: they say where to look. */
  entries(from: bigint, to: bigint): AsyncGenerator<Entry>;
}

export interface PublishedLogPorts {
  files: Pick<LogFiles, 'read'>;
  signer: Pick<LogSigner, 'key'>;
}

/**
 * The log as those who depend on it read it: out of the Object Lock bucket and nothing else, by its newest checkpoint,
 * whose signature is verified. A table may say that an entry is published; only the bucket proves it (I4).
 *
 * @returns undefined before there is a checkpoint
 */
export async function readPublishedLog(ports: PublishedLogPorts): Promise<PublishedLog | undefined> {
  const { files, signer } = ports;
  // Before any place: a place that is missing afterwards is missing for all that this checkpoint covers.
  const checkpoint = await readCheckpoint(files.read, await signer.key());
  if (checkpoint === undefined) return undefined;
  const places = logPlaces(files);
  return {
    checkpoint,

    async find(stream, n, hash) {
      const place = await places.find({ stream, n });
      if (place === undefined || place.index >= checkpoint.size) return undefined;
      const proven = await readProven(files.read, place.index, checkpoint);
      const { entry } = readEntry(proven.bytes);
      const isThatEntry = entry?.stream === stream && entry.n === n;
      const found = toHex(leafHash(proven.bytes));
      if (!isThatEntry || found !== place.hash || (hash !== undefined && found !== hash))
        throw new Error('the log holds another entry in this place');
      return { entry, proven };
    },

    follows: places.follows,

    async *entries(from, to) {
      for await (const bundle of readBundles(files.read, from, to, checkpoint.size)) {
        for (const bytes of bundle.entries) {
          const { entry } = readEntry(bytes);
          if (entry !== undefined) yield entry;
        }
      }
    },
  };
}
