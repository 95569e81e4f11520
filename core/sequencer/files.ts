import { sameBytes } from '#core/bytes.ts';
import { readCheckpoint, readEdge, readTile, type SignedCheckpoint } from '#core/log/reading.ts';
import { decodeBundle, TILE_WIDTH, TileWriter, tileAt } from '#core/log/tiles.ts';
import { EMPTY_ROOT, type Hash, sameHash } from '#core/log/tree.ts';
import { LogWriter } from '#core/log/writing.ts';
import type { LogFiles, LogSigner } from '#core/ports.ts';

/** What a sequencer reads of the bucket, and what it writes there. */

export const anotherLog = () => new Error('the bucket holds another log than the head');

/** What the bucket says of the log, and in which version of the checkpoint. */
export interface Published extends SignedCheckpoint {
  version: string;
}

export const sizeOf = (published: Published | undefined): bigint => published?.size ?? 0n;
export const rootOf = (published: Published | undefined): Hash => published?.root ?? EMPTY_ROOT;

/** The bucket's checkpoint, its signature verified; undefined before there is any. */
export async function publishedCheckpoint(
  files: LogFiles,
  signer: LogSigner,
): Promise<Published | undefined> {
  const present = await files.checkpoint();
  if (present === undefined) return undefined;
  const checkpoint = await readCheckpoint(async () => present.bytes, await signer.key());
  return checkpoint === undefined ? undefined : { ...checkpoint, version: present.version };
}

/** The edge of the tree, as the bucket has it. @throws Error if the bucket's tree is another */
export async function treeAt(files: LogFiles, size: bigint, root: Hash): Promise<TileWriter> {
  const writer = new TileWriter(size, await readEdge(files.read, size));
  if (!sameHash(writer.root(), root)) throw anotherLog();
  return writer;
}

/** The log as the bucket has it, ready to grow. @throws Error if the bucket's tree is another */
export async function logAt(files: LogFiles, size: bigint, root: Hash): Promise<LogWriter> {
  return new LogWriter(await treeAt(files, size, root), await lastBundle(files, size));
}

/** The entries of the bundle that is not full yet at a size. */
async function lastBundle(files: LogFiles, size: bigint): Promise<Uint8Array[]> {
  if (size % BigInt(TILE_WIDTH) === 0n) return [];
  const tile = tileAt('entries', size - 1n, size);
  return decodeBundle(await readTile(files.read, tile), tile);
}

/**
 * Makes sure that a file is in the bucket. A sequencer that ended may have written it: then it is the same, or the
 * bucket holds another log.
 *
 * @throws Error if another file is in its place
 */
export async function ensureFile(files: LogFiles, path: string, bytes: Uint8Array): Promise<void> {
  for (;;) {
    if (await files.create(path, bytes)) return;
    const present = await files.read(path);
    // Refused, and still nothing there: another's write is under way, which may yet come to nothing.
    if (present === undefined) continue;
    if (!sameBytes(present, bytes)) throw new Error('the bucket holds another file in this place');
    return;
  }
}
