import { type CaseSoFar, SKEW_MS } from './case-state.ts';
import type { Finding, Findings } from './findings.ts';
import type { Here } from './here.ts';

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
}

/** Places of a stream that were passed over, and the finding that says so. */
interface Gap {
  places: Set<number>;
  finding: Finding;
}

export class Streams {
  /** The earliest and the latest time of an entry: Unix milliseconds, and not finite while there is none. */
  first = Number.POSITIVE_INFINITY;
  last = Number.NEGATIVE_INFINITY;
  private readonly findings: Findings;
  private readonly known = new Map<string, StreamSoFar>();
  private readonly gaps = new Map<string, Gap[]>();

  constructor(findings: Findings) {
    this.findings = findings;
  }

  get size(): number {
    return this.known.size;
  }

  /** The stream of a name. It begins where it is new. */
  named(name: string): StreamSoFar {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const begun: StreamSoFar = { name, n: 0, hash: '', index: 0, at: 0, case: undefined };
    this.known.set(name, begun);
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
    const {
      stream: { name, n: before },
      n,
    } = here;
    const missing = n - 1 - before;
    const what = missing === 1 ? `entry ${before + 1} is` : `entries ${before + 1} to ${n - 1} are`;
    const finding = here.report('entry-dropped', `${what} missing before it`);
    if (this.gaps.size >= MOST_GAPS || missing > MOST_GAPS) return;
    const places = new Set(Array.from({ length: missing }, (_, i) => before + 1 + i));
    this.gaps.set(name, [...(this.gaps.get(name) ?? []), { places, finding }]);
  }

  /** An entry that comes late was reported as dropped: where all of a gap come, the order is wrong instead. */
  private fillGap(here: Here): void {
    const { stream, n, index } = here;
    const gap = this.gaps.get(stream.name)?.find(({ places }) => places.delete(n));
    if (gap === undefined) {
      here.report('entry-repeated', `entry ${n} of its stream was there before`);
    } else if (gap.places.size === 0) {
      const { finding } = gap;
      finding.code = 'entry-swapped';
      finding.message = finding.message.replace(/missing before it$/, `not before it, but at ${index}`);
    }
  }
}

/** A stream's name, as a terminal can show it without acting on what is in it. */
export function printable(stream: string): string {
  return JSON.stringify(stream).slice(1, -1);
}
