import { utf8 } from '#core/bytes.ts';
import { type CaseSoFar, caseActs, followCase, type Report } from './case-rules.ts';
import type { EntryReader, Kind } from './entry-reader.ts';
import type { Finding, FindingCode, Findings } from './findings.ts';
import { RegistryRules, registryKinds } from './registry-rules.ts';
import { Streams } from './streams.ts';

/**
 * What must hold of a log's entries in their order. The tree shows that nothing was changed since the checkpoint was
 * signed; these rules show what the log's own operator cannot have made up afterwards: an entry that names another is
 * younger than it, and what a collection needs is there before it.
 */

/** Clocks of two functions differ by less. */
const SKEW_MS = 10_000;
/** How long the stream that carries entries to the log keeps them: no entry reaches the log later. */
const RETENTION_MS = 24 * 3_600_000;

/** Where kinds belong that no other stream may have. */
const homes: [Kind[], string][] = [
  [[...caseActs.keys()], 'case/'],
  [['key.enrolled', 'key.revoked'], 'key/'],
  [['change.proposed', 'change.decided'], 'change/'],
  [['registry.founded'], 'registry/founding'],
  [['preservation.received', 'preservation.kept', 'preservation.ended'], 'preservation/'],
];
const homeOf = new Map(homes.flatMap(([kinds, home]) => kinds.map((kind) => [kind, utf8(home)] as const)));

/** As many kinds that are not known here are told apart; what is in a log is not to fill a verifier's memory. */
const MOST_UNKNOWN = 20;
const MOST_GAPS = 1000;

/** Places of a stream that were passed over, and the finding that says so. */
interface Gap {
  places: Set<number>;
  finding: Finding;
}

/** What the entries were, all told. Times are Unix milliseconds. */
export interface Tally {
  kinds: Map<Kind, number>;
  /** By kind and version, those that are not known here; some under `other` where they are many. */
  unknown: Map<string, number>;
  streams: number;
  first: number | undefined;
  last: number | undefined;
}

export class EntryRules {
  private readonly findings: Findings;
  private readonly streams: Streams;
  private readonly cases = new Map<number, CaseSoFar>();
  private readonly registry = new RegistryRules();
  private readonly policies = new Set<string>();
  private readonly gaps = new Map<number, Gap[]>();
  private readonly kinds = new Map<Kind, number>();
  private readonly unknown = new Map<string, number>();
  private first: number | undefined;
  private newest: number | undefined;

  /** @param seed a number that the log's writer could not know before the log was written */
  constructor(findings: Findings, seed: number) {
    this.findings = findings;
    this.streams = new Streams(seed);
  }

  /**
   * The log's next entry.
   *
   * @param hashes leaf hashes, eight words each, the `which`-th of them this entry's
   */
  follow(entry: EntryReader, index: number, hashes: Int32Array, which: number): void {
    const stream = this.streams.find(entry.names, entry.streamFrom, entry.streamTo);
    this.checkTime(entry, index, stream);
    this.checkPlace(entry, index, stream, hashes, which);
    const { kind } = entry;
    if (kind === undefined) {
      this.passOver(entry, index);
      return;
    }
    this.kinds.set(kind, (this.kinds.get(kind) ?? 0) + 1);
    const home = homeOf.get(kind);
    if (home !== undefined && !entry.startsStream(home)) {
      this.report(entry, index, 'entry-misplaced', 'its kind has no place in this stream');
      return;
    }
    const act = caseActs.get(kind);
    if (act === undefined && !isOfOthers(kind)) return;
    const report: Report = (code, what) => this.report(entry, index, code, what);
    if (act !== undefined) this.cases.set(stream, followCase(this.cases.get(stream), act, entry, report));
    else if (registryKinds.has(kind)) this.registry.follow(stream, entry, index, report);
    this.checkPolicy(entry, report);
  }

  /** What can only be said once there are no more entries. */
  end(): Tally {
    for (const index of this.registry.missing())
      this.findings.add('enrolment-missing', 'what this entry enrols is not in the log', index);
    const { kinds, unknown, streams, first, newest: last } = this;
    return { kinds, unknown, streams: streams.size, first, last };
  }

  private checkTime(entry: EntryReader, index: number, stream: number): void {
    const { at } = entry;
    if (Number.isNaN(at)) {
      this.report(entry, index, 'entry-malformed', 'its time is no instant in UTC with milliseconds');
      return;
    }
    if (this.streams.count(stream) > 0 && at < this.streams.time(stream) - SKEW_MS)
      this.report(entry, index, 'entry-back-dated', 'it is dated before the entry before it in its stream');
    else if (this.newest !== undefined && at < this.newest - RETENTION_MS - SKEW_MS)
      this.report(entry, index, 'entry-back-dated', 'it is dated more than a day before an entry before it');
    if (this.first === undefined || at < this.first) this.first = at;
    if (this.newest === undefined || at > this.newest) this.newest = at;
  }

  /** Whether the entry is the next of its stream, and names the one before it. */
  private checkPlace(
    entry: EntryReader,
    index: number,
    stream: number,
    hashes: Int32Array,
    which: number,
  ): void {
    const { n, previousFrom } = entry;
    const before = this.streams.count(stream);
    if ((n === 1) !== previousFrom < 0)
      this.report(entry, index, 'entry-malformed', 'only the first of a stream names none before it');
    if (n <= before) {
      this.fillGap(entry, index, stream);
      return;
    }
    if (n > before + 1) this.openGap(entry, index, stream, before);
    else if (before > 0 && previousFrom >= 0 && !this.streams.isLast(stream, entry.names, previousFrom)) {
      const place = this.streams.index(stream);
      const what = `entry ${before} of ${named(entry.stream)} is not the one that entry ${n} names`;
      this.findings.add('entry-edited', `${what}, at ${index}`, place);
    }
    const time = Number.isNaN(entry.at) ? this.streams.time(stream) : entry.at;
    this.streams.move(stream, n, time, index, hashes, which);
  }

  private openGap(entry: EntryReader, index: number, stream: number, before: number): void {
    const missing = entry.n - 1 - before;
    const what = missing === 1 ? `entry ${before + 1} is` : `entries ${before + 1} to ${entry.n - 1} are`;
    const finding = this.report(entry, index, 'entry-dropped', `${what} missing before it`);
    if (this.gaps.size >= MOST_GAPS || missing > MOST_GAPS) return;
    const places = new Set(Array.from({ length: missing }, (_, i) => before + 1 + i));
    this.gaps.set(stream, [...(this.gaps.get(stream) ?? []), { places, finding }]);
  }

  /** An entry that comes too late was missed before: then nothing was dropped, but the order is wrong. */
  private fillGap(entry: EntryReader, index: number, stream: number): void {
    const gap = this.gaps.get(stream)?.find(({ places }) => places.delete(entry.n));
    if (gap === undefined) {
      this.report(entry, index, 'entry-repeated', `entry ${entry.n} of its stream was there before`);
    } else if (gap.places.size === 0) {
      gap.finding.code = 'entry-swapped';
      gap.finding.message = gap.finding.message.replace(
        /missing before it$/,
        `not before it, but at ${index}`,
      );
    }
  }

  private passOver(entry: EntryReader, index: number): void {
    const name = this.unknown.size < MOST_UNKNOWN ? (entry.unknown ?? '') : 'other';
    const times = this.unknown.get(name) ?? 0;
    this.unknown.set(name, times + 1);
    if (times === 0)
      this.report(
        entry,
        index,
        'entry-unknown',
        'its kind or version is not known here: what it says was not checked',
      );
  }

  /** The policy that a request was decided by is one that was deployed. */
  private checkPolicy(entry: EntryReader, report: Report): void {
    if (entry.kind === 'deployment.made') this.policies.add(entry.text('policy'));
    else if (entry.kind === 'policy.changed') this.policies.add(entry.text('to'));
    else if (
      entry.kind === 'request.received' &&
      this.policies.size > 0 &&
      !this.policies.has(entry.text('policyHash'))
    )
      report('policy-unknown', 'no deployment before it has this policy');
  }

  private report(entry: EntryReader, index: number, code: FindingCode, what: string): Finding {
    const kind = entry.kind ?? 'an unknown kind';
    return this.findings.add(code, `${kind}, entry ${entry.n} of ${named(entry.stream)}: ${what}`, index);
  }
}

function isOfOthers(kind: Kind): boolean {
  return registryKinds.has(kind) || kind === 'deployment.made' || kind === 'policy.changed';
}

/** What a log has in a name is not for a terminal to act on. */
function named(stream: string): string {
  return JSON.stringify(stream).slice(1, -1);
}
