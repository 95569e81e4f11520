import { toHex } from '#core/bytes.ts';
import type { Entry, StreamHead } from '#core/log/entry.ts';
import { leafHash } from '#core/log/tree.ts';
import { inParallel } from '#core/parallel.ts';
import type { PublishedLog } from '#core/state/published-log.ts';

/**
 * Whole streams as the log in the bucket has them. A place in the log is taken once and for ever, and each entry names the
 * one before, so nobody who writes tables can leave an entry out, exchange one, or end a stream early.
 */
export type LogReader = Pick<PublishedLog, 'find' | 'follows'>;

/** What the log has of the stream that a record says it stands in. */
export type History =
  | { entries: readonly Entry[] }
  /** `behind`: the record's last entry is not in the log yet. */
  /** `longer`: the log goes on, so the record is an old one. */
  /** `differs`: the log has another history. */
  | { fault: 'behind' | 'longer' | 'differs' };

/** How many entries are read at once. */
const readers = 16;

/**
 * The stream from its first entry to the one that a record names as its last.
 *
 * @param head where the record says that its stream stands
 */
export async function readHistory(log: LogReader, stream: string, { n, hash }: StreamHead): Promise<History> {
  const last = await log.find(stream, n);
  if (last === undefined) return { fault: 'behind' };
  const places = Array.from({ length: n - 1 }, (_, i) => i + 1);
  const before = await inParallel(places, readers, (place) => log.find(stream, place));
  const entries: Entry[] = [];
  let previous: string | undefined;
  for (const logged of [...before, last]) {
    if (logged === undefined || logged.entry.previous !== previous) return { fault: 'differs' };
    previous = toHex(leafHash(logged.proven.bytes));
    entries.push(logged.entry);
  }
  if (previous !== hash) return { fault: 'differs' };
  return (await log.follows(stream, n)) ? { fault: 'longer' } : { entries };
}

/**
 * A stream as far as the log has it, whatever any table says.
 *
 * @param known its first entries, which were read before: they never change
 */
export async function readWhole(
  log: LogReader,
  stream: string,
  known: readonly Entry[] = [],
): Promise<readonly Entry[]> {
  const entries = [...known];
  for (;;) {
    const next = await log.find(stream, entries.length + 1);
    if (next === undefined) return entries;
    entries.push(next.entry);
  }
}
