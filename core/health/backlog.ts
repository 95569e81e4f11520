import { claimedCheckpoint } from '#core/log/checkpoint.ts';
import type { Clock, LogFiles } from '#core/ports.ts';
import { logPlaces } from '#core/state/log-places.ts';
import { outboxSweep } from '#core/state/log-sweep.ts';
import { type Place, placeName, placeSchema, writtenAfter, writtenIn } from '#core/state/outbox.ts';
import type { Counter } from '#core/store/counting.ts';
import type { Store } from '#core/store/store.ts';
import type { HealthOf } from './answer.ts';

/**
 * Entries that wait for the log: those in the outbox that no checkpoint in the bucket covers. The outbox keeps all entries
 * for good, so each is looked up in the bucket, from where the clock's own search stands (sequencer/late.ts). Of an entry its
 * stream and number are read, which the log then publishes, and of the log's files those that everybody can read.
 */
export interface BacklogPorts {
  counter: Pick<Counter, 'keys'>;
  store: Store;
  files: Pick<LogFiles, 'read'>;
  clock: Pick<Clock, 'now'>;
}

/** Where nobody has looked yet, as far back as the first of the clock's searches. */
const firstHours = 26;
/** As many entries are looked up at most: each takes a call to the bucket. */
export const mostLookedUp = 400;
/** As many spans of ten minutes are looked through at most: two days. */
export const mostSpans = 288;

export async function outboxBacklog(
  { counter, store, files }: BacklogPorts,
  at: string,
): Promise<HealthOf<'outbox'>> {
  const [from, checkpoint] = await Promise.all([outboxSweep(store).read(), files.read('checkpoint')]);
  const size = checkpoint === undefined ? 0n : claimedCheckpoint(checkpoint).size;
  const now = writtenIn(at);
  const begin = from === undefined || from > now ? writtenIn(hoursBefore(at)) : from;
  let left = mostLookedUp;
  let waiting = 0;
  let oldest: string | undefined;
  let isWhole = true;
  let span = begin;
  for (let spans = 0; span <= now && left > 0; span = writtenAfter(span)) {
    if (++spans > mostSpans) break;
    const { keys, more } = await counter.keys('entries', { index: 'written', of: span }, left);
    left -= keys.length;
    isWhole &&= !more;
    const unpublished = await waitingOf(keys);
    waiting += unpublished;
    if (unpublished > 0) oldest ??= span;
  }
  const isAll = isWhole && span > now;
  return {
    waiting: isAll ? { count: waiting } : { count: waiting, atLeast: true },
    ...(oldest === undefined ? {} : { oldest: boundsOf(oldest) }),
  };

  async function waitingOf(keys: readonly unknown[]): Promise<number> {
    // What is no place is no entry either: the log goes on without it, and an alarm tells of it.
    const places: Place[] = keys.flatMap((key) => placeSchema.safeParse(key).data ?? []);
    const found = await logPlaces(files).among(places);
    return places.filter((place) => {
      const placed = found.get(placeName(place));
      return placed === undefined || placed.index >= size;
    }).length;
  }
}

const hoursBefore = (at: string) => new Date(Date.parse(at) - firstHours * 3_600_000).toISOString();

function boundsOf(span: string): { from: string; to: string } {
  return { from: `${span}0:00.000Z`, to: `${writtenAfter(span)}0:00.000Z` };
}
