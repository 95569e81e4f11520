import { behindInstant } from '#client/log/browse.ts';
import { type PlacedEntry, provenRange } from '#client/log/proven-bundle.ts';
import { toHex } from '#core/bytes.ts';
import type { NoticeFile } from '#core/cases/notice-file.ts';
import type { ReadFile, SignedCheckpoint } from '#core/log/reading.ts';
import { TILE_WIDTH } from '#core/log/tiles.ts';
import { leafHash } from '#core/log/tree.ts';

/**
 * The log's entries of the case that a letter is about, without the log before it: whoever asks for files of the log from some
 * day on tells the server no more than that day.
 */

/** How far one has come. */
export interface Looked {
  /** What was found so far of the case, in the log's order. */
  entries: readonly PlacedEntry[];
  /** Of how many bundles of 256 entries, how many were read. */
  read: number;
  of: number;
}

const width = BigInt(TILE_WIDTH);
/** Entries of the same moments may have changed places. */
const strayMs = 2 * 3_600_000;
/** How many bundles are on their way at once. */
const ahead = 4;

/**
 * Looks for a case's entries, from shortly before its request arrived to the log's end. Every entry is proven.
 *
 * @throws LogError file-missing, file-malformed, entry-malformed, not-included
 */
export async function* lookForCase(
  read: ReadFile,
  of: SignedCheckpoint,
  { stream, receivedAt }: Pick<NoticeFile, 'stream' | 'receivedAt'>,
): AsyncGenerator<Looked> {
  const behind = await behindInstant(read, of, Date.parse(receivedAt) - strayMs);
  const first = behind > width ? ((behind - 1n) / width) * width : 0n;
  const bundles = Number((of.size - first + width - 1n) / width);
  const coming: Promise<PlacedEntry[]>[] = [];
  const found: PlacedEntry[] = [];
  let next = first;
  for (let done = 0; done < bundles; ) {
    while (coming.length < ahead && next < of.size) {
      const bundle = bundleAt(read, next, of);
      // What is not taken in the end fails for nobody.
      bundle.catch(() => {});
      coming.push(bundle);
      next += width;
    }
    found.push(...((await coming.shift()) ?? []).filter(({ envelope }) => envelope.stream === stream));
    done++;
    yield { entries: [...found], read: done, of: bundles };
  }
}

async function bundleAt(read: ReadFile, from: bigint, of: SignedCheckpoint): Promise<PlacedEntry[]> {
  const to = from + width < of.size ? from + width : of.size;
  for await (const bundle of provenRange(read, from, to, of)) return bundle;
  return [];
}

/** Whether these are all entries of a stream up to the last: numbered from 1, and each naming the one before by its hash. */
export function isWholeChain(entries: readonly PlacedEntry[]): boolean {
  return entries.every(({ envelope }, i) => {
    const before = entries[i - 1];
    const previous = before === undefined ? undefined : toHex(leafHash(before.bytes));
    return envelope.n === i + 1 && envelope.previous === previous;
  });
}
