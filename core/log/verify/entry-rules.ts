import { timeOf } from '#core/instant.ts';
import type { EntryRead, Envelope } from '#core/log/entry.ts';
import type { FindingCode } from '#core/log/finding-codes.ts';
import { isKind, type Kind } from '#core/log/kinds.ts';
import type { Finding, Findings } from './findings.ts';
import type { Here } from './here.ts';
import { applyRule, LogSoFar } from './rules.ts';
import type { Signers } from './signers.ts';
import { printable, type StreamSoFar, Streams } from './streams.ts';

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

export class EntryRules {
  private readonly findings: Findings;
  private readonly streams: Streams;
  private readonly log = new LogSoFar();
  private readonly kinds = new Map<Kind, number>();
  private readonly unknown = new Map<string, number>();

  constructor(findings: Findings) {
    this.findings = findings;
    this.streams = new Streams(findings);
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

  /** What can only be said once there are no more entries. */
  end(): Tally {
    for (const index of this.log.registry.missing())
      this.findings.add('enrolment-missing', 'what this entry enrols is not in the log', index);
    this.log.embargoes.end(this.findings, this.streams.last);
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

  report(code: FindingCode, what: string): Finding {
    const { v, kind } = this.envelope;
    const known = v === 1 && isKind(kind) ? kind : 'an unknown kind';
    const which = `${known}, entry ${this.n} of ${printable(this.stream.name)}`;
    return this.findings.add(code, `${which}: ${what}`, this.index);
  }
}
