import { type EntryOf, readEntry } from '#core/log/entry.ts';
import { LogError } from '#core/log/errors.ts';
import {
  type ReadFile,
  readEntries,
  readProven,
  readTile,
  type SignedCheckpoint,
} from '#core/log/reading.ts';
import { TILE_WIDTH, tileAt, tileHashes } from '#core/log/tiles.ts';
import { leafHash, sameHash } from '#core/log/tree.ts';

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
  const once = remembering(read);
  const width = BigInt(TILE_WIDTH);
  let to = of.size;
  for (let bundles = 0; to > 0n && bundles < mostBundles; bundles++) {
    const from = to - 1n - ((to - 1n) % width);
    for (const bytes of (await provenBundle(once, from, to, of)).toReversed()) {
      const { entry } = readEntry(bytes);
      if (entry?.kind === 'deployment.made') return entry;
    }
    to = from;
  }
  return undefined;
}

/**
 * A bundle's entries. The proof of the last one is made of all other hashes of their tile, so these are the tree's, and
 * the entries are held against them.
 */
async function provenBundle(
  read: ReadFile,
  from: bigint,
  to: bigint,
  of: SignedCheckpoint,
): Promise<Uint8Array[]> {
  await readProven(read, to - 1n, of);
  const entries = await readEntries(read, from, to, of.size);
  const tile = tileAt(0, from, of.size);
  const hashes = tileHashes(await readTile(read, tile), tile);
  const isTheirs = (hash: Uint8Array, i: number) => {
    const bytes = entries[i];
    return bytes !== undefined && sameHash(leafHash(bytes), hash);
  };
  if (entries.length !== hashes.length || !hashes.every(isTheirs)) throw new LogError('not-included');
  return entries;
}

/** The proof and what it is held against must be of the same files, so each is asked for once. */
function remembering(read: ReadFile): ReadFile {
  const files = new Map<string, ReturnType<ReadFile>>();
  return (path) => {
    const file = files.get(path) ?? read(path);
    files.set(path, file);
    return file;
  };
}
