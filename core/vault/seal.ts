import { hash, type KeyObject } from 'node:crypto';
import { concat } from '#core/bytes.ts';
import type { EpochKey } from './epoch-key.ts';
import { VaultError } from './errors.ts';
import { framed } from './framing.ts';
import {
  ENC_BYTES,
  generateKeyPair,
  importPrivateKey,
  type KeyPair,
  type Recipient,
  recipient,
  sender,
} from './hpke.ts';
import { isMarked, type Kind, recordBytes, type VaultRecord } from './kinds.ts';
import { decodeRecord, encodeRecord } from './record.ts';

/**
 * Records sealed into their epoch keys. An epoch key (subject, kind, epoch) has a key pair: the public key puts
 * records in, and only the private key, which KMS keeps wrapped, takes them out (I2).
 *
 * What arrives together for one epoch key shares one encapsulation, and what of it lies in one UTC day is one item:
 *
 *   form (1 byte, 2)  sequence (2)  enc (32)  ciphertext  tag (16)
 *
 * with, in the ciphertext, for each record its milliseconds after the item's instant (31 bits, after one that is set where
 * the record is marked) and itself (core/vault/record.ts). The length tells how many there are, and nothing else.
 *
 * An item is bound to its place. One that someone moves to another subject, kind, month, day, time or id does not
 * open, so a writer of the table still cannot make one person's log-in another's.
 */

/** A record on its way in: when, its place in the incoming stream (repeats on redelivery), what it says. */
export interface Arrived {
  /** A canonical instant. */
  at: string;
  place: string;
  record: VaultRecord;
}

/** One item of the vault. */
export interface SealedItem {
  /** The instant of its first record. */
  at: string;
  id: string;
  count: number;
  sealed: Uint8Array;
}

/** Bound into every seal; it changes with the form. */
const LABEL = 'writ/vault/v2';
const FORM = 2;
const HEADER_BYTES = 3;
const OFFSET_BYTES = 4;
/** A day has fewer than 2^27 milliseconds. */
const MARK = 2 ** 31;

/** An item of as many log-ins is 22 KB, far from the 400 KB that DynamoDB takes. */
const ITEM_RECORDS = 1000;

/** Characters of base64url: 12 bytes. */
const ID_LENGTH = 16;
/** 6 bytes: it tells a handful of keys apart, and is no secret. */
const FINGERPRINT_LENGTH = 8;

/**
 * An epoch key's key pair, raw. The private key is for `kms:Encrypt` under `encryptionContext`, then to be wiped with
 * `fill(0)`: as long as it exists, the writer can read.
 */
export function generateEpochKeyPair(): KeyPair {
  return generateKeyPair();
}

/**
 * What KMS binds an epoch key's wrapped private key to, and what a grant names to open it and no other (I3): the same
 * for `Encrypt`, `Decrypt` and the constraint `EncryptionContextEquals`.
 */
export function encryptionContext({
  subject,
  kind,
  epoch,
}: EpochKey): Record<'subject' | 'kind' | 'epoch', string> {
  return { subject, kind, epoch };
}

/**
 * Tells an epoch key's key pair from another: an erasure takes an epoch key's key, and the account may come back. Items carry it,
 * so that those of a key that is gone are left out and the rest still opens.
 */
export function keyFingerprint(publicKey: Uint8Array): string {
  return hash('sha256', publicKey, 'base64url').slice(0, FINGERPRINT_LENGTH);
}

/** An unwrapped private key, ready to open its epoch key's records. The caller wipes the raw bytes afterwards. */
export function privateEpochKey(privateKey: Uint8Array): KeyObject {
  return importPrivateKey(privateKey);
}

/**
 * Seals what arrived together for one epoch key, all of it or nothing.
 *
 * Sealed again, the same records give items of the same `at` and `id`, which overwrite the first; grouped otherwise
 * they give others, so none ever takes the place of an item with records that it does not hold.
 *
 * @param publicKey the epoch key's, 32 raw bytes
 * @returns one item a day, or several of 1,000 records; in order of time
 * @throws VaultError `slot-invalid`, `record-invalid`, `key-refused`
 */
export function sealRecords(
  epochKey: EpochKey,
  publicKey: Uint8Array,
  arrived: readonly Arrived[],
): SealedItem[] {
  const items = itemsOf(arrived.map((arrived) => placedIn(epochKey, arrived)));
  const { enc, seal } = sender(publicKey, infoOf(epochKey));
  // The sender counts as the array does.
  return items.map((records, sequence) => {
    const { at } = records[0];
    const id = idOf(records);
    const ciphertext = seal(aadOf(at, id), encodeItem(epochKey.kind, records));
    const header = Uint8Array.of(FORM, sequence >> 8, sequence & 0xff);
    return { at, id, count: records.length, sealed: concat(header, enc, ciphertext) };
  });
}

/**
 * Opens an epoch key's items, in any order; those that share an encapsulation cost one X25519 if they follow each other.
 *
 * @param privateKey the epoch key's, from `privateEpochKey`
 * @returns the records of an item, in order of time
 * @throws VaultError `open-failed`, `record-invalid`; `slot-invalid` for a name that no seal can bind
 */
export function recordOpener(
  epochKey: EpochKey,
  privateKey: KeyObject,
): (item: Omit<SealedItem, 'count'>) => { at: string; record: VaultRecord }[] {
  const info = infoOf(epochKey);
  let last: { enc: Uint8Array; context: Recipient } | undefined;
  return ({ at, id, sealed }) => {
    const ms = msOf(epochKey, at);
    if (ms === undefined || sealed[0] !== FORM) throw new VaultError('open-failed');
    const sequence = ((sealed[1] ?? 0) << 8) | (sealed[2] ?? 0);
    const enc = Uint8Array.from(sealed.subarray(HEADER_BYTES, HEADER_BYTES + ENC_BYTES));
    if (last === undefined || Buffer.compare(last.enc, enc) !== 0) {
      last = { enc, context: recipient(privateKey, info, enc) };
    }
    const plaintext = last.context.open(sequence, aadOf(at, id), sealed.subarray(HEADER_BYTES + ENC_BYTES));
    return decodeItem(epochKey.kind, ms, plaintext);
  };
}

/** A record that belongs into the epoch key, and its instant as a number. */
interface Placed extends Arrived {
  ms: number;
}

function placedIn(epochKey: EpochKey, { at, place, record }: Arrived): Placed {
  if (record.kind !== epochKey.kind) throw new VaultError('record-invalid');
  const ms = msOf(epochKey, at);
  if (ms === undefined) throw new VaultError('slot-invalid');
  return { at, place, record, ms };
}

/**
 * One instant has several spellings; an epoch key takes the canonical one only, and only inside its epoch. What prints as
 * it was written is canonical: `parseInstant` says the same, at a price that would show in every record sealed.
 */
function msOf({ epoch }: EpochKey, at: string): number | undefined {
  const ms = Date.parse(at);
  const canonical = !Number.isNaN(ms) && new Date(ms).toISOString() === at;
  return canonical && at.slice(0, 'YYYY-MM'.length) === epoch ? ms : undefined;
}

/** What goes into each item: a day's records in order, at most so many. */
function itemsOf(placed: Placed[]): [Placed, ...Placed[]][] {
  const items: [Placed, ...Placed[]][] = [];
  for (const value of placed.sort((a, b) => a.ms - b.ms || (a.place < b.place ? -1 : 1))) {
    const item = items.at(-1);
    if (item !== undefined && dayOf(item[0].ms) === dayOf(value.ms) && item.length < ITEM_RECORDS)
      item.push(value);
    else items.push([value]);
  }
  return items;
}

const DAY_MS = 24 * 3600 * 1000;

/** Days since 1970, in UTC. */
function dayOf(ms: number): number {
  return Math.floor(ms / DAY_MS);
}

/** Of the places, not of what is there: an id made of content would let guesses at it be tested (decision 4). */
function idOf(records: readonly Placed[]): string {
  const places = bound(...records.map(({ place }) => place));
  return hash('sha256', places, 'base64url').slice(0, ID_LENGTH);
}

function infoOf({ subject, kind, epoch }: EpochKey): Uint8Array {
  return bound(LABEL, subject, kind, epoch);
}

function aadOf(at: string, id: string): Uint8Array {
  return bound(at, id);
}

function bound(...texts: readonly string[]): Uint8Array {
  const bytes = framed(...texts);
  if (bytes === undefined) throw new VaultError('slot-invalid');
  return bytes;
}

function encodeItem(kind: Kind, records: readonly [Placed, ...Placed[]]): Uint8Array {
  const size = OFFSET_BYTES + recordBytes(kind);
  const plaintext = Buffer.allocUnsafe(records.length * size);
  const from = records[0].ms;
  records.forEach(({ ms, record }, i) => {
    plaintext.writeUInt32BE(ms - from + (isMarked(record) ? MARK : 0), i * size);
    plaintext.set(encodeRecord(record), i * size + OFFSET_BYTES);
  });
  return plaintext;
}

/** Takes exactly what `encodeItem` gives: with the public key, somebody else may have sealed anything. */
function decodeItem(kind: Kind, from: number, plaintext: Uint8Array): { at: string; record: VaultRecord }[] {
  const size = OFFSET_BYTES + recordBytes(kind);
  const count = plaintext.length / size;
  if (!Number.isInteger(count) || count < 1 || count > ITEM_RECORDS) throw new VaultError('record-invalid');
  const view = new DataView(plaintext.buffer, plaintext.byteOffset, plaintext.byteLength);
  let previous = from;
  return Array.from({ length: count }, (_, i) => {
    const offset = view.getUint32(i * size);
    const ms = from + (offset % MARK);
    if (ms < previous || dayOf(ms) !== dayOf(from) || (i === 0 && ms !== from)) {
      throw new VaultError('record-invalid');
    }
    previous = ms;
    const record = decodeRecord(
      kind,
      plaintext.subarray(i * size + OFFSET_BYTES, (i + 1) * size),
      offset >= MARK,
    );
    return { at: new Date(ms).toISOString(), record };
  });
}
