import { inParts, type Parts } from '#core/parts.ts';
import type { Clock, Watch } from '#core/ports.ts';
import { placePath } from '#core/state/log-places.ts';
import { outboxSweep } from '#core/state/log-sweep.ts';
import { type OutboxItem, outbox, writtenAfter, writtenIn } from '#core/state/outbox.ts';
import type { Store } from '#core/store/store.ts';
import type { sequencer } from './sequencer.ts';

/**
 * Entries that the outbox's stream did not bring: a batch that was given up, or an outage of more than the day that the
 * stream keeps. The clock finds them in the outbox itself, so that none is lost (I6). Spans of ten minutes are looked
 * through one after the other, each until all of it is in the log.
 */
export interface LatePorts {
  store: Store;
  place: ReturnType<typeof sequencer>['place'];
  clock: Pick<Clock, 'now'>;
  watch: Watch;
}

/** An entry is committed at the latest so long after its instant: no function runs longer, and indexes lag a moment. */
export const settledMinutes = 20;
/** Where the first run begins: what is older, the stream brought. */
const firstHours = 26;
/** How long one run goes on. The next goes on where it stopped. */
const runMs = 60_000;
/** Entries that are looked up in the log at once. */
const batch = 500;
/** To find one entry among a batch takes ten failures. Many more are an outage, and no entry's fault. */
const mostFailures = 40;

const minuteMs = 60_000;
const before = (at: string, minutes: number) => new Date(Date.parse(at) - minutes * minuteMs).toISOString();

/** @returns what brings all of them into the log @throws PartsFailed if one of them cannot be placed */
export function latePlacer({ store, place, clock, watch }: LatePorts): () => Promise<void> {
  const sweep = outboxSweep(store);

  return async function placeLate() {
    const now = clock.now();
    const settled = writtenIn(before(now, settledMinutes));
    const known = await sweep.read();
    // One of the future would have nothing looked through: somebody wrote it.
    const begin = known === undefined || known > settled ? writtenIn(before(now, firstHours * 60)) : known;
    const parts = inParts(watch, 'entries of the outbox');
    let failures = 0;
    let isWhole = true;
    for (let span = begin; span < settled; span = writtenAfter(span)) {
      const work = { parts, onFailure: () => ++failures <= mostFailures };
      const isDone = await placeSpan(span, work);
      isWhole &&= isDone;
      // Behind one that is not all in the log, the others are looked through again.
      if (isWhole) await sweep.write(writtenAfter(span));
      if (Date.parse(clock.now()) > Date.parse(now) + runMs) break;
    }
    parts.finish();
  };

  interface Work {
    parts: Parts;
    /** @returns false if there were so many that no entry is to blame */
    onFailure(): boolean;
  }

  /** @returns whether all that was written in a span is in the log */
  async function placeSpan(span: string, work: Work): Promise<boolean> {
    let isDone = true;
    let some: (OutboxItem | undefined)[] = [];
    const flush = async () => {
      isDone = (await placeSome(some, work)) && isDone;
      some = [];
    };
    for await (const item of outbox(store).written(span)) {
      some.push(item);
      if (some.length === batch) await flush();
    }
    if (some.length > 0) await flush();
    return isDone;
  }

  /** Half by half where it fails, so that one entry that cannot be placed holds up no other. */
  async function placeSome(some: readonly (OutboxItem | undefined)[], work: Work): Promise<boolean> {
    try {
      const late = await place(some);
      if (late.length > 0) {
        watch.warn('entries that the stream did not bring', { entries: late.length });
        watch.count('EntriesLate', late.length);
      }
      return true;
    } catch (error) {
      if (!work.onFailure()) throw error;
      const [only, second] = some;
      if (second === undefined && only !== undefined) {
        await work.parts.attempt({ place: placePath(only) }, () => Promise.reject(error));
        return false;
      }
      const middle = Math.ceil(some.length / 2);
      const first = await placeSome(some.slice(0, middle), work);
      return (await placeSome(some.slice(middle), work)) && first;
    }
  }
}
