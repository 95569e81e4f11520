import { hash } from 'node:crypto';
import { TILE_WIDTH } from '#core/log/tiles.ts';
import { EMPTY_ROOT, HASH_BYTES, type Hash } from '#core/log/tree.ts';

/**
 * The tree as a verifier builds it again, row by row, each row to be held against a tile. It shares nothing with the
 * writer's code, so that one mistake does not hide the other, and keeps no object for a hash: most of its time is
 * SHA-256.
 */
const ROW_BYTES = TILE_WIDTH * HASH_BYTES;
const NODE = 0x01;

/** Hashes one behind the other, as bytes and four bytes at a time. */
interface Hashes {
  bytes: Buffer;
  words: Int32Array;
}
const HASH_WORDS = HASH_BYTES / 4;

/** A row of up to 256 hashes: a tile of some level as it grows. */
interface Row extends Hashes {
  count: number;
}

export class TreeCheck {
  private readonly rows: Row[] = [newRow()];
  private readonly lowest = this.row(0);
  /** A node's input, so placed that the two hashes behind its first byte are whole words. */
  private readonly pair = newHashes(4 + 2 * HASH_BYTES);
  private readonly input = this.pair.bytes.subarray(3);
  private readonly scratch = newHashes(ROW_BYTES);

  constructor() {
    this.input[0] = NODE;
  }

  /** The leaf hashes of the lowest row, four bytes at a time. */
  get leafWords(): Int32Array {
    return this.lowest.words;
  }

  /** Adds a leaf to the lowest row. @param input `0x00 || entry` (RFC 6962 §2.1) */
  addLeaf(input: Uint8Array): void {
    const row = this.lowest;
    row.bytes.write(sha256(input), row.count * HASH_BYTES, 'latin1');
    row.count++;
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
    this.scratch.words.set(row.words);
    this.fold(0, TILE_WIDTH);
    row.count = 0;
    const above = this.row(level + 1);
    this.scratch.bytes.copy(above.bytes, above.count * HASH_BYTES, 0, HASH_BYTES);
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
    for (const [level, { words, count }] of this.rows.entries()) {
      this.scratch.words.set(words);
      const width = level === 0 ? leaves : count;
      let end = width;
      for (let size = 1; size <= width; size *= 2) {
        if ((width & size) === 0) continue;
        end -= size;
        this.fold(end, size);
        const left = Buffer.from(this.scratch.bytes.subarray(end * HASH_BYTES, (end + 1) * HASH_BYTES));
        right = right === undefined ? left : this.node(left, right);
      }
    }
    return right ?? EMPTY_ROOT;
  }

  private row(level: number): Row {
    this.rows[level] ??= newRow();
    return this.rows[level];
  }

  /** The root above some hashes of the scratch row, a power of two of them, takes the place of their first. */
  private fold(from: number, count: number): void {
    const { bytes, words } = this.scratch;
    const pair = this.pair.words;
    const first = from * HASH_WORDS;
    for (let width = count / 2; width >= 1; width /= 2) {
      for (let i = 0; i < width; i++) {
        const at = first + 2 * i * HASH_WORDS;
        for (let word = 0; word < 2 * HASH_WORDS; word++) pair[1 + word] = words[at + word] ?? 0;
        bytes.write(sha256(this.input), (from + i) * HASH_BYTES, 'latin1');
      }
    }
  }

  private node(left: Hash, right: Hash): Hash {
    this.input.set(left, 1);
    this.input.set(right, 1 + HASH_BYTES);
    return Buffer.from(sha256(this.input), 'latin1');
  }
}

/** Of each byte one character: 'buffer' would allocate a store for each hash, which takes longer than hashing. */
function sha256(input: Uint8Array): string {
  return hash('sha256', input, 'binary');
}

function newHashes(length: number): Hashes {
  const buffer = new ArrayBuffer(length);
  return { bytes: Buffer.from(buffer), words: new Int32Array(buffer) };
}

function newRow(): Row {
  return { ...newHashes(ROW_BYTES), count: 0 };
}
