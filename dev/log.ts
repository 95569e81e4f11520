import { GetObjectCommand, NoSuchKey } from '@aws-sdk/client-s3';
import { type Entry, readEntry } from '#core/log/entry.ts';
import { parseVerifierKey, type VerifierKey } from '#core/log/note.ts';
import { type ReadFile, readBundles, readCheckpoint } from '#core/log/reading.ts';
import type { World } from './world.ts';

/** An entry where the log has it. */
export interface Told {
  index: bigint;
  entry: Entry;
  text: string;
}

/** The key that a deployment's log is signed with, as it publishes it. */
export function logKeyOf({ provider }: Pick<World, 'provider'>): VerifierKey {
  if (provider.log === undefined) throw new Error('the provider publishes no log');
  return parseVerifierKey(provider.log.verifierKey);
}

/** The log's files, out of the bucket itself. */
export function logFiles({ aws, outputs }: Pick<World, 'aws' | 'outputs'>): ReadFile {
  return async (path) => {
    try {
      const { Body } = await aws.s3.send(new GetObjectCommand({ Bucket: outputs.LogBucketName, Key: path }));
      return await Body?.transformToByteArray();
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  };
}

/** What was read so far: an entry never changes, so each is fetched and parsed once a process. */
const seen: Told[] = [];
let reading: Promise<void> = Promise.resolve();

/** The log so far, in order, as its newest checkpoint has it; cheap to ask again and again. */
export async function readLog(world: World): Promise<readonly Told[]> {
  // One reader at a time.
  reading = reading.catch(() => {}).then(() => readOn(world));
  await reading;
  return seen;
}

async function readOn(world: World): Promise<void> {
  const files = logFiles(world);
  const checkpoint = await readCheckpoint(files, logKeyOf(world));
  if (checkpoint === undefined) return;
  for await (const { from, entries } of readBundles(
    files,
    BigInt(seen.length),
    checkpoint.size,
    checkpoint.size,
  )) {
    for (const [i, bytes] of entries.entries()) {
      const { entry } = readEntry(bytes);
      if (entry === undefined) throw new Error('the log has an entry that this version does not know');
      seen.push({ index: from + BigInt(i), entry, text: new TextDecoder().decode(bytes) });
    }
  }
}
