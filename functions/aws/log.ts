import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
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
import { dynamo } from './clients.ts';
import { env } from './env.ts';
import { readLogFile } from './log-bucket.ts';
import { logKey } from './log-key.ts';

/**
 * The log as those who depend on it read it: out of the Object Lock bucket, by a checkpoint that the log's key signed.
 * A table may say that an entry is published; only the bucket proves it (I4).
 */
const { LOG_TABLE } = env('LOG_TABLE');

/** Where an entry of a stream is: an index beside the log, to find by and never to believe. */
export const placeKey = (stream: string, n: number) => ({ pk: `place#${stream}`, sk: String(n) });

/** An entry of the log, proven by the checkpoint that it was looked up in. */
export interface Logged {
  entry: Entry;
  proven: ProvenEntry;
}

/** The log as one checkpoint has it. */
export interface PublishedLog {
  checkpoint: SignedCheckpoint;
  /**
   * Entry n of a stream, its inclusion proof verified; undefined while this checkpoint does not cover it.
   *
   * @param hash the entry's hash as the caller committed it, where the caller knows it
   * @throws Error if the log holds another entry in its place; LogError not-included if the bucket lies
   */
  find(stream: string, n: number, hash?: string): Promise<Logged | undefined>;
  /** The entries from one index to another (exclusive). They are not proven: they say where to look. */
  entries(from: bigint, to: bigint): AsyncGenerator<Entry>;
}

/** The log as its newest checkpoint has it, the signature verified; undefined before there is any. */
export async function publishedLog(): Promise<PublishedLog | undefined> {
  const checkpoint = await readCheckpoint(readLogFile, await logKey());
  if (checkpoint === undefined) return undefined;
  return {
    checkpoint,
    find: (stream, n, hash) => find(checkpoint, stream, n, hash),
    entries: (from, to) => entriesOf(checkpoint, from, to),
  };
}

async function find(
  checkpoint: SignedCheckpoint,
  stream: string,
  n: number,
  hash: string | undefined,
): Promise<Logged | undefined> {
  const { Item } = await dynamo.send(
    new GetCommand({ TableName: LOG_TABLE, Key: placeKey(stream, n), ConsistentRead: true }),
  );
  if (Item === undefined) return undefined;
  const index = BigInt(z.string().parse(Item.index));
  if (index >= checkpoint.size) return undefined;
  const proven = await readProven(readLogFile, index, checkpoint);
  const { entry } = readEntry(proven.bytes);
  const isIt = entry?.stream === stream && entry.n === n;
  if (!isIt || (hash !== undefined && toHex(leafHash(proven.bytes)) !== hash))
    throw new Error('the log holds another entry in this place');
  return { entry, proven };
}

async function* entriesOf({ size }: SignedCheckpoint, from: bigint, to: bigint): AsyncGenerator<Entry> {
  for await (const { entries } of readBundles(readLogFile, from, to, size)) {
    for (const bytes of entries) {
      const { entry } = readEntry(bytes);
      if (entry !== undefined) yield entry;
    }
  }
}
