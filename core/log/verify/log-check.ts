import { z } from 'zod';
import type { Checkpoint } from '#core/log/checkpoint.ts';
import { type EntryRead, readCanonicalEntry } from '#core/log/entry.ts';
import { LogError } from '#core/log/errors.ts';
import type { TileFile } from '#core/log/reading.ts';
import { TILE_WIDTH, type Tile, tilePath } from '#core/log/tiles.ts';
import { HASH_BYTES, sameHash } from '#core/log/tree.ts';
import { EntryRules, storedRules, type Tally } from './entry-rules.ts';
import { type Finding, Findings } from './findings.ts';
import { parseStored, storedCount, storedText } from './stored.ts';
import type { StreamTexts } from './stream-store.ts';
import { TreeCheck } from './tree-check.ts';

/** What is stored of a check between two parts of a reading: a few kilobytes, and a little for each who may sign. */
const storedCheck = z.strictObject({
  v: z.literal(1),
  entries: storedCount,
  rows: z.array(z.string().max(11_000)).max(8),
  isContained: z.boolean(),
  rules: storedRules,
});

/** What an earlier part of a reading left. */
export interface ReadBefore {
  /** What `store` returned; undefined before the first part. */
  stored: string | undefined;
  streams: StreamTexts;
}

/** The files of one checkpoint's tree, held against it one after the other. */
export class LogCheck {
  /** How many entries were read. */
  entries: number;
  private readonly checkpoint: Checkpoint;
  private readonly older: Checkpoint | undefined;
  /** Whether the tree begins with all of the older one. */
  isContained: boolean;
  private readonly findings: Findings;
  private readonly withTiles: boolean;
  private readonly tree: TreeCheck;
  private readonly rules: EntryRules;
  private bundle: Uint8Array | undefined;
  private isWhole = true;

  /**
   * @param withTiles whether tiles come as well, each behind what it is over
   * @param before goes on where an earlier part of the reading ended, with the bundle that holds the next entry
   * @throws LogError state-malformed
   */
  constructor(
    checkpoint: Checkpoint,
    older: Checkpoint | undefined,
    findings: Findings,
    withTiles: boolean,
    before?: ReadBefore,
  ) {
    const stored = before?.stored === undefined ? undefined : parseStored(storedCheck, before.stored);
    this.checkpoint = checkpoint;
    this.older = older;
    this.findings = findings;
    this.withTiles = withTiles;
    this.entries = stored?.entries ?? 0;
    this.tree = new TreeCheck(stored?.rows);
    this.rules = new EntryRules(findings, before && { streams: before.streams, stored: stored?.rules });
    const isHere = older !== undefined && older.size === BigInt(this.entries);
    this.isContained = isHere ? sameHash(older.root, this.tree.root()) : (stored?.isContained ?? false);
  }

  /**
   * What is to be stored, with the streams written back, so that another check goes on from here: after a bundle and the
   * tiles that follow on it, or at the end.
   */
  store(): string {
    const { entries, tree, isContained, rules } = this;
    return storedText({ v: 1, entries, rows: tree.stored(), isContained, rules: rules.store() });
  }

  /** What the entries were so far. */
  tally(): Tally {
    return this.rules.tally();
  }

  /** The next file (`everyFile`). @returns false if nothing that follows can be checked */
  take({ tile, bytes }: TileFile): boolean {
    if (bytes === undefined)
      this.findings.add('file-missing', `${tilePath(tile)} is not there`, firstOf(tile));
    if (tile.level === 'entries') {
      this.bundle = bytes;
      if (bytes === undefined) this.isWhole = false;
      else if (!this.withTiles) this.follow(tile, bytes, undefined);
    } else if (tile.level === 0) {
      if (this.bundle !== undefined) this.follow(tile, this.bundle, this.fitting(tile, bytes));
    } else {
      this.compare(tile.level, tile, this.fitting(tile, bytes));
      if (tile.width === TILE_WIDTH) this.tree.rise(tile.level);
    }
    return this.isWhole;
  }

  /** What can only be said once there are no more files. */
  end(): Tally {
    const { size } = this.checkpoint;
    if (this.isWhole && !this.hasRoot())
      this.findings.add(
        'root-differs',
        'the entries make another tree than the one that the checkpoint signs',
      );
    if (this.older !== undefined && this.older.size <= size && this.isWhole && !this.isContained)
      this.findings.add(
        'log-forked',
        `its first ${this.older.size} entries are not those that it had before`,
      );
    this.rules.end(this.findings);
    return this.tally();
  }

  /** Whether what was read so far is the checkpoint's whole tree. */
  hasRoot(): boolean {
    return sameHash(this.tree.root(), this.checkpoint.root);
  }

  /**
   * What is missing at the end of what was read so far: more entries may mend it.
   *
   * @param settled an enrolment that was asked for later than this may be on its way: Unix milliseconds
   */
  missing(settled: number): Finding[] {
    const findings = new Findings();
    this.rules.end(findings, settled);
    return findings.list();
  }

  /** A tile's bytes, if it is there and as long as its name says. */
  private fitting(tile: Tile, bytes: Uint8Array | undefined): Uint8Array | undefined {
    if (bytes === undefined || bytes.length === tile.width * HASH_BYTES) return bytes;
    this.findings.add('file-malformed', `${tilePath(tile)} is not as long as its name says`, firstOf(tile));
    return undefined;
  }

  /** A bundle's entries. @param hashes the tile over it, if it can be held against it */
  private follow({ index, width }: Tile, bytes: Uint8Array, hashes: Uint8Array | undefined): void {
    const from = Number(index) * TILE_WIDTH;
    // Of the bundle that it goes on with, an earlier part of the reading read the first entries.
    const before = this.tree.width(0);
    let end = 0;
    let count = 0;
    for (; count < width && end + 2 <= bytes.length; count++) {
      const start = end + 2;
      const next = start + ((bytes[end] ?? 0) << 8) + (bytes[end + 1] ?? 0);
      if (next > bytes.length) break;
      end = next;
      const entry = bytes.subarray(start, end);
      if (count >= before) this.read(entry, from + count, this.tree.addLeaf(entry));
      else if (!this.tree.isLeaf(count, entry))
        this.findings.add('leaf-differs', 'the entry is not the one that was here before', from + count);
    }
    this.entries = from + count;
    const over = { level: 0, index, width: count };
    const known = hashes?.subarray(0, count * HASH_BYTES);
    if (count < width || end < bytes.length) {
      // Behind an entry that was taken out or put in, every one is in another's place: the first is named.
      const wrong = known === undefined ? count : (differences(this.tree.hashes(0), known)[0] ?? count);
      const path = tilePath({ level: 'entries', index, width });
      this.findings.add('file-malformed', `${path} holds more or less than its name says`, from + wrong);
      this.isWhole = false;
      return;
    }
    this.compare(0, over, known);
    this.compareOlder(from, width);
    if (width < TILE_WIDTH) return;
    // Without tiles nothing waits for a row that is full.
    for (let level = 0; this.tree.rise(level) && !this.withTiles; ) level++;
  }

  private read(bytes: Uint8Array, index: number, hash: string): void {
    const entry = this.entryOf(bytes, index);
    if (entry !== undefined) this.rules.follow(entry, index, hash);
  }

  private entryOf(bytes: Uint8Array, index: number): EntryRead | undefined {
    try {
      return readCanonicalEntry(bytes);
    } catch (error) {
      if (!(error instanceof LogError)) throw error;
      this.findings.add('entry-malformed', 'no version of Writ would have written this as an entry', index);
      return undefined;
    }
  }

  /**
   * Holds a row against its tile, and goes on with the tile's hashes: then what is above it tells whether the tile is
   * wrong too.
   */
  private compare(level: number, tile: Tile, hashes: Uint8Array | undefined): void {
    const row = this.tree.hashes(level);
    if (hashes === undefined || sameHash(row, hashes)) return;
    for (const place of differences(row, hashes)) {
      const index = (Number(tile.index) * TILE_WIDTH + place) * TILE_WIDTH ** level;
      if (level === 0)
        this.findings.add('leaf-differs', `the entry is not the one that ${tilePath(tile)} has`, index);
      else
        this.findings.add('tile-differs', `${tilePath(tile)} has another hash than what it is over`, index);
    }
    this.tree.replace(level, hashes);
  }

  private compareOlder(from: number, width: number): void {
    if (this.older === undefined) return;
    const leaves = Number(this.older.size) - from;
    if (leaves > 0 && leaves <= width) this.isContained = sameHash(this.tree.root(leaves), this.older.root);
  }
}

/** The places at which two rows of hashes differ. */
function differences(row: Uint8Array, other: Uint8Array): number[] {
  const places = Array.from({ length: row.length / HASH_BYTES }, (_, place) => place);
  const at = (hashes: Uint8Array, place: number) =>
    hashes.subarray(place * HASH_BYTES, (place + 1) * HASH_BYTES);
  return places.filter((place) => !sameHash(at(row, place), at(other, place)));
}

/** The first entry that a tile or bundle is over. */
function firstOf({ level, index }: Tile): number {
  return Number(index) * TILE_WIDTH ** (level === 'entries' ? 1 : level + 1);
}
