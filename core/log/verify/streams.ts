import { z } from 'zod';
import { type CaseSoFar, SKEW_MS } from './case-state.ts';
import type { Findings } from './findings.ts';
import type { Here } from './here.ts';
import type { PreservationSoFar } from './preservation-rules.ts';
import type { ChangeSoFar } from './registry-state.ts';
import { storedCount, storedTime } from './stored.ts';
import type { StreamStore } from './stream-store.ts';

/**
 * Streams of entries: each is numbered from 1, each entry names the hash of the one before it, and none is dated before
 * it. So a stream's entries can neither be left out, nor exchanged, nor change places, without a trace (I6).
 */

/** How long the table's stream that carries entries to the log keeps them: no entry reaches the log later. */
const RETENTION_MS = 24 * 3_600_000;
const MOST_GAPS = 1000;

/** Where a stream of entries stands. There are millions of them: what is kept of each must stay small. */
export interface StreamSoFar {
  readonly name: string;
  /** The number of its last entry; 0 before its first. */
  n: number;
  /** The last entry's leaf hash, in hex; its index; and when it was committed, in Unix milliseconds. */
  hash: string;
  index: number;
  at: number;
  /** Of a case, what its entries say of it. */
  case: CaseSoFar | undefined;
  /** Of a preservation, the same; and of a change of the registry, which has nothing once it is over. */
  preservation: PreservationSoFar | undefined;
  change: ChangeSoFar | 'over' | undefined;
  gaps: Gap[] | undefined;
}

/** Places of a stream that were passed over, and the finding that says so. */
interface Gap {
  places: Set<number>;
  finding: number;
  message: string;
}

/** What all streams have together. */
export const storedStreams = z.strictObject({
  size: storedCount,
  gaps: storedCount,
  first: storedTime,
  last: storedTime,
});

export class Streams {
  /** How many there are. */
  size: number;
  /** The earliest and the latest time of an entry: Unix milliseconds, and not finite while there is none. */
  first: number;
  last: number;
  private gaps: number;
  private readonly findings: Findings;
  private readonly known: StreamStore;

  /** @param stored what another had come to know, of the same streams */
  constructor(findings: Findings, known: StreamStore, stored?: z.output<typeof storedStreams>) {
    this.findings = findings;
    this.known = known;
    this.size = stored?.size ?? 0;
    this.gaps = stored?.gaps ?? 0;
    this.first = stored?.first ?? Number.POSITIVE_INFINITY;
    this.last = stored?.last ?? Number.NEGATIVE_INFINITY;
  }

  stored(): z.output<typeof storedStreams> {
    const { size, gaps, first, last } = this;
    return { size, gaps, first, last };
  }

  /** The stream of a name. It begins where it is new. */
  named(name: string): StreamSoFar {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const begun: StreamSoFar = {
      ...{ name, n: 0, hash: '', index: 0, at: 0 },
      ...{ case: undefined, preservation: undefined, change: undefined, gaps: undefined },
    };
    this.known.add(begun);
    this.size++;
    return begun;
  }

  /**
   * The stream's next entry.
   *
   * @param previous the hash that it names
   * @param hash its own: the leaf hash, in hex
   */
  follow(here: Here, previous: string | undefined, hash: string): void {
    const { stream, n, index, at } = here;
    this.checkTime(here);
    if ((n === 1) !== (previous === undefined))
      here.report('entry-malformed', 'only the first of a stream names none before it');
    if (n <= stream.n) {
      this.fillGap(here);
      return;
    }
    if (n > stream.n + 1) this.openGap(here);
    else if (stream.n > 0 && previous !== undefined && previous !== stream.hash) {
      const what = `entry ${stream.n} of ${printable(stream.name)} is not the one that entry ${n} names`;
      this.findings.add('entry-edited', `${what}, at ${index}`, stream.index);
    }
    stream.n = n;
    stream.hash = hash;
    stream.index = index;
    if (!Number.isNaN(at)) stream.at = at;
  }

  private checkTime(here: Here): void {
    const { stream, n, at } = here;
    if (Number.isNaN(at)) {
      here.report('entry-malformed', 'its time is no instant in UTC with milliseconds');
      return;
    }
    // An entry that comes too late is reported as that.
    if (stream.n > 0 && n > stream.n && at < stream.at - SKEW_MS)
      here.report('entry-back-dated', 'it is dated before the entry before it in its stream');
    else if (at < this.last - RETENTION_MS - SKEW_MS)
      here.report('entry-back-dated', 'it is dated more than a day before an entry before it');
    this.first = Math.min(this.first, at);
    this.last = Math.max(this.last, at);
  }

  private openGap(here: Here): void {
    const { stream, n } = here;
    const before = stream.n;
    const missing = n - 1 - before;
    const what = missing === 1 ? `entry ${before + 1} is` : `entries ${before + 1} to ${n - 1} are`;
    const { number: finding, message } = here.report('entry-dropped', `${what} missing before it`);
    if (this.gaps >= MOST_GAPS || missing > MOST_GAPS) return;
    this.gaps++;
    const places = new Set(Array.from({ length: missing }, (_, i) => before + 1 + i));
    stream.gaps = [...(stream.gaps ?? []), { places, finding, message }];
  }

  /** An entry that comes late was reported as dropped: where all of a gap come, the order is wrong instead. */
  private fillGap(here: Here): void {
    const { stream, n, index } = here;
    const gap = stream.gaps?.find(({ places }) => places.delete(n));
    if (gap === undefined) {
      here.report('entry-repeated', `entry ${n} of its stream was there before`);
    } else if (gap.places.size === 0) {
      const message = gap.message.replace(/missing before it$/, `not before it, but at ${index}`);
      this.findings.revise(gap.finding, 'entry-swapped', message);
    }
  }
}

/** A stream's name, as a terminal can show it without acting on what is in it. */
export function printable(stream: string): string {
  return JSON.stringify(stream).slice(1, -1);
}
