import { type Entry, readEntry } from '#core/log/entry.ts';
import { LogError } from '#core/log/errors.ts';
import { readCheckpoint, readWhole, type SignedCheckpoint } from '#core/log/reading.ts';
import type { Log } from './log.ts';

/** A log's newest checkpoint. @throws LogError file-missing if it has none; and whatever else is wrong with it */
export async function newestCheckpoint({ read, key }: Log): Promise<SignedCheckpoint> {
  const checkpoint = await readCheckpoint(read, key);
  if (checkpoint === undefined) throw new LogError('file-missing');
  return checkpoint;
}

/**
 * A log's entries in their order, those of kinds that are not known here left out. At the end they are held against the
 * checkpoint.
 *
 * @throws LogError file-missing, file-malformed, entry-malformed; not-included if they are not the checkpoint's
 */
export async function* provenEntries(
  { read }: Pick<Log, 'read'>,
  of: SignedCheckpoint,
): AsyncGenerator<{ index: bigint; entry: Entry }> {
  for await (const { from, entries } of readWhole(read, of)) {
    for (const [i, bytes] of entries.entries()) {
      const { entry } = readEntry(bytes);
      if (entry !== undefined) yield { index: from + BigInt(i), entry };
    }
  }
}
