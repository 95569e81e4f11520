import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openCheckpoint } from '#core/log/checkpoint.ts';
import { type ReadFile, readAhead, readCheckpoint, type SignedCheckpoint } from '#core/log/reading.ts';
import { decodeBundle, everyFile, parseTilePath, TILE_WIDTH, type Tile, tilePath } from '#core/log/tiles.ts';
import { leafHash, sameHash } from '#core/log/tree.ts';
import type { Log } from './log.ts';
import { beginsWith } from './monitor/growth.ts';
import { FileFault, ProvenFiles } from './monitor/proven-files.ts';
import { directoryFiles } from './source.ts';
import { writeWhole } from './whole-file.ts';

/**
 * A copy of a log in a folder: what a log's own address serves, so that any verifier of tlog-tiles logs takes it. Each file
 * is proven by the new checkpoint before it is written, and the checkpoint is written last: until then the copy is the one
 * that it was.
 */
export interface MirrorOptions extends Log {
  to: string;
  /** How many files are being read at once. */
  ahead?: number | undefined;
  onProgress?: ((files: number) => void) | undefined;
}

export interface Mirrored {
  origin: string;
  /** Of the copy's checkpoint, now and before. */
  size: bigint;
  before: bigint | undefined;
  /** How many files were read from the log. */
  fetched: number;
  /** Files of trees that were smaller, which were removed. */
  removed: number;
}

/** The log does not begin with what the copy has. Nothing was written but the proof. */
export class MirrorRefused extends Error {
  override name = 'MirrorRefused';
  readonly code: 'log-forked' | 'log-truncated';
  /** Where both checkpoints lie. */
  readonly evidence: string;

  constructor(code: MirrorRefused['code'], evidence: string) {
    super(code);
    this.code = code;
    this.evidence = evidence;
  }
}

/**
 * Brings a copy up to the log's newest checkpoint. What is there already is not read from the log again, also after an end
 * at any place.
 *
 * @throws MirrorRefused; FileFault where the log's files are not its checkpoint's; LogError file-missing for a log without a
 *   checkpoint, and whatever is wrong with the log's or the copy's; SourceError
 */
export async function mirrorLog({ read, key, to, ahead = 8, onProgress }: MirrorOptions): Promise<Mirrored> {
  const newest = await readCheckpoint(read, key);
  if (newest === undefined) throw new FileFault('file-missing', 'the log has no checkpoint');
  const own = directoryFiles(to);
  const known = await ownCheckpoint(own, key);
  if (known !== undefined && newest.size < known.size)
    throw await refused('log-truncated', [known, newest], to);
  const copy = new Copy(read, to, newest);
  if (known !== undefined && !(await copy.proving(() => beginsWith(copy.tiles, known))))
    throw await refused('log-forked', [known, newest], to);
  await copy.accept();
  let files = 0;
  const from = known?.size ?? 0n;
  if (newest.size > from)
    for await (const _ of readAhead(copy.read, everyFile(newest.size, true, from), ahead))
      onProgress?.(++files);
  if (newest.note !== known?.note) await writeWhole(join(to, 'checkpoint'), newest.note);
  const removed = await removePartial(to, newest.size);
  return { origin: key.name, size: newest.size, before: known?.size, fetched: copy.fetched, removed };
}

async function ownCheckpoint(own: ReadFile, key: Log['key']): Promise<SignedCheckpoint | undefined> {
  const bytes = await own('checkpoint');
  if (bytes === undefined) return undefined;
  const note = new TextDecoder().decode(bytes);
  return { ...openCheckpoint(note, key), note };
}

async function refused(
  code: MirrorRefused['code'],
  both: readonly SignedCheckpoint[],
  to: string,
): Promise<MirrorRefused> {
  const name = both.map(({ size, root }) => `${size}-${Buffer.from(root).toString('hex', 0, 4)}`).join('-');
  const dir = join(to, 'evidence', `${code}-${name}`);
  for (const [i, { note }] of both.entries()) await writeWhole(join(dir, `checkpoint-${i + 1}`), note);
  return new MirrorRefused(code, dir);
}

/** Reads each file from the copy where it has it, and else from the log; and writes it once it is proven. */
class Copy {
  fetched = 0;
  readonly tiles: ProvenFiles;
  private readonly log: ReadFile;
  private readonly own: ReadFile;
  private readonly to: string;
  /** Files that are in the copy and are not the checkpoint's. */
  private readonly wrong = new Set<string>();
  /** Files that were read from the log and are not in the copy. */
  private readonly isNew = new Set<string>();
  /** Those that were proven before the log was known to begin with what the copy has: its last tiles, and a path through it. */
  private readonly proven = new Map<string, Uint8Array>();
  private isAccepted = false;

  constructor(log: ReadFile, to: string, of: SignedCheckpoint) {
    this.log = log;
    this.own = directoryFiles(to);
    this.to = to;
    this.tiles = new ProvenFiles(
      (path) => this.nearest(path),
      of,
      (tile, bytes) => this.keep(tilePath(tile), bytes),
    );
  }

  /** @throws FileFault */
  readonly read: ReadFile = async (path) => {
    const tile = parseTilePath(path);
    return tile && this.proving(() => this.prove(tile, path));
  };

  /** What the copy has may be damaged, or left from another tree that was not finished: then the log's own file counts. */
  async proving<T>(prove: () => Promise<T>): Promise<T> {
    for (;;) {
      const before = new Set([...this.wrong, ...this.isNew]);
      try {
        return await prove();
      } catch (error) {
        if (!(error instanceof FileFault)) throw error;
        const all =
          error.path === undefined ? [...lastTiles(this.tiles.of.size)].map(tilePath) : [error.path];
        // What another call found wrong meanwhile is worth another look as well.
        const own = all.filter((path) => !before.has(path));
        if (own.length === 0) throw error;
        for (const path of own) this.wrong.add(path);
      }
    }
  }

  private async prove(tile: Tile, path: string): Promise<Uint8Array | undefined> {
    if (tile.level !== 'entries') return this.tiles.read(path);
    const hashes = await this.tiles.hashes({ ...tile, level: 0 });
    const bytes = await this.nearest(path);
    if (bytes === undefined) throw new FileFault('file-missing', `${path} is not there`, path);
    for (const [i, entry] of entriesOf(bytes, tile, path).entries()) {
      const hash = hashes[i];
      if (hash === undefined || !sameHash(leafHash(entry), hash))
        throw new FileFault('tile-differs', `${path} is not the bundle that the checkpoint covers`, path);
    }
    await this.keep(path, bytes);
    return bytes;
  }

  private async nearest(path: string): Promise<Uint8Array | undefined> {
    const bytes = this.wrong.has(path) ? undefined : await this.own(path);
    if (bytes !== undefined) return bytes;
    this.fetched++;
    this.isNew.add(path);
    return this.log(path);
  }

  /** From now on the log is known to begin with what the copy has: what was proven may be written. */
  async accept(): Promise<void> {
    this.isAccepted = true;
    for (const [path, bytes] of this.proven) await this.keep(path, bytes);
    this.proven.clear();
  }

  private async keep(path: string, bytes: Uint8Array): Promise<void> {
    if (!this.isNew.has(path)) return;
    if (!this.isAccepted) {
      this.proven.set(path, bytes);
      return;
    }
    await writeWhole(join(this.to, path), bytes);
    this.isNew.delete(path);
    this.wrong.delete(path);
  }
}

function entriesOf(bytes: Uint8Array, tile: Tile, path: string): Uint8Array[] {
  try {
    return decodeBundle(bytes, tile);
  } catch (cause) {
    throw new FileFault('file-malformed', `${path} holds more or less than its name says`, path, { cause });
  }
}

/** Removes the files that are not full and that no tree of this size has: a full one, or a larger one, took their place. */
async function removePartial(to: string, size: bigint): Promise<number> {
  const current = new Set<string>();
  for (const tile of lastTiles(size)) current.add(tilePath(tile));
  let removed = 0;
  for (const name of await readdir(join(to, 'tile'), { recursive: true }).catch(() => [])) {
    const path = `tile/${name.replaceAll('\\', '/')}`;
    const tile = parseTilePath(path);
    const isLeft = /\.[0-9a-f]{8}\.new$/.test(path);
    const isPast = tile !== undefined && tile.width < TILE_WIDTH && !current.has(path);
    if (!isLeft && !isPast) continue;
    await rm(join(to, path));
    removed++;
  }
  return removed;
}

/** The tiles of a tree that are not full. */
function* lastTiles(size: bigint): Generator<Tile> {
  for (const tile of everyFile(size, true, size)) if (tile.width < TILE_WIDTH) yield tile;
}
