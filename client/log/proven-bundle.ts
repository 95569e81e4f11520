import { type EntryRead, readEntry } from '#core/log/entry.ts';
import { LogError } from '#core/log/errors.ts';
import {
  type ReadFile,
  readEntries,
  readProven,
  readTile,
  type SignedCheckpoint,
} from '#core/log/reading.ts';
import { nodesInTiles, TILE_WIDTH, tileAt, tileHashes } from '#core/log/tiles.ts';
import { consistencyProof, leafHash, sameHash, verifyConsistency } from '#core/log/tree.ts';

/** Parts of a log, each proven by a checkpoint: what is shown of a log need not be all of it. */
export interface PlacedEntry extends EntryRead {
  index: bigint;
  bytes: Uint8Array;
}

const width = BigInt(TILE_WIDTH);

/**
 * A bundle's entries. The proof of the last one is made of all other hashes of their tile, so these are the tree's, and
 * the entries are held against them.
 *
 * @param from the bundle's first entry
 * @param to behind its last one, as the checkpoint has it
 * @throws LogError file-missing, file-malformed, not-included
 */
export async function provenBundle(
  read: ReadFile,
  from: bigint,
  to: bigint,
  of: SignedCheckpoint,
): Promise<Uint8Array[]> {
  const once = remembering(read);
  await readProven(once, to - 1n, of);
  const entries = await readEntries(once, from, to, of.size);
  const tile = tileAt(0, from, of.size);
  const hashes = tileHashes(await readTile(once, tile), tile);
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

/**
 * The entries from one index to another (exclusive), in order, a bundle at a time.
 *
 * @throws LogError file-missing, file-malformed, entry-malformed, not-included
 */
export async function* provenRange(
  read: ReadFile,
  from: bigint,
  to: bigint,
  of: SignedCheckpoint,
): AsyncGenerator<PlacedEntry[]> {
  for (let first = from - (from % width); first < to; first += width) {
    const all = await placed(read, first, of);
    yield all.filter(({ index }) => index >= from && index < to);
  }
}

/**
 * The bundles from the last to the first, the entries of each in their order.
 *
 * @throws LogError file-missing, file-malformed, entry-malformed, not-included
 */
export async function* provenBackwards(read: ReadFile, of: SignedCheckpoint): AsyncGenerator<PlacedEntry[]> {
  if (of.size === 0n) return;
  const last = of.size - 1n;
  for (let first = last - (last % width); first >= 0n; first -= width) yield placed(read, first, of);
}

async function placed(read: ReadFile, first: bigint, of: SignedCheckpoint): Promise<PlacedEntry[]> {
  const end = first + width < of.size ? first + width : of.size;
  const all = await provenBundle(read, first, end, of);
  return all.map((bytes, i) => ({ index: first + BigInt(i), bytes, ...readEntry(bytes) }));
}

/**
 * Holds a later checkpoint against an earlier one: the later log begins with all of the earlier.
 *
 * @throws LogError not-included if it does not; file-missing, file-malformed
 */
export async function checkGrowth(
  read: ReadFile,
  before: SignedCheckpoint,
  after: SignedCheckpoint,
): Promise<void> {
  if (before.size === 0n) return;
  if (after.size < before.size) throw new LogError('not-included');
  const nodes = nodesInTiles(after.size, (tile) => readTile(read, tile));
  const proof = await consistencyProof(before.size, after.size, nodes);
  if (!verifyConsistency(before.size, after.size, proof, before.root, after.root))
    throw new LogError('not-included');
}
