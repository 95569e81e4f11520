import { type Entry, readEntry } from '#core/log/entry.ts';
import { LogError } from '#core/log/errors.ts';
import { type ReadFile, readBundles, type SignedCheckpoint } from '#core/log/reading.ts';
import { TileWriter } from '#core/log/tiles.ts';
import { leafHash, sameHash } from '#core/log/tree.ts';

/**
 * A log's entries in their order, those of kinds that are not known here left out. At the end it is held against the
 * checkpoint: whoever has read them all has read what was signed.
 *
 * @throws LogError file-missing, file-malformed, entry-malformed; not-included if they are not the checkpoint's
 */
export async function* provenEntries(
  read: ReadFile,
  { size, root }: SignedCheckpoint,
): AsyncGenerator<{ index: bigint; entry: Entry }> {
  const tree = new TileWriter();
  for await (const { from, entries } of readBundles(read, 0n, size, size)) {
    tree.append(entries.map(leafHash));
    for (const [i, bytes] of entries.entries()) {
      const { entry } = readEntry(bytes);
      if (entry !== undefined) yield { index: from + BigInt(i), entry };
    }
  }
  if (!sameHash(tree.root(), root)) throw new LogError('not-included');
}
