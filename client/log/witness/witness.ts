import { toHex, utf8 } from '#core/bytes.ts';
import { sha256 } from '#core/canonical.ts';
import { formatSize, SIZE_TYPE } from '#core/log/add-checkpoint.ts';
import { claimedCheckpoint } from '#core/log/checkpoint.ts';
import {
  cosignedMessage,
  formatCosignature,
  verifyCosignatures,
  type WitnessKey,
} from '#core/log/cosignature.ts';
import { LogError } from '#core/log/errors.ts';
import type { VerifierKey } from '#core/log/note.ts';
import {
  type Cosigned,
  decide,
  type RefusalReason,
  readSubmission,
  refusalStatus,
  type Submission,
} from './decide.ts';

/**
 * A witness of logs (C2SP tlog-witness v1.0) over a key, a clock and a place to keep things: it cosigns a checkpoint once it
 * has kept it, and one checkpoint of a log at a time.
 */
export interface WitnessParts {
  key: WitnessKey;
  /** Ed25519 over the message. */
  sign(message: Uint8Array): Uint8Array;
  /** The logs that it knows, by the keys that sign their checkpoints. A key is named as its log's origin. */
  logs: readonly VerifierKey[];
  store: WitnessStore;
  /** Since 1970-01-01T00:00:00Z. */
  nowSeconds(): bigint;
  /** What was done, for the operator. */
  tell(event: WitnessEvent): void;
}

/** Keeps the note that was cosigned last of each log, by the log's hash. */
export interface WitnessStore {
  /** @returns undefined where none was ever kept */
  read(logHash: string): Promise<string | undefined>;
  /** Replaces it in one step. Once this returns, a machine that loses power still has it. */
  write(logHash: string, note: string): Promise<void>;
}

/** `origin` is there for a log that the witness knows. */
export type WitnessEvent =
  | { did: 'cosigned'; origin: string; oldSize: bigint; size: bigint }
  | { did: 'refused'; why: RefusalReason; origin?: string; oldSize?: bigint; size?: bigint; known?: bigint }
  | { did: 'failed'; why: 'state-damaged' | 'state-unreadable' | 'state-unwritable'; origin: string };

/** An answer of HTTP. */
export interface WitnessAnswer {
  status: number;
  type: string;
  body: string;
}

const TEXT = 'text/plain; charset=utf-8';

/** How a log is named in the witness's paths: the SHA-256 of its origin, in hex. */
export const logHash = (origin: string): string => toHex(sha256(utf8(origin)));

export class Witness {
  private readonly parts: WitnessParts;
  private readonly turns = new Map<string, Promise<unknown>>();

  constructor(parts: WitnessParts) {
    this.parts = parts;
  }

  /** Answers `POST add-checkpoint`. */
  async addCheckpoint(body: string): Promise<WitnessAnswer> {
    const submission = readSubmission(body, this.parts.logs);
    if ('refused' in submission) return this.refuse({ why: submission.refused });
    // What is kept is read, compared and replaced in one turn: of two requests at once, one is compared with the other.
    return this.inTurn(submission.checkpoint.origin, () => this.cosign(submission));
  }

  /** The note that was cosigned last, for `GET <log hash>/checkpoint`. */
  async latest(hash: string): Promise<WitnessAnswer> {
    const log = this.parts.logs.find(({ name }) => logHash(name) === hash);
    if (log === undefined) return notFound;
    const kept = await this.kept(log.name);
    if (typeof kept === 'string') return this.fail(kept, log.name);
    return kept === undefined ? notFound : { status: 200, type: TEXT, body: kept.note };
  }

  private async cosign({ checkpoint, text, signatures, oldSize, proof }: Submission): Promise<WitnessAnswer> {
    const { key, sign, store, nowSeconds, tell } = this.parts;
    const { origin, size } = checkpoint;
    const kept = await this.kept(origin);
    if (typeof kept === 'string') return this.fail(kept, origin);
    const decision = decide({ checkpoint, text, signatures, oldSize, proof }, kept?.cosigned, nowSeconds());
    if ('refused' in decision) {
      const known = decision.size === undefined ? {} : { known: decision.size };
      return this.refuse({ why: decision.refused, origin, oldSize, size, ...known });
    }
    const { seconds } = decision;
    const line = formatCosignature(key, seconds, sign(cosignedMessage(key, text, seconds)));
    try {
      await store.write(logHash(origin), `${text}\n${signatures.join('')}${line}`);
    } catch {
      return this.fail('state-unwritable', origin);
    }
    tell({ did: 'cosigned', origin, oldSize, size });
    return { status: 200, type: TEXT, body: line };
  }

  /**
   * What was cosigned last. The witness's own signature says whether it is: what is damaged, or another's, is never taken for
   * nothing, or the witness would begin anew.
   */
  private async kept(
    origin: string,
  ): Promise<{ note: string; cosigned: Cosigned } | undefined | 'state-damaged' | 'state-unreadable'> {
    const { store, key } = this.parts;
    let note: string | undefined;
    try {
      note = await store.read(logHash(origin));
    } catch {
      return 'state-unreadable';
    }
    if (note === undefined) return undefined;
    const cosigned = readCosigned(note, key, origin);
    return cosigned === undefined ? 'state-damaged' : { note, cosigned };
  }

  private refuse({ why, ...about }: Omit<WitnessEvent & { did: 'refused' }, 'did'>): WitnessAnswer {
    this.parts.tell({ did: 'refused', why, ...about });
    const status = refusalStatus[why];
    return about.known === undefined
      ? { status, type: TEXT, body: `${why}\n` }
      : { status, type: SIZE_TYPE, body: formatSize(about.known) };
  }

  private fail(why: (WitnessEvent & { did: 'failed' })['why'], origin: string): WitnessAnswer {
    this.parts.tell({ did: 'failed', why, origin });
    return { status: 500, type: TEXT, body: `${why}\n` };
  }

  private inTurn<T>(origin: string, act: () => Promise<T>): Promise<T> {
    const turn = (this.turns.get(origin) ?? Promise.resolve()).then(act);
    // The next one waits for this one however it ends.
    this.turns.set(
      origin,
      turn.catch(() => undefined),
    );
    return turn;
  }
}

const notFound: WitnessAnswer = { status: 404, type: TEXT, body: 'not-found\n' };

/** What a kept note says, by the witness's own signature; undefined for one that it did not make of this log. */
export function readCosigned(note: string, key: WitnessKey, origin: string): Cosigned | undefined {
  try {
    const [own] = verifyCosignatures(note, [key]);
    const { size, root, origin: of } = claimedCheckpoint(note);
    return own === undefined || of !== origin ? undefined : { size, root, seconds: own.seconds };
  } catch (error) {
    if (error instanceof LogError) return undefined;
    throw error;
  }
}
