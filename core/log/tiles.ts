import { foldPeaks, HASH_BYTES, type Hash, type Node, nodeHash, type ReadNodes } from './tree.ts';

/**
 * The log as files (C2SP tlog-tiles): tiles of up to 256 hashes, bundles of the entries below a level-0 tile, and
 * their paths. Whatever is not full yet is a file of its own, named by its width, so no file ever changes.
 */
export const TILE_WIDTH = 256;

/** Levels of the tree that one level of tiles spans: 2^8 = 256. */
const TILE_HEIGHT = 8;

/** What a log consists of beside its checkpoint. */
export interface Tile {
  /** Of tiles: 0 holds leaf hashes, level l roots of 256^l leaves. `entries`: the bundle of what is below level 0. */
  level: number | 'entries';
  /** Its place among those of its level. */
  index: bigint;
  /** Hashes, or entries, in it: 1 to 256. */
  width: number;
}

/** Where a tile lies below a log's prefix: `tile/0/x001/x234/067` or, partial, `tile/entries/003.p/17`. */
export function tilePath({ level, index, width }: Tile): string {
  const groups = [];
  let rest = index;
  do {
    groups.unshift((rest % 1000n).toString().padStart(3, '0'));
    rest /= 1000n;
  } while (rest > 0n);
  const place = groups.map((group, i) => (i === groups.length - 1 ? group : `x${group}`)).join('/');
  return `tile/${level}/${place}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

// Seven groups hold any index of 64 bits; without a limit, a stranger's path could cost as much as it is long.
const pathPattern =
  /^tile\/(entries|\d|[1-5]\d|6[0-3])\/((?:x\d{3}\/){0,6}\d{3})(?:\.p\/([1-9]\d?|1\d\d|2[0-4]\d|25[0-5]))?$/;

/** Reads a tile's path; undefined for whatever `tilePath` would not have written. */
export function parseTilePath(path: string): Tile | undefined {
  const [, level = '', place = '', width = String(TILE_WIDTH)] = pathPattern.exec(path) ?? [];
  if (level === '') return undefined;
  const tile: Tile = {
    level: level === 'entries' ? level : Number(level),
    index: BigInt(place.replaceAll(/[x/]/g, '')),
    width: Number(width),
  };
  return tilePath(tile) === path ? tile : undefined;
}

/**
 * The files that a tree of some size has and the tree of a smaller size has not: bundles first, then tiles from the
 * lowest level up. Full ones at their full path; at most one partial one a level.
 */
export function newTiles(from: bigint, to: bigint): Tile[] {
  const tiles: Tile[] = [];
  const step = BigInt(TILE_WIDTH);
  for (const kind of ['entries', 'hashes'] as const) {
    let [before, after] = [from, to];
    for (let level = 0; after > 0n; level++) {
      for (let index = before / step; index * step < after; index++) {
        const full = (index + 1n) * step <= after;
        const width = full ? TILE_WIDTH : Number(after - index * step);
        if (index * step + BigInt(width) > before)
          tiles.push({ level: kind === 'entries' ? kind : level, index, width });
      }
      if (kind === 'entries') break;
      [before, after] = [before / step, after / step];
    }
  }
  return tiles;
}

/**
 * All files of a log, in the order in which a tree is built from them: each bundle, the tile over it, and each tile of
 * a higher level once the tiles that it is over are full; then the tiles that are not full.
 *
 * @param tiles false for the bundles alone
 * @param from how many entries were read before: begins with the bundle that holds the next
 */
export function* everyFile(size: bigint, tiles = true, from = 0n): Generator<Tile> {
  const step = BigInt(TILE_WIDTH);
  for (let index = from / step; index * step < size; index++) {
    const left = size - index * step;
    const width = left < step ? Number(left) : TILE_WIDTH;
    yield { level: 'entries', index, width };
    if (!tiles) continue;
    yield { level: 0, index, width };
    if (width < TILE_WIDTH) continue;
    let above = index + 1n;
    for (let level = 1; above % step === 0n; level++) {
      above /= step;
      yield { level, index: above - 1n, width: TILE_WIDTH };
    }
  }
  if (!tiles) return;
  for (let level = 1, there = size / step; there > 0n; level++, there /= step) {
    const width = Number(there % step);
    if (width > 0) yield { level, index: there / step, width };
  }
}

/**
 * The tile that holds a place of a level, as it is in a tree of some size.
 *
 * @param place among the level's hashes, or among the entries
 * @param size of the tree, in entries
 * @throws RangeError if the tree has no such place
 */
export function tileAt(level: Tile['level'], place: bigint, size: bigint): Tile {
  const there = level === 'entries' ? size : size >> BigInt(level * TILE_HEIGHT);
  if (place < 0n || place >= there) throw new RangeError('no such place in a tree of this size');
  const index = place / BigInt(TILE_WIDTH);
  const left = there - index * BigInt(TILE_WIDTH);
  return { level, index, width: left >= TILE_WIDTH ? TILE_WIDTH : Number(left) };
}

/** The tile that holds a node, in a tree of some size, and the part of the tile that is below the node. */
function tileOf({ level, at }: Node, size: bigint): { tile: Tile; from: number; count: number } {
  const tileLevel = Math.floor(level / TILE_HEIGHT);
  const within = level - tileLevel * TILE_HEIGHT;
  const first = at << BigInt(within);
  const tile = tileAt(tileLevel, first, size);
  const [from, count] = [Number(first % BigInt(TILE_WIDTH)), 1 << within];
  if (from + count > tile.width) throw new RangeError('no such node in a tree of this size');
  return { tile, from, count };
}

/**
 * Reads nodes of a tree of some size out of its tiles, each tile once.
 *
 * @param bytesOf the bytes of a tile
 * @throws RangeError if a tile is not as long as its width says, or a node is not in the tree
 */
export function nodesInTiles(size: bigint, bytesOf: (tile: Tile) => Promise<Uint8Array>): ReadNodes {
  return async (nodes) => {
    const places = nodes.map((node) => tileOf(node, size));
    const needed = new Map(places.map(({ tile }) => [tilePath(tile), tile]));
    const held = new Map(
      await Promise.all(
        [...needed].map(async ([path, tile]) => [path, tileHashes(await bytesOf(tile), tile)] as const),
      ),
    );
    return places.map(({ tile, from, count }) =>
      complete(held.get(tilePath(tile))?.slice(from, from + count) ?? []),
    );
  };
}

/** The root above hashes whose number is a power of two. */
function complete(hashes: readonly Hash[]): Hash {
  let row = hashes;
  while (row.length > 1) row = parents(row);
  const [root] = row;
  if (root === undefined) throw new RangeError('no hashes, no root');
  return root;
}

function parents(row: readonly Hash[]): Hash[] {
  const above: Hash[] = [];
  for (let i = 0; i + 1 < row.length; i += 2) {
    const [left, right] = [row[i], row[i + 1]];
    if (left !== undefined && right !== undefined) above.push(nodeHash(left, right));
  }
  return above;
}

/** The root of a full tile: the hash that stands for it one level up. */
export function tileRoot(hashes: readonly Hash[]): Hash {
  if (hashes.length !== TILE_WIDTH) throw new RangeError('only a full tile has a place one level up');
  return complete(hashes);
}

/** A tile's hashes. @throws RangeError if it is not as long as its width says */
export function tileHashes(bytes: Uint8Array, { width }: Pick<Tile, 'width'>): Hash[] {
  if (bytes.length !== width * HASH_BYTES) throw new RangeError('a tile of another width');
  return Array.from({ length: width }, (_, i) => bytes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES));
}

/** Entries as a bundle: each behind its length, in two bytes, the higher first. @throws RangeError past 65,535 bytes */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  const bundle = new Uint8Array(entries.reduce((length, entry) => length + 2 + entry.length, 0));
  let at = 0;
  for (const entry of entries) {
    if (entry.length > 0xffff) throw new RangeError('an entry is longer than a bundle can hold');
    bundle[at] = entry.length >> 8;
    bundle[at + 1] = entry.length & 0xff;
    bundle.set(entry, at + 2);
    at += 2 + entry.length;
  }
  return bundle;
}

/** A bundle's entries. @throws RangeError unless it holds exactly `width` entries and nothing else */
export function decodeBundle(bytes: Uint8Array, { width }: Pick<Tile, 'width'>): Uint8Array[] {
  const entries: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    const end = at + 2 + length;
    if (end > bytes.length) throw new RangeError('a bundle ends within an entry');
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  if (entries.length !== width) throw new RangeError('a bundle of another width');
  return entries;
}

/**
 * The beginning of a full file, as the partial one of some width has it (C2SP tlog-tiles, "Partial Tiles": where a partial
 * tile is not there any more, the full one is).
 *
 * @returns the file as it is, where it is shorter: whoever reads it finds that
 */
export function partOf(full: Uint8Array, { level, width }: Pick<Tile, 'level' | 'width'>): Uint8Array {
  if (level !== 'entries') return full.subarray(0, width * HASH_BYTES);
  let at = 0;
  for (let n = 0; n < width && at < full.length; n++)
    at += 2 + (((full[at] ?? 0) << 8) | (full[at + 1] ?? 0));
  return full.subarray(0, at);
}

/** The bundle and the tiles that a growing tree needs: the right edge, kept as the hashes of each level's last tile. */
export class TileWriter {
  /** For each level, the hashes of its last tile that is not full. */
  private readonly rows: Hash[][];
  private count: bigint;

  /** @param rows the last, partial tile of each level, lowest first; empty where that level has none */
  constructor(size = 0n, rows: readonly (readonly Hash[])[] = []) {
    this.count = size;
    this.rows = rows.map((row) => [...row]);
    let there = size;
    for (let level = 0; there > 0n || level < this.rows.length; level++) {
      if ((this.rows[level]?.length ?? 0) !== Number(there % BigInt(TILE_WIDTH)))
        throw new RangeError('the tiles are not those of a tree of this size');
      there /= BigInt(TILE_WIDTH);
    }
  }

  get size(): bigint {
    return this.count;
  }

  /** Appends entries. @returns the tiles that are new: full ones, and the last of each level that has changed */
  append(leaves: readonly Hash[]): { tile: Tile; bytes: Uint8Array }[] {
    const from = this.count;
    const full = new Map<string, Uint8Array>();
    for (const leaf of leaves) {
      this.add(0, leaf, full);
      this.count++;
    }
    return newTiles(from, this.count)
      .filter(({ level }) => level !== 'entries')
      .map((tile) => {
        const row = this.rows[Number(tile.level)] ?? [];
        return { tile, bytes: full.get(tilePath(tile)) ?? joined(row) };
      });
  }

  private add(level: number, hash: Hash, full: Map<string, Uint8Array>): void {
    this.rows[level] ??= [];
    const row = this.rows[level];
    row.push(hash);
    if (row.length < TILE_WIDTH) return;
    const index = this.count >> BigInt(TILE_HEIGHT * (level + 1));
    full.set(tilePath({ level, index, width: TILE_WIDTH }), joined(row));
    this.rows[level] = [];
    this.add(level + 1, tileRoot(row), full);
  }

  root(): Hash {
    // What a level's last tile holds, cut into complete subtrees, stands left of all that is on the levels below.
    const peaks: Hash[] = [];
    for (const row of this.rows.toReversed()) {
      for (let start = 0, size = TILE_WIDTH; size >= 1; size /= 2) {
        if ((row.length & size) === 0) continue;
        peaks.push(complete(row.slice(start, start + size)));
        start += size;
      }
    }
    return foldPeaks(peaks);
  }
}

function joined(row: readonly Hash[]): Uint8Array {
  const bytes = new Uint8Array(row.length * HASH_BYTES);
  for (const [i, hash] of row.entries()) bytes.set(hash, i * HASH_BYTES);
  return bytes;
}
