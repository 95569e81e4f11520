import { utf8 } from '#core/bytes.ts';
import type { Cosignature } from '#core/log/cosignature.ts';
import type { TrustedWitness, TrustPolicy } from '#core/log/trust-policy.ts';
import type { Clock, CosignedFile, LogFiles, Watch, Witnesses } from '#core/ports.ts';
import { askWitness, type Outcome } from './asking.ts';
import {
  type Claimed,
  type Cosigned,
  claimed,
  cosignedOf,
  isFulfilled,
  ofKey,
  readCosigned,
  takesPlaceOf,
} from './cosigned.ts';

/**
 * Has witnesses cosign the log's newest checkpoint, and publishes what they sign. Nothing waits for it, and no witness
 * waits for another: what a witness answers, or does not, decides only which cosignatures are shown.
 *
 * It holds no key and verifies no signature of the log's: `sequence` alone writes the checkpoint, each witness verifies it
 * before it cosigns, and whoever reads what is published verifies both.
 */
export interface CosignPorts {
  policy: TrustPolicy;
  files: Pick<LogFiles, 'read'>;
  cosigned: CosignedFile;
  witnesses: Witnesses;
  clock: Pick<Clock, 'now'>;
  watch: Watch;
}

/** So long after it was cosigned, a checkpoint that has not moved is cosigned again: it shows that nobody has seen more. */
export const freshHours = 6;
/** After its first failure a witness is left alone for so long; after each further one twice as long, up to the most. */
const firstPauseSeconds = 15;
const mostPauseSeconds = 3600;
/** So often a version is read anew, where another run was first. */
const mostTries = 3;

/**
 * What this instance remembers of a witness, from one run to the next. It saves calls and decides nothing else: an
 * instance that has just started asks each witness.
 */
interface Remembered {
  /** What it cosigned last, and of which text: it may not have been enough to be published. */
  last?: { text: string; size: bigint; cosignature: Cosignature };
  failures: number;
  /** Before then it is not asked again: milliseconds since 1970. */
  pausedUntil: number;
}

/** @returns what has the newest checkpoint cosigned: `byClock` once in five minutes, so that a count means as much time */
export function cosigner(ports: CosignPorts): (run: { byClock: boolean }) => Promise<void> {
  const { policy, files, clock, watch } = ports;
  const memory = new Map<string, Remembered>();
  const remembered = ({ name }: TrustedWitness): Remembered => {
    const known = memory.get(name) ?? { failures: 0, pausedUntil: 0 };
    memory.set(name, known);
    return known;
  };

  return async function cosign({ byClock }) {
    if (policy.witnesses.length === 0) return;
    // Before the checkpoint, which never gets smaller: so the cosigned one is never the larger, unless the log was set back.
    const published = await publishedCosigned(ports);
    const bytes = await files.read('checkpoint');
    if (bytes === undefined) return;
    const checkpoint = claimed(bytes);
    if (published !== undefined && published.origin === checkpoint.origin && published.size > checkpoint.size)
      tellAhead(published.size, checkpoint.size, published.cosignatures[0]?.key.name);

    const round = new Round(ports, checkpoint, published);
    for (const witness of policy.witnesses) {
      const { last } = remembered(witness);
      if (last?.text === checkpoint.text) round.take(last.cosignature);
    }
    const now = Date.parse(clock.now());
    const due = policy.witnesses.filter(
      (witness) => remembered(witness).pausedUntil <= now && !round.isFresh(witness, now),
    );
    const asked = await Promise.allSettled(due.map((witness) => ask(witness, round, published)));
    await round.publish();
    for (const one of asked) if (one.status === 'rejected') throw one.reason;
    if (byClock) await countUp(checkpoint);
  };

  async function ask(witness: TrustedWitness, round: Round, published: Cosigned | undefined): Promise<void> {
    const { checkpoint } = round;
    const known = remembered(witness);
    const { key, url = '' } = witness;
    const seen = larger(known.last?.size, published && ofKey(published.cosignatures, key) && published.size);
    const at = clock.now();
    const now = BigInt(Math.floor(Date.parse(at) / 1000));
    // What the file says of sizes, somebody may have written: a witness says itself what is true.
    const oldSize = seen > checkpoint.size ? 0n : seen;
    const outcome = await askWitness(
      { read: files.read, witnesses: ports.witnesses },
      { url, key },
      checkpoint,
      oldSize,
      now,
    );
    if (outcome.is === 'cosigned') {
      const { cosignature } = outcome;
      memory.set(witness.name, {
        last: { text: checkpoint.text, size: checkpoint.size, cosignature },
        failures: 0,
        pausedUntil: 0,
      });
      round.take(cosignature);
      await round.publishWhenFulfilled();
      return;
    }
    // Another run may have been there before this one, with a newer checkpoint.
    if (outcome.is === 'beyond' && (await isOvertaken(outcome.size))) return;
    const failures = known.failures + 1;
    const seconds = Math.min(firstPauseSeconds * 2 ** (failures - 1), mostPauseSeconds);
    memory.set(witness.name, { ...known, failures, pausedUntil: Date.parse(at) + seconds * 1000 });
    tell(witness, checkpoint, outcome, seconds);
  }

  async function isOvertaken(size: bigint): Promise<boolean> {
    const bytes = await files.read('checkpoint');
    return bytes !== undefined && claimed(bytes).size >= size;
  }

  function tell(
    { name }: TrustedWitness,
    { size }: Claimed,
    outcome: Exclude<Outcome, { is: 'cosigned' }>,
    pauseSeconds: number,
  ): void {
    switch (outcome.is) {
      case 'beyond':
        tellAhead(outcome.size, size, name);
        return;
      case 'disagrees':
        watch.error('a witness has seen another log under this name', { witness: name, size: String(size) });
        watch.count('WitnessesDisagreeing');
        return;
      case 'failed':
        watch.warn('a witness did not cosign', {
          witness: name,
          why: outcome.why,
          ...(outcome.status === undefined ? {} : { status: outcome.status }),
          againInSeconds: pauseSeconds,
        });
    }
  }

  function tellAhead(cosigned: bigint, size: bigint, witness: string | undefined): void {
    watch.error('a witness has cosigned a larger tree of this log than there is', {
      witness,
      cosigned: String(cosigned),
      size: String(size),
    });
    watch.count('WitnessesAhead');
  }

  /** What an alarm waits an hour for. */
  async function countUp(checkpoint: Claimed): Promise<void> {
    const failing = policy.witnesses.filter((witness) => remembered(witness).failures > 0).length;
    if (failing > 0) watch.count('WitnessesFailing', failing);
    const published = await publishedCosigned(ports);
    const covers =
      published !== undefined && published.size >= checkpoint.size && published.origin === checkpoint.origin;
    if (!covers || !isFulfilled(published, policy)) watch.count('CheckpointsUnwitnessed');
  }
}

const larger = (a = 0n, b = 0n) => (a > b ? a : b);

async function publishedCosigned({ cosigned, policy }: CosignPorts): Promise<Cosigned | undefined> {
  const present = await cosigned.present();
  return present && readCosigned(present.bytes, policy);
}

/** The cosignatures of one checkpoint, as they come. */
class Round {
  readonly checkpoint: Claimed;
  private readonly ports: CosignPorts;
  private cosignatures: readonly Cosignature[];
  private isFulfilledAlready: boolean;
  /** Whether there is one that is not published, so far as is known. */
  private isMore = false;
  /** Writes one after the other. */
  private writing: Promise<void> = Promise.resolve();

  constructor(ports: CosignPorts, checkpoint: Claimed, published: Cosigned | undefined) {
    this.ports = ports;
    this.checkpoint = checkpoint;
    this.cosignatures = published?.text === checkpoint.text ? published.cosignatures : [];
    this.isFulfilledAlready = this.isFulfilled();
  }

  take(cosignature: Cosignature): void {
    const known = ofKey(this.cosignatures, cosignature.key);
    if (known !== undefined && known.seconds >= cosignature.seconds) return;
    this.cosignatures = [...this.cosignatures.filter((one) => one !== known), cosignature];
    this.isMore = true;
  }

  isFresh({ key }: TrustedWitness, now: number): boolean {
    const cosignature = ofKey(this.cosignatures, key);
    return cosignature !== undefined && Number(cosignature.seconds) * 1000 > now - freshHours * 3_600_000;
  }

  /** As soon as enough have cosigned: those that are slow are waited for after that. */
  async publishWhenFulfilled(): Promise<void> {
    if (this.isFulfilledAlready || !this.isFulfilled()) return;
    this.isFulfilledAlready = true;
    await this.publish();
  }

  publish(): Promise<void> {
    // One that failed is another call's failure.
    this.writing = this.writing.catch(() => {}).then(() => this.write());
    return this.writing;
  }

  private isFulfilled(): boolean {
    const { length } = this.cosignatures;
    return length > 0 && isFulfilled(cosignedOf(this.checkpoint, this.cosignatures), this.ports.policy);
  }

  private async write(): Promise<void> {
    const { policy, cosigned, watch } = this.ports;
    if (!this.isMore) return;
    for (let tries = 0; tries < mostTries; tries++) {
      const present = await cosigned.present();
      const published = present && readCosigned(present.bytes, policy);
      // Another run may have had an answer that this one had not.
      if (published?.text === this.checkpoint.text) for (const one of published.cosignatures) this.take(one);
      if (this.cosignatures.length === 0) return;
      const next = cosignedOf(this.checkpoint, this.cosignatures);
      if (
        takesPlaceOf(next, published, policy) &&
        !(await cosigned.replace(utf8(next.note), present?.version))
      )
        continue;
      this.isMore = false;
      return;
    }
    watch.warn('the cosigned checkpoint was written by others each time: the next run publishes this one');
  }
}
