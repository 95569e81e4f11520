import { encodeBundle, newTiles, TILE_WIDTH, type Tile, TileWriter } from './tiles.ts';
import { type Hash, leafHash } from './tree.ts';

/** A file of a log: a bundle or a tile. */
export interface LogFile {
  tile: Tile;
  bytes: Uint8Array;
}

/** A log that grows, as its files: what is new with each batch of entries. Storing it is the caller's. */
export class LogWriter {
  private readonly tree: TileWriter;
  /** Entries of the bundle that is not full yet. */
  private last: Uint8Array[];

  /**
   * @param tree as it is
   * @param last the entries of its last bundle, where that is not full
   * @throws RangeError if they are not as many as the tree's size says
   */
  constructor(tree = new TileWriter(), last: readonly Uint8Array[] = []) {
    if (last.length !== Number(tree.size % BigInt(TILE_WIDTH)))
      throw new RangeError('the last bundle is not that of a tree of this size');
    this.tree = tree;
    this.last = [...last];
  }

  get size(): bigint {
    return this.tree.size;
  }

  root(): Hash {
    return this.tree.root();
  }

  /** Appends entries. @returns the files that are new, bundles first; the last of each level may be partial */
  append(entries: readonly Uint8Array[]): LogFile[] {
    const from = this.tree.size;
    const first = from - BigInt(this.last.length);
    const tiles = this.tree.append(entries.map(leafHash));
    const all = [...this.last, ...entries];
    this.last = all.slice(all.length - Number(this.tree.size % BigInt(TILE_WIDTH)));
    const bundles = newTiles(from, this.tree.size)
      .filter(({ level }) => level === 'entries')
      .map((tile) => {
        const start = Number(tile.index * BigInt(TILE_WIDTH) - first);
        return { tile, bytes: encodeBundle(all.slice(start, start + tile.width)) };
      });
    return [...bundles, ...tiles];
  }
}
