import { hash } from 'node:crypto';
import { LogError } from '#core/log/errors.ts';
import { TILE_WIDTH } from '#core/log/tiles.ts';
import { EMPTY_ROOT, HASH_BYTES, type Hash } from '#core/log/tree.ts';

/**
 * The tree as a verifier builds it again, row by row, each row to be held against a tile. It shares no code with the
 * writer, so that one mistake does not hide the other, and keeps no object for a hash.
 */

/** A row of up to 256 hashes: a tile of some level as it grows. */
interface Row {
  bytes: Buffer;
  count: number;
}

const MOST_BYTES = 0xffff;

export class TreeCheck {
  private readonly rows: Row[];
  /** `0x00 || entry` and `0x01 || left || right` (RFC 6962 §2.1): what is hashed next. */
  private readonly leaf = Buffer.alloc(1 + MOST_BYTES);
  private readonly node = Buffer.alloc(1 + 2 * HASH_BYTES, 1);
  private readonly scratch = newRow().bytes;

  /** @param stored the rows of another, in base64: this one goes on with them */
  constructor(stored: readonly string[] = []) {
    this.rows = stored.length === 0 ? [newRow()] : stored.map(storedRow);
  }

  /** Its rows in base64, the lowest first: 8 kB each at most, and one for each 256-fold of entries. */
  stored(): string[] {
    return this.rows.map((_, level) => this.hashes(level).toString('base64'));
  }

  /** Adds a leaf to the lowest row. @returns its hash in hex, as the next entry of its stream names it */
  addLeaf(entry: Uint8Array): string {
    this.leaf.set(entry, 1);
    const hex = sha256(this.leaf.subarray(0, 1 + entry.length));
    const row = this.row(0);
    row.bytes.write(hex, row.count * HASH_BYTES, 'hex');
    row.count++;
    return hex;
  }

  /** Whether a place of the lowest row has this entry's hash. */
  isLeaf(place: number, entry: Uint8Array): boolean {
    this.leaf.set(entry, 1);
    const hex = sha256(this.leaf.subarray(0, 1 + entry.length));
    return this.hashes(0).toString('hex', place * HASH_BYTES, (place + 1) * HASH_BYTES) === hex;
  }

  /** How many hashes a level's row has. */
  width(level: number): number {
    return this.rows[level]?.count ?? 0;
  }

  /** A level's row: what the tile of that level must be. */
  hashes(level: number): Buffer {
    const { bytes, count } = this.row(level);
    return bytes.subarray(0, count * HASH_BYTES);
  }

  /** Goes on with a tile's hashes in place of a row's own. */
  replace(level: number, hashes: Uint8Array): void {
    this.row(level).bytes.set(hashes);
  }

  /** A row that is full becomes one hash of the row above it. @returns whether that is full now */
  rise(level: number): boolean {
    const row = this.row(level);
    const above = this.row(level + 1);
    above.bytes.set(this.fold(row.bytes, 0, TILE_WIDTH), above.count * HASH_BYTES);
    row.count = 0;
    above.count++;
    return above.count === TILE_WIDTH;
  }

  /**
   * The root of all that was added.
   *
   * @param leaves of those in the lowest row, how many count
   */
  root(leaves = this.width(0)): Hash {
    // What a row holds, cut into complete subtrees, stands left of all that is in the rows below it.
    let right: Hash | undefined;
    for (const [level, { bytes, count }] of this.rows.entries()) {
      const width = level === 0 ? leaves : count;
      let end = width;
      for (let size = 1; size <= width; size *= 2) {
        if ((width & size) === 0) continue;
        end -= size;
        const left = this.fold(bytes, end, size);
        right = right === undefined ? left : Buffer.from(this.parent(Buffer.concat([left, right]), 0), 'hex');
      }
    }
    return right ?? EMPTY_ROOT;
  }

  private row(level: number): Row {
    this.rows[level] ??= newRow();
    return this.rows[level];
  }

  /** The root above some hashes of a row: a power of two of them, from one on. */
  private fold(row: Buffer, from: number, count: number): Hash {
    const { scratch } = this;
    row.copy(scratch, 0, from * HASH_BYTES, (from + count) * HASH_BYTES);
    for (let width = count / 2; width >= 1; width /= 2) {
      for (let i = 0; i < width; i++) scratch.write(this.parent(scratch, 2 * i), i * HASH_BYTES, 'hex');
    }
    return Buffer.from(scratch.subarray(0, HASH_BYTES));
  }

  /** The hash, in hex, above two that lie one behind the other. */
  private parent(hashes: Buffer, left: number): string {
    hashes.copy(this.node, 1, left * HASH_BYTES, (left + 2) * HASH_BYTES);
    return sha256(this.node);
  }
}

/** In hex: the fastest of the forms that `hash` answers in. A buffer for each of two million hashes takes longer. */
function sha256(input: Uint8Array): string {
  return hash('sha256', input, 'hex');
}

function storedRow(text: string): Row {
  const row = newRow();
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length > row.bytes.length || bytes.length % HASH_BYTES !== 0)
    throw new LogError('state-malformed');
  row.bytes.set(bytes);
  row.count = bytes.length / HASH_BYTES;
  return row;
}

function newRow(): Row {
  return { bytes: Buffer.alloc(TILE_WIDTH * HASH_BYTES), count: 0 };
}
