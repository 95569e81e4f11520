import type { VerifierKey } from './log/note.ts';
import type { ReadFile } from './log/reading.ts';
import type { PlainMetric, ReasonedMetric } from './metrics.ts';
import type { ProvenTable } from './store/tables.ts';
import type { EpochKey } from './vault/epoch-key.ts';

/**
 * What the outside does for the functions that orchestrate: small interfaces, each with an adapter for AWS in
 * `functions/aws/` and one in memory in `test/memory/`. Tables are behind `Store` (store/store.ts). Any call may fail,
 * may have been carried out although it failed, and may be carried out twice.
 */

export interface Clock {
  /** The present, ISO 8601 in UTC with milliseconds. */
  now(): string;
  pause(ms: number): Promise<void>;
}

export interface Chance {
  /** A UUID, version 4. */
  id(): string;
  bytes(count: number): Uint8Array;
  /** From 0 (inclusive) to 1 (exclusive). */
  fraction(): number;
}

/** What an operator sees. Codes, counts and ids of our own, never a value of a request or the text of an error (I1). */
export interface Watch {
  count(name: PlainMetric, value?: number): void;
  /** @param reason a code: a metric of its own */
  count(name: ReasonedMetric, value: number, reason: string): void;
  warn(what: string, facts?: Record<string, unknown>): void;
  error(what: string, facts?: Record<string, unknown>): void;
}

/** The log's files. What is there is never changed, except the checkpoint. */
export interface LogFiles {
  read: ReadFile;
  /**
   * Writes a file where there is none.
   *
   * @returns false if there is one, or another write of it was under way
   */
  create(path: string, bytes: Uint8Array): Promise<boolean>;
  /** The checkpoint's bytes, and which version they are: undefined before there is any. */
  checkpoint(): Promise<{ bytes: Uint8Array; version: string } | undefined>;
  /**
   * Puts a checkpoint in the place of a version and of no other.
   *
   * @param over undefined: where there is none
   * @returns false if that is not the present version
   */
  publish(checkpoint: Uint8Array, over: string | undefined): Promise<boolean>;
}

/** The one other file of the log that changes: its newest cosigned checkpoint (core/witnessing/cosigned.ts). */
export interface CosignedFile {
  /** Its bytes, and which version they are: undefined before there is any. */
  present(): Promise<{ bytes: Uint8Array; version: string } | undefined>;
  /**
   * Puts it in the place of a version and of no other.
   *
   * @param over undefined: where there is none
   * @returns false if that is not the present version
   */
  replace(bytes: Uint8Array, over: string | undefined): Promise<boolean>;
}

/** What a witness answered. Nothing of it is believed. */
export interface WitnessAnswer {
  status: number;
  body: Uint8Array;
}

/** Witnesses of the log, at the addresses that an operator chose (C2SP tlog-witness). */
export interface Witnesses {
  /**
   * Posts to an address. Nothing is followed, and the answer has an end, in length and in time.
   *
   * @throws whatever kept an answer from coming
   */
  submit(url: string, body: string): Promise<WitnessAnswer>;
}

export interface LogSigner {
  key(): Promise<VerifierKey>;
  /** Ed25519 over the text. */
  sign(text: Uint8Array): Promise<Uint8Array>;
}

/**
 * Why KMS did not do what it was asked: it may not (`denied`), the key is being destroyed (`gone`), it finds no such key
 * (`unknown`), or what it was given is not its own. Of a grant, a key or a tag that is minutes old, `denied` and `unknown`
 * may only mean "not yet" (kms-lag.ts).
 */
export type KmsRefusalCode = 'denied' | 'gone' | 'unknown' | 'not-sealed';

export class KmsRefusal extends Error {
  override name = 'KmsRefusal';
  readonly code: KmsRefusalCode;

  constructor(code: KmsRefusalCode, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}

/** Vault keys: they wrap epoch keys, each bound to its epoch key by its encryption context. */
export interface VaultKms {
  /** @throws KmsRefusal gone, unknown */
  wrap(keyId: string, of: EpochKey, privateKey: Uint8Array): Promise<Uint8Array>;
  /**
   * @param grantToken the grant counts with it from the first moment, and without it once KMS follows
   * @throws KmsRefusal denied, gone, unknown, not-sealed
   */
  unwrap(
    keyId: string,
    of: EpochKey,
    wrappedKey: Uint8Array,
    grantToken: string | undefined,
  ): Promise<Uint8Array>;
  /** Wraps under another key what nobody sees meanwhile. @throws KmsRefusal denied, gone, unknown, not-sealed */
  rewrap(of: EpochKey, wrappedKey: Uint8Array, from: string, to: string): Promise<Uint8Array>;
  /** Makes a vault key under the one fixed policy. @returns its ARN */
  create(description: string): Promise<string>;
  /** The digest of the policy that a key has now. @throws KmsRefusal denied, gone, unknown */
  policyDigest(keyId: string): Promise<string>;
  /** Destroys a key, in seven days; done already, it does nothing. */
  scheduleDeletion(keyId: string): Promise<void>;
}

export interface LiveGrant {
  id: string;
  name: string;
  createdAt: string;
}

/** Grants: the right of `collect`'s role to unwrap one epoch key. */
export interface Grants {
  /** The same name for the same epoch key gives the same grant. */
  create(keyId: string, of: EpochKey, name: string): Promise<{ grantId: string; token: string }>;
  /**
   * Ends a grant.
   *
   * @returns unknown: KMS knows no such grant. It has ended already, or is so new that KMS does not find it yet
   */
  revoke(keyId: string, grantId: string): Promise<'ended' | 'unknown'>;
  /** Those of `collect`'s role on a key. @throws KmsRefusal gone, unknown */
  list(keyId: string): AsyncIterable<LiveGrant>;
}

/** HMAC-SHA256 under a key that stays inside KMS: the index key, or the reference key. */
export interface Macs {
  mac(message: Uint8Array): Promise<Uint8Array>;
}

/** Keys under which functions prove that they wrote an item (store/item-proof.ts). */
export interface ItemKeys {
  /** The key of one function for one table. KMS derives it from the table's key, once an instance. */
  of(table: ProvenTable, writer: string): Promise<Uint8Array>;
}

/**
 * What is sealed for the desk: what was asked, the reviewers' signed messages, what they write to each other and to the
 * agency (`note`), and what the agency answers.
 */
export interface DeskContext {
  case: string;
  part: 'request' | 'decision' | 'note' | 'answer' | 'document' | 'authority';
}

export interface DeskSeal {
  seal(plaintext: Uint8Array, context: DeskContext): Promise<Uint8Array>;
  /** @throws KmsRefusal not-sealed if the context is not the one that it was sealed with, or the bytes were changed */
  open(sealed: Uint8Array, context: DeskContext): Promise<Uint8Array>;
}

/** The provider's signature: ECDSA P-256 over SHA-256, as raw r‖s. */
export interface ProviderSigner {
  keyId(): Promise<string>;
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** A bus of events: for the provider's own messenger, or for the desk. */
export interface Bus {
  /** @throws if the bus did not take each of them */
  send(details: readonly unknown[]): Promise<void>;
}

/** What reads another provider's feed. */
export interface FeedReader {
  /**
   * A page, as it was answered: no more of it than a page may have, and within seconds.
   *
   * @throws FeedError feed-unreachable, feed-malformed
   */
  read(url: string): Promise<string>;
}

/** Functions that another one sets to work. */
export interface Workers {
  /** Has `prepare` make the vault keys of an epoch, and waits. @throws if it could not */
  prepare(purpose: string, epoch: string): Promise<void>;
  /** Has `preserve` begin; nobody waits. */
  preserve(preservation: string): Promise<void>;
}
