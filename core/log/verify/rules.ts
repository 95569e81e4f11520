import { utf8 } from '#core/bytes.ts';
import { caseActs, followCase } from './case-rules.ts';
import { type CaseSoFar, type Report, SKEW_MS } from './case-state.ts';
import { type EntryReader, type Kind, kinds, member } from './entry-reader.ts';
import type { Finding, FindingCode, Findings } from './findings.ts';
import { followPreservation, type PreservationSoFar, preservationActs } from './preservation-rules.ts';
import { RegistryRules, registryKinds } from './registry-rules.ts';
import { Streams } from './streams.ts';

/**
 * What must hold of a log's entries in their order. The tree shows that nothing was changed since the checkpoint was
 * signed; these rules show what the log's own operator cannot have made up afterwards: an entry that names another is
 * younger than it, and what a collection needs is there before it.
 */

/** How long the stream that carries entries to the log keeps them: no entry reaches the log later. */
const RETENTION_MS = 24 * 3_600_000;

/** Where kinds belong that no other stream may have. */
const homes: readonly (readonly [home: string, kinds: Iterable<Kind>])[] = [
  ['case/', caseActs.keys()],
  ['key/', ['key.enrolled', 'key.revoked']],
  ['change/', ['change.proposed', 'change.decided']],
  ['registry/founding', ['registry.founded']],
  ['preservation/', preservationActs.keys()],
  ['emergencies/', ['emergencies.suspended', 'emergencies.reopened']],
  ['decoy/', ['decoy.asked']],
];
const homeOf = new Map(homes.flatMap(([home, its]) => [...its].map((kind) => [kind, utf8(home)] as const)));

/** By the number of a kind. */
const rulesOf = kinds.map((kind) => ({
  home: homeOf.get(kind),
  act: caseActs.get(kind),
  preservationAct: preservationActs.get(kind),
  isOfRegistry: registryKinds.has(kind),
  namesPolicy: kind === 'request.received' || kind === 'decision.approved',
}));

const DEPLOYED = member('deployment.made', 'policy');
const CHANGED_TO = member('policy.changed', 'to');
const ASKED_UNDER = member('request.received', 'policyHash');
const APPROVED_UNDER = member('decision.approved', 'policyHash');

/** As many kinds that are not known here are told apart; what is in a log is not to fill a verifier's memory. */
const MOST_UNKNOWN = 20;
const MOST_GAPS = 1000;
const MOST_POLICIES = 1000;

/** Places of a stream that were passed over, and the finding that says so. */
interface Gap {
  places: Set<number>;
  finding: Finding;
}

/** What the entries were, all told. Times are Unix milliseconds, and not finite where there are none. */
export interface Tally {
  kinds: Map<Kind, number>;
  /** By kind and version, those that are not known here; some under `other` where they are many. */
  unknown: Map<string, number>;
  streams: number;
  first: number;
  last: number;
}

export class EntryRules {
  private readonly findings: Findings;
  private readonly streams: Streams;
  /** By the number of their streams. */
  private readonly cases: (CaseSoFar | undefined)[] = [];
  private readonly preservations = new Map<number, PreservationSoFar>();
  private readonly registry = new RegistryRules();
  /** Those that were deployed. */
  private readonly policies = new Set<string>();
  /** Those that something was done under though nobody had adopted them: each is one finding. */
  private readonly unadopted = new Set<string>();
  private lastAdopted = '';
  private readonly gaps = new Map<number, Gap[]>();
  private readonly counts = kinds.map(() => 0);
  private readonly unknown = new Map<string, number>();
  private first = Number.POSITIVE_INFINITY;
  private newest = Number.NEGATIVE_INFINITY;
  /** Where the log is. */
  private index = 0;
  private entry: EntryReader | undefined;
  private readonly report: Report = (code, what) => this.add(code, what);

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
    this.entry = entry;
    this.index = index;
    const stream = this.streams.find(entry.ground, entry.streamFrom, entry.streamTo);
    this.checkTime(entry, stream);
    this.checkPlace(entry, stream, hashes, which);
    const rules = rulesOf[entry.kindNumber];
    if (rules === undefined) {
      this.passOver(entry);
      return;
    }
    this.counts[entry.kindNumber] = (this.counts[entry.kindNumber] ?? 0) + 1;
    const { home, act, preservationAct, isOfRegistry, namesPolicy } = rules;
    if (home !== undefined && !entry.startsStream(home)) {
      this.add('entry-misplaced', 'its kind has no place in this stream');
    } else if (act !== undefined) {
      const number = this.streams.number(stream);
      while (this.cases.length <= number) this.cases.push(undefined);
      this.cases[number] = followCase(this.cases[number], act, entry, this.report);
      if (namesPolicy) this.checkPolicy(entry);
    } else if (preservationAct !== undefined) {
      const before = this.preservations.get(stream);
      this.preservations.set(stream, followPreservation(before, preservationAct, entry, this.report));
    } else if (isOfRegistry) {
      this.registry.follow(stream, entry, index, this.report);
    } else {
      this.learnPolicy(entry);
    }
  }

  /** What can only be said once there are no more entries. */
  end(): Tally {
    for (const index of this.registry.missing())
      this.findings.add('enrolment-missing', 'what this entry enrols is not in the log', index);
    const { unknown, streams, first, newest: last } = this;
    const counted = kinds.map((kind, i) => [kind, this.counts[i] ?? 0] as const);
    return {
      kinds: new Map(counted.filter(([, count]) => count > 0)),
      unknown,
      streams: streams.size,
      first,
      last,
    };
  }

  private checkTime(entry: EntryReader, stream: number): void {
    const { at } = entry;
    if (Number.isNaN(at)) {
      this.add('entry-malformed', 'its time is no instant in UTC with milliseconds');
      return;
    }
    const before = this.streams.count(stream);
    // One that comes too late is found as such.
    if (before > 0 && entry.n > before && at < this.streams.time(stream) - SKEW_MS)
      this.add('entry-back-dated', 'it is dated before the entry before it in its stream');
    else if (at < this.newest - RETENTION_MS - SKEW_MS)
      this.add('entry-back-dated', 'it is dated more than a day before an entry before it');
    if (at < this.first) this.first = at;
    if (at > this.newest) this.newest = at;
  }

  /** Whether the entry is the next of its stream, and names the one before it. */
  private checkPlace(entry: EntryReader, stream: number, hashes: Int32Array, which: number): void {
    const { index } = this;
    const { n, previousFrom } = entry;
    const before = this.streams.count(stream);
    if ((n === 1) !== previousFrom < 0)
      this.add('entry-malformed', 'only the first of a stream names none before it');
    if (n <= before) {
      this.fillGap(entry, stream);
      return;
    }
    if (n > before + 1) this.openGap(entry, stream, before);
    else if (
      before > 0 &&
      previousFrom >= 0 &&
      !this.streams.isLast(stream, entry.ground.view, previousFrom)
    ) {
      const place = this.streams.index(stream);
      const what = `entry ${before} of ${named(entry.stream)} is not the one that entry ${n} names`;
      this.findings.add('entry-edited', `${what}, at ${index}`, place);
    }
    const time = Number.isNaN(entry.at) ? this.streams.time(stream) : entry.at;
    this.streams.move(stream, n, time, index, hashes, which);
  }

  private openGap(entry: EntryReader, stream: number, before: number): void {
    const missing = entry.n - 1 - before;
    const what = missing === 1 ? `entry ${before + 1} is` : `entries ${before + 1} to ${entry.n - 1} are`;
    const finding = this.add('entry-dropped', `${what} missing before it`);
    if (this.gaps.size >= MOST_GAPS || missing > MOST_GAPS) return;
    const places = new Set(Array.from({ length: missing }, (_, i) => before + 1 + i));
    this.gaps.set(stream, [...(this.gaps.get(stream) ?? []), { places, finding }]);
  }

  /** An entry that comes too late was missed before: then nothing was dropped, but the order is wrong. */
  private fillGap(entry: EntryReader, stream: number): void {
    const gap = this.gaps.get(stream)?.find(({ places }) => places.delete(entry.n));
    if (gap === undefined) {
      this.add('entry-repeated', `entry ${entry.n} of its stream was there before`);
    } else if (gap.places.size === 0) {
      gap.finding.code = 'entry-swapped';
      gap.finding.message = gap.finding.message.replace(
        /missing before it$/,
        `not before it, but at ${this.index}`,
      );
    }
  }

  private passOver(entry: EntryReader): void {
    const name = this.unknown.size < MOST_UNKNOWN ? (entry.unknown ?? '') : 'other';
    const times = this.unknown.get(name) ?? 0;
    this.unknown.set(name, times + 1);
    if (times === 0)
      this.add('entry-unknown', 'its kind or version is not known here: what it says was not checked');
  }

  private learnPolicy(entry: EntryReader): void {
    if (entry.kind === 'deployment.made') this.policies.add(entry.text(DEPLOYED));
    else if (entry.kind === 'policy.changed') this.policies.add(entry.text(CHANGED_TO));
  }

  /** The policy that a request was decided by was deployed, and two reviewers had adopted it. */
  private checkPolicy(entry: EntryReader): void {
    if (entry.kind === 'request.received') {
      const asked = entry.text(ASKED_UNDER);
      if (this.policies.size > 0 && !this.policies.has(asked))
        this.add('policy-unknown', 'no deployment before it has this policy');
      this.checkAdopted(entry, ASKED_UNDER);
    } else {
      this.checkAdopted(entry, APPROVED_UNDER);
    }
  }

  private checkAdopted(entry: EntryReader, member: number): void {
    const { policies } = this.registry;
    // Nearly all are under the one that was checked last.
    if (policies.size === 0 || entry.isText(member, this.lastAdopted)) return;
    const policy = entry.text(member);
    if (policies.has(policy)) this.lastAdopted = policy;
    if (policies.has(policy) || this.unadopted.has(policy)) return;
    if (this.unadopted.size < MOST_POLICIES) this.unadopted.add(policy);
    this.add('policy-unadopted', 'no founding and no change before it adopted this policy');
  }

  /** A finding on the entry that is being followed. */
  private add(code: FindingCode, what: string): Finding {
    const { entry, index } = this;
    const which =
      entry === undefined
        ? ''
        : `${entry.kind ?? 'an unknown kind'}, entry ${entry.n} of ${named(entry.stream)}`;
    return this.findings.add(code, `${which}: ${what}`, index);
  }
}

/** What a log has in a name is not for a terminal to act on. */
function named(stream: string): string {
  return JSON.stringify(stream).slice(1, -1);
}
