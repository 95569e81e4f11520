import { toHex } from '#core/bytes.ts';
import { readEntry } from '#core/log/entry.ts';
import type { ReadFile, SignedCheckpoint } from '#core/log/reading.ts';
import { TILE_WIDTH } from '#core/log/tiles.ts';
import { leafHash } from '#core/log/tree.ts';
import { type PlacedEntry, provenBundle } from './proven-bundle.ts';

/**
 * Reading a log from its end, a part at a time, as somebody does who looks at a few of its entries: every step reads a
 * bounded number of files, however long the log is, and everything that is returned is proven by the checkpoint.
 */

const width = BigInt(TILE_WIDTH);

/** What somebody looks for. */
export interface Sought {
  matches(placed: PlacedEntry): boolean;
  /** Whether nothing can match in a bundle whose entries are all so, nor in any before it. */
  isBefore?(placed: PlacedEntry): boolean;
  /** Whether of what matches none is further back than this one. */
  isFirst?(placed: PlacedEntry): boolean;
}

export interface Step {
  /** The newest first. */
  entries: PlacedEntry[];
  /** All from this index on have been looked at; 0 when that is the whole log. */
  from: bigint;
  /** Whether there is nothing further back. */
  isEnd: boolean;
}

export interface StepOptions {
  /** How many entries are enough. @defaultValue 50 */
  enough?: number;
  /** How many times 256 entries are read at most. @defaultValue 8 */
  mostBundles?: number;
}

/** How many bundles are on their way at once. */
const ahead = 4;

/**
 * Looks further back, from an index on.
 *
 * @param before behind the newest entry that is looked at: the log's size to begin with, then `from` of the step before
 * @returns what was found in whole bundles: it may be more than enough
 * @throws LogError file-missing, file-malformed, entry-malformed, not-included
 */
export async function lookBack(
  read: ReadFile,
  of: SignedCheckpoint,
  before: bigint,
  { matches, isBefore, isFirst }: Sought,
  { enough = 50, mostBundles = 8 }: StepOptions = {},
): Promise<Step> {
  const found: PlacedEntry[] = [];
  let from = before;
  const coming: Promise<PlacedEntry[]>[] = [];
  let asked = 0;
  let next = before;
  const ask = (most: number) => {
    while (coming.length < most && asked < mostBundles && next > 0n) {
      const first = ((next - 1n) / width) * width;
      const bundle = placedIn(read, of, first, next);
      // What is not taken in the end fails for nobody.
      bundle.catch(() => {});
      coming.push(bundle);
      next = first;
      asked++;
    }
  };
  // The first may be enough: what comes with it would be read in vain.
  ask(1);
  for (let bundle = coming.shift(); bundle !== undefined; bundle = coming.shift()) {
    const entries = await bundle;
    from = ((from - 1n) / width) * width;
    found.push(...entries.filter(matches).toReversed());
    const isOver =
      (isBefore !== undefined && entries.every(isBefore)) || (isFirst !== undefined && found.some(isFirst));
    if (isOver) return { entries: found, from, isEnd: true };
    if (found.length >= enough) break;
    ask(ahead);
  }
  return { entries: found, from, isEnd: from === 0n };
}

async function placedIn(
  read: ReadFile,
  of: SignedCheckpoint,
  first: bigint,
  before: bigint,
): Promise<PlacedEntry[]> {
  const end = first + width < of.size ? first + width : of.size;
  const all = await provenBundle(read, first, end, of);
  return all
    .map((bytes, i) => ({ index: first + BigInt(i), bytes, ...readEntry(bytes) }))
    .filter(({ index }) => index < before);
}

/**
 * Entries come into the log in the order in which they were committed, but for those that are committed within moments of
 * each other or had to be delivered again. So long after a day its entries are looked for.
 */
const strayMs = 3_600_000;

/** A day in UTC. */
export function ofDay(day: string): Sought & { end: number } {
  const start = Date.parse(`${day}T00:00:00Z`);
  const end = start + 86_400_000;
  const at = ({ envelope }: PlacedEntry) => Date.parse(envelope.at);
  return {
    end,
    matches: (placed) => at(placed) >= start && at(placed) < end,
    isBefore: (placed) => at(placed) < start - strayMs,
  };
}

/**
 * Where to begin looking back for what was committed before an instant: by halves, so that of a log of 100,000 entries nine
 * bundles are read.
 *
 * @param end Unix milliseconds
 * @returns an index; entries from there on were committed later
 * @throws LogError
 */
export async function behindInstant(read: ReadFile, of: SignedCheckpoint, end: number): Promise<bigint> {
  let [low, high] = [0n, (of.size + width - 1n) / width];
  while (low < high) {
    const middle = (low + high) / 2n;
    const [first] = await placedIn(read, of, middle * width, of.size);
    if (first !== undefined && Date.parse(first.envelope.at) < end + strayMs) low = middle + 1n;
    else high = middle;
  }
  const behind = low * width;
  return behind < of.size ? behind : of.size;
}

/** The entries of a stream as far as they are found, and whether they are all of it. */
export interface Life {
  /** The oldest first. */
  entries: readonly PlacedEntry[];
  /** From the first to the newest that the log has, each naming the one before. */
  isWhole: boolean;
}

/** All entries of a stream. */
export const ofStream = (stream: string): Sought => ({
  matches: ({ envelope }) => envelope.stream === stream,
  isFirst: ({ envelope }) => envelope.n === 1,
});

/**
 * Puts together what was found of one stream, looking back from the log's end.
 *
 * @param found the newest first
 */
export function lifeOf(found: readonly PlacedEntry[]): Life {
  const entries = found.toReversed();
  const isChained = entries.every(({ envelope: { n, previous } }, i) => {
    const before = entries[i - 1];
    return n === i + 1 && previous === (before === undefined ? undefined : toHex(leafHash(before.bytes)));
  });
  return { entries, isWhole: entries.length > 0 && isChained };
}

/** The files of a log that were read last, so that a step back asks for none of them again. Only what is there is kept. */
export interface KeptFiles {
  read: ReadFile;
  /** Keeps none of them any longer: what did not verify is to be asked for again. */
  forget(): void;
}

export function keepingNewest(read: ReadFile, most = 96): KeptFiles {
  const kept = new Map<string, Uint8Array>();
  return {
    async read(path) {
      // The checkpoint moves; what a tile's path names never changes.
      if (!path.startsWith('tile/')) return read(path);
      const known = kept.get(path);
      if (known !== undefined) {
        kept.delete(path);
        kept.set(path, known);
        return known;
      }
      const bytes = await read(path);
      if (bytes === undefined) return undefined;
      kept.set(path, bytes);
      const oldest = kept.keys().next();
      if (kept.size > most && oldest.done !== true) kept.delete(oldest.value);
      return bytes;
    },
    forget: () => kept.clear(),
  };
}
