import { concat } from '#core/bytes.ts';
import { type Checkpoint, openCheckpoint } from './checkpoint.ts';
import { LogError } from './errors.ts';
import type { VerifierKey } from './note.ts';
import {
  decodeBundle,
  nodesInTiles,
  partOf,
  TILE_WIDTH,
  type Tile,
  TileWriter,
  tileAt,
  tileHashes,
  tilePath,
  tileRoot,
} from './tiles.ts';
import { type Hash, inclusionProof, leafHash, sameHash, verifyInclusion } from './tree.ts';

/**
 * Reading a log from wherever its files lie: a bucket, a URL, a directory. Nothing that was read is believed: a
 * checkpoint is by its signature, an entry by its proof.
 */

/** Reads one of a log's files by its path below the log's prefix; undefined if it is not there. */
export type ReadFile = (path: string) => Promise<Uint8Array | undefined>;

/** A checkpoint and the note that says it. */
export interface SignedCheckpoint extends Checkpoint {
  note: string;
}

/**
 * The newest checkpoint, its signature verified; undefined while there is none.
 *
 * @throws LogError note-malformed, note-unsigned, checkpoint-malformed, origin-differs
 */
export async function readCheckpoint(
  read: ReadFile,
  key: VerifierKey,
): Promise<SignedCheckpoint | undefined> {
  const bytes = await read('checkpoint');
  if (bytes === undefined) return undefined;
  const note = noteText(bytes);
  return { ...openCheckpoint(note, key), note };
}

/** A note's text. Repaired, or without its byte order mark, it would be a note that nobody wrote. @throws LogError note-malformed */
export function noteText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new LogError('note-malformed', { cause });
  }
}

/** A tile's bytes. @throws LogError file-missing */
export async function readTile(read: ReadFile, tile: Tile): Promise<Uint8Array> {
  const bytes = (await tileFile(read, tile)) ?? (await tileFromBelow(read, tile));
  if (bytes === undefined) throw new LogError('file-missing');
  return bytes;
}

/**
 * A partial tile above the lowest level, from the full tiles that it is over: a mirror of full tiles has no file of it. Of a
 * full tile there is a file, or the log is not whole.
 */
async function tileFromBelow(read: ReadFile, { level, index, width }: Tile): Promise<Uint8Array | undefined> {
  if (level === 'entries' || level === 0 || width === TILE_WIDTH) return undefined;
  const roots: Hash[] = [];
  for (let i = 0n; i < width; i++) {
    const below = { level: level - 1, index: index * BigInt(TILE_WIDTH) + i, width: TILE_WIDTH };
    const bytes = await read(tilePath(below));
    if (bytes === undefined) return undefined;
    try {
      roots.push(tileRoot(tileHashes(bytes, below)));
    } catch (cause) {
      throw new LogError('file-malformed', { cause });
    }
  }
  return concat(...roots);
}

/** A partial file may have gone once there is a full one: a mirror need not keep both. */
async function tileFile(read: ReadFile, tile: Tile): Promise<Uint8Array | undefined> {
  const bytes = await read(tilePath(tile));
  if (bytes !== undefined || tile.width === TILE_WIDTH) return bytes;
  const full = await read(tilePath({ ...tile, width: TILE_WIDTH }));
  return full === undefined ? undefined : partOf(full, tile);
}

/** A file of a log as it was found. */
export interface TileFile {
  tile: Tile;
  /** Undefined if it is not there. */
  bytes: Uint8Array | undefined;
}

/** Reads files in order, some of them before they are taken. */
export async function* readAhead(
  read: ReadFile,
  tiles: Iterator<Tile>,
  ahead: number,
): AsyncGenerator<TileFile> {
  const waiting: Promise<TileFile>[] = [];
  const start = async (tile: Tile): Promise<TileFile> => ({ tile, bytes: await tileFile(read, tile) });
  for (;;) {
    while (waiting.length < ahead) {
      const next = tiles.next();
      if (next.done === true) break;
      const file = start(next.value);
      // A reader that stops early leaves these behind: nobody waits for them to fail.
      file.catch(() => {});
      waiting.push(file);
    }
    const file = await waiting.shift();
    if (file === undefined) return;
    yield file;
  }
}

/** Some entries that lie one behind the other. */
export interface Bundle {
  /** The index of the first. */
  from: bigint;
  entries: Uint8Array[];
}

/**
 * Entries from one index to another (exclusive), a bundle at a time, in order, as a tree of some size holds them. None
 * is verified.
 *
 * @param ahead how many bundles are being read at once: 1 or more
 * @throws LogError file-missing, file-malformed
 * @throws RangeError if the tree does not hold them
 */
export async function* readBundles(
  read: ReadFile,
  from: bigint,
  to: bigint,
  size: bigint,
  ahead = 8,
): AsyncGenerator<Bundle> {
  if (from < 0n || to > size) throw new RangeError('no such entries in a tree of this size');
  if (from >= to) return;
  for await (const { tile, bytes } of readAhead(read, bundlesOf(from, to, size), ahead)) {
    if (bytes === undefined) throw new LogError('file-missing');
    yield cut({ from: tile.index * BigInt(TILE_WIDTH), entries: entriesOf(bytes, tile) }, from, to);
  }
}

function* bundlesOf(from: bigint, to: bigint, size: bigint): Generator<Tile> {
  const width = BigInt(TILE_WIDTH);
  for (let first = from - (from % width); first < to; first += width) yield tileAt('entries', first, size);
}

function entriesOf(bytes: Uint8Array, tile: Tile): Uint8Array[] {
  try {
    return decodeBundle(bytes, tile);
  } catch (cause) {
    throw new LogError('file-malformed', { cause });
  }
}

function cut({ from: first, entries }: Bundle, from: bigint, to: bigint): Bundle {
  const start = from > first ? from - first : 0n;
  const end = to - first;
  return { from: first + start, entries: entries.slice(Number(start), Number(end)) };
}

/**
 * All entries of a checkpoint's tree, a bundle at a time, held against its root at the end: a reader that has all of
 * them has read what was signed.
 *
 * @param size of the tree that the files are those of, where that has grown since
 * @throws LogError file-missing, file-malformed; not-included if they are not the checkpoint's
 */
export async function* readWhole(read: ReadFile, of: Checkpoint, size = of.size): AsyncGenerator<Bundle> {
  const tree = new TileWriter();
  for await (const bundle of readBundles(read, 0n, of.size, size)) {
    tree.append(bundle.entries.map(leafHash));
    yield bundle;
  }
  if (!sameHash(tree.root(), of.root)) throw new LogError('not-included');
}

/** An entry and the proof that a checkpoint covers it. */
export interface ProvenEntry {
  index: bigint;
  bytes: Uint8Array;
  /** From the entry's sibling up. */
  proof: Hash[];
}

/**
 * Entries from one index to another (exclusive), as a tree of some size holds them. None is verified.
 *
 * @throws LogError file-missing, file-malformed
 * @throws RangeError if the tree does not hold them
 */
export async function readEntries(
  read: ReadFile,
  from: bigint,
  to: bigint,
  size: bigint,
): Promise<Uint8Array[]> {
  const all: Uint8Array[] = [];
  for await (const { entries } of readBundles(read, from, to, size, 1)) all.push(...entries);
  return all;
}

/**
 * The entry at an index and its inclusion proof, verified against the checkpoint.
 *
 * @throws LogError file-missing, file-malformed, not-included
 */
export async function readProven(read: ReadFile, index: bigint, of: Checkpoint): Promise<ProvenEntry> {
  const { size, root } = of;
  if (index < 0n || index >= size) throw new LogError('not-included');
  const [bytes] = await readEntries(read, index, index + 1n, size);
  if (bytes === undefined) throw new LogError('file-malformed');
  let proof: Hash[];
  try {
    proof = await inclusionProof(
      index,
      size,
      nodesInTiles(size, (tile) => readTile(read, tile)),
    );
  } catch (cause) {
    // A tile of another width. What kept a tile from being read says nothing about the log.
    throw cause instanceof RangeError ? new LogError('file-malformed', { cause }) : cause;
  }
  if (!verifyInclusion(index, size, leafHash(bytes), proof, root)) throw new LogError('not-included');
  return { index, bytes, proof };
}

/**
 * The last, partial tile of each level: the edge at which a tree of some size grows.
 *
 * @throws LogError file-missing, file-malformed
 */
export async function readEdge(read: ReadFile, size: bigint): Promise<Hash[][]> {
  const rows: Promise<Hash[]>[] = [];
  for (let level = 0, there = size; there > 0n; level++, there /= BigInt(TILE_WIDTH)) {
    const width = Number(there % BigInt(TILE_WIDTH));
    rows.push(
      width === 0 ? Promise.resolve([]) : readRow(read, { level, index: there / BigInt(TILE_WIDTH), width }),
    );
  }
  return Promise.all(rows);
}

async function readRow(read: ReadFile, tile: Tile): Promise<Hash[]> {
  const bytes = await readTile(read, tile);
  try {
    return tileHashes(bytes, tile);
  } catch (cause) {
    throw new LogError('file-malformed', { cause });
  }
}
