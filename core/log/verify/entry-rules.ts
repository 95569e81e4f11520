import { z } from 'zod';
import { timeOf } from '#core/instant.ts';
import type { EntryRead, Envelope } from '#core/log/entry.ts';
import type { FindingCode } from '#core/log/finding-codes.ts';
import { isKind, type Kind } from '#core/log/kinds.ts';
import type { Findings } from './findings.ts';
import type { Here, Reported } from './here.ts';
import { applyRule, LogSoFar, storedLog } from './rules.ts';
import type { Signers } from './signers.ts';
import { storedCount } from './stored.ts';
import { StoredStreams, type StreamTexts, streamsInMemory } from './stream-store.ts';
import { printable, type StreamSoFar, Streams, storedStreams } from './streams.ts';

/** Follows a log's entries in their order: their streams, and the rule of each kind. */

/** So many kinds that are not known here are counted each on its own: a log must not fill the verifier's memory. */
const MOST_UNKNOWN = 20;

/** What the entries were. Times are Unix milliseconds, and not finite where there are none. */
export interface Tally {
  kinds: Map<Kind, number>;
  /** By kind and version, those that are not known here; some under `other` where they are many. */
  unknown: Map<string, number>;
  streams: number;
  first: number;
  last: number;
}

const counts = z.array(z.tuple([z.string(), storedCount]));

/** What the rules know beside the streams. */
export const storedRules = z.strictObject({
  log: storedLog,
  streams: storedStreams,
  kinds: z.array(z.tuple([z.string().refine(isKind), storedCount])),
  unknown: counts,
});

/** What an earlier part of a reading left, and where the streams lie that it followed. */
export interface RulesBefore {
  stored?: z.output<typeof storedRules> | undefined;
  streams: StreamTexts;
}

export class EntryRules {
  private readonly findings: Findings;
  private readonly streams: Streams;
  private readonly held: StoredStreams | undefined;
  private readonly log: LogSoFar;
  private readonly kinds: Map<Kind, number>;
  private readonly unknown: Map<string, number>;

  /** @param before goes on with what is stored; without it, all streams are kept in memory */
  constructor(findings: Findings, before?: RulesBefore) {
    const { stored, streams } = before ?? {};
    this.findings = findings;
    this.log = new LogSoFar(stored?.log);
    const { signers } = this.log;
    this.held = streams && new StoredStreams(streams, (id) => signers.named(id));
    this.streams = new Streams(findings, this.held ?? streamsInMemory(), stored?.streams);
    this.kinds = new Map(stored?.kinds);
    this.unknown = new Map(stored?.unknown);
  }

  /** What is to be stored of it. The streams are written back first, since they name keys that this has. */
  store(): z.input<typeof storedRules> {
    this.held?.flush();
    const { log, streams, kinds, unknown } = this;
    return { log: log.stored(), streams: streams.stored(), kinds: [...kinds], unknown: [...unknown] };
  }

  /** The log's next entry. @param hash its leaf hash, in hex */
  follow({ envelope, entry }: EntryRead, index: number, hash: string): void {
    const here = new Following(
      this.findings,
      this.log.signers,
      this.streams.named(envelope.stream),
      envelope,
      index,
    );
    this.streams.follow(here, envelope.previous, hash);
    if (entry === undefined) this.passOver(`${envelope.kind} v${envelope.v}`, here);
    else {
      this.kinds.set(entry.kind, (this.kinds.get(entry.kind) ?? 0) + 1);
      applyRule(this.log, entry, here);
    }
  }

  /**
   * What can only be said once there are no more entries.
   *
   * @param settled an enrolment that was asked for later than this may be on its way: Unix milliseconds
   */
  end(findings: Findings, settled = Number.POSITIVE_INFINITY): void {
    for (const { index, at } of this.log.registry.missing())
      if (!(at > settled))
        findings.add('enrolment-missing', 'what this entry enrols is not in the log', index);
    this.log.embargoes.end(findings, this.streams.last);
  }

  /** What the entries were so far. */
  tally(): Tally {
    const { kinds, unknown, streams } = this;
    return { kinds, unknown, streams: streams.size, first: streams.first, last: streams.last };
  }

  private passOver(which: string, here: Here): void {
    const name = this.unknown.size < MOST_UNKNOWN ? which : 'other';
    const times = this.unknown.get(name) ?? 0;
    this.unknown.set(name, times + 1);
    if (times === 0)
      here.report('entry-unknown', 'its kind or version is not known here: what it says was not checked');
  }
}

/** An entry that is being followed. */
class Following implements Here {
  readonly index: number;
  readonly n: number;
  readonly at: number;
  readonly stream: StreamSoFar;
  readonly signers: Signers;
  private readonly findings: Findings;
  private readonly envelope: Envelope;

  constructor(findings: Findings, signers: Signers, stream: StreamSoFar, envelope: Envelope, index: number) {
    this.findings = findings;
    this.signers = signers;
    this.stream = stream;
    this.envelope = envelope;
    this.n = envelope.n;
    this.at = timeOf(envelope.at);
    this.index = index;
  }

  report(code: FindingCode, what: string): Reported {
    const { v, kind } = this.envelope;
    const known = v === 1 && isKind(kind) ? kind : 'an unknown kind';
    const which = `${known}, entry ${this.n} of ${printable(this.stream.name)}`;
    const message = `${which}: ${what}`;
    return { number: this.findings.add(code, message, this.index), message };
  }
}
