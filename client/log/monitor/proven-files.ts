import { concat } from '#core/bytes.ts';
import { LogError } from '#core/log/errors.ts';
import { type ReadFile, readEdge, readTile, type SignedCheckpoint } from '#core/log/reading.ts';
import {
  parseTilePath,
  TILE_WIDTH,
  type Tile,
  TileWriter,
  tileAt,
  tileHashes,
  tilePath,
  tileRoot,
} from '#core/log/tiles.ts';
import { type Hash, sameHash } from '#core/log/tree.ts';

/**
 * A log's files, each tile of them proven before it is used: the last tile of each level makes the checkpoint's root, and
 * each full tile is the hash that the tile above it has in its place. So what is built on a tile need not be taken back.
 */

/** A file that is not the checkpoint's. The message names it. */
export class FileFault extends Error {
  override name = 'FileFault';
  readonly code: 'file-missing' | 'file-malformed' | 'tile-differs' | 'root-differs';
  /** The file, where it is one. */
  readonly path: string | undefined;

  constructor(code: FileFault['code'], message: string, path?: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.path = path;
  }
}

/** Tiles are read one behind the other, and each above them is needed for 256 of them. */
const MOST_KEPT = 32;

/** Called with each tile once it is proven, before it is used. */
type OnProven = (tile: Tile, bytes: Uint8Array) => Promise<void>;

export class ProvenFiles {
  private readonly files: ReadFile;
  readonly of: SignedCheckpoint;
  private edge: Promise<Hash[][]> | undefined;
  private readonly kept = new Map<string, Promise<Hash[]>>();

  private readonly onProven: OnProven | undefined;

  constructor(files: ReadFile, of: SignedCheckpoint, onProven?: OnProven) {
    this.files = files;
    this.of = of;
    this.onProven = onProven;
  }

  /**
   * A tile, proven; any other file as it is.
   *
   * @throws FileFault; and whatever reading throws
   */
  readonly read: ReadFile = async (path) => {
    const tile = parseTilePath(path);
    if (tile === undefined || tile.level === 'entries') return this.files(path);
    return concat(...(await this.hashes(tile)));
  };

  /** A tile's hashes, proven. @throws FileFault; and whatever reading throws */
  hashes(tile: Tile): Promise<Hash[]> {
    const path = tilePath(tile);
    const known = this.kept.get(path);
    const found = known ?? this.proven(tile);
    // What cannot be read now may be the next time.
    if (known === undefined) found.catch(() => this.kept.delete(path));
    // The one that was used last stays longest.
    this.kept.delete(path);
    this.kept.set(path, found);
    for (const old of [...this.kept.keys()].slice(0, -MOST_KEPT)) this.kept.delete(old);
    return found;
  }

  private async proven(tile: Tile): Promise<Hash[]> {
    const { level, index, width } = tile;
    if (level === 'entries') throw new RangeError('bundles are held against their tiles');
    if (width < TILE_WIDTH) return this.lastOf(tile, level);
    const above = tileAt(level + 1, index, this.of.size);
    const [hashes, parents] = await Promise.all([this.found(tile), this.hashes(above)]);
    const place = parents[Number(index % BigInt(TILE_WIDTH))];
    if (place === undefined || !sameHash(tileRoot(hashes), place))
      throw new FileFault(
        'tile-differs',
        `${tilePath(tile)} is not the tile that the checkpoint covers`,
        tilePath(tile),
      );
    await this.onProven?.(tile, concat(...hashes));
    return hashes;
  }

  /** The last tile of a level, which is not full. */
  private async lastOf(tile: Tile, level: number): Promise<Hash[]> {
    if (this.edge === undefined) {
      this.edge = this.provenEdge();
      this.edge.catch(() => {
        this.edge = undefined;
      });
    }
    const row = (await this.edge)[level];
    if (row?.length !== tile.width) throw new RangeError('the tree has no such tile');
    return row;
  }

  private async provenEdge(): Promise<Hash[][]> {
    const { size, root } = this.of;
    const rows = await withFault(undefined, () => readEdge(this.files, size));
    if (!sameHash(new TileWriter(size, rows).root(), root))
      throw new FileFault(
        'root-differs',
        'its tiles make another tree than the one that the checkpoint signs',
      );
    for (const [level, row] of rows.entries()) {
      const index = size >> BigInt(8 * (level + 1));
      if (row.length > 0) await this.onProven?.({ level, index, width: row.length }, concat(...row));
    }
    return rows;
  }

  private found(tile: Tile): Promise<Hash[]> {
    return withFault(tilePath(tile), async () => {
      const bytes = await readTile(this.files, tile);
      try {
        return tileHashes(bytes, tile);
      } catch (cause) {
        throw new LogError('file-malformed', { cause });
      }
    });
  }
}

async function withFault<T>(path: string | undefined, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (!(cause instanceof LogError)) throw cause;
    const what = path ?? 'a last tile of the log';
    if (cause.code === 'file-missing')
      throw new FileFault(cause.code, `${what} is not there`, path, { cause });
    throw new FileFault('file-malformed', `${what} is not as long as its name says`, path, { cause });
  }
}
