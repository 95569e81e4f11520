import type { EntryOf } from '#core/log/entry.ts';
import type { ReadFile, SignedCheckpoint } from '#core/log/reading.ts';
import { provenBackwards } from './proven-bundle.ts';

/**
 * The newest `deployment.made` of a log, read from the end; undefined if there is none in what was read. All that was read
 * is proven: a server cannot leave out a newer one.
 *
 * @param mostBundles how many times 256 entries are read
 * @throws LogError file-missing, file-malformed, entry-malformed, not-included
 */
export async function newestDeployment(
  read: ReadFile,
  of: SignedCheckpoint,
  mostBundles: number,
): Promise<EntryOf<'deployment.made'> | undefined> {
  let left = mostBundles;
  if (left === 0) return undefined;
  for await (const entries of provenBackwards(read, of)) {
    for (const { entry } of entries.toReversed()) if (entry?.kind === 'deployment.made') return entry;
    left--;
    if (left === 0) return undefined;
  }
  return undefined;
}
