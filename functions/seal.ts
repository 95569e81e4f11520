import { EncryptCommand } from '@aws-sdk/client-kms';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { KinesisStreamBatchResponse, KinesisStreamEvent } from 'aws-lambda';
import { eventsOf } from '#core/events/aggregate.ts';
import { EventError, type IdentityEvent, parseIdentityEvent } from '#core/events/identity.ts';
import { checkTime } from '#core/events/retention.ts';
import { chunks, inParallel } from '#core/parallel.ts';
import { epochBounds, epochOf } from '#core/vault/epoch.ts';
import { type EpochKey, epochKeyName } from '#core/vault/epoch-key.ts';
import { epochForgottenAt, keptUntil } from '#core/vault/retention.ts';
import { encryptionContext, generateEpochKeyPair, keyFingerprint, sealRecords } from '#core/vault/seal.ts';
import { batchWrites, writeBatch } from './aws/batch.ts';
import { blindIndex, pseudonymOf } from './aws/blind-index.ts';
import { dynamo, kms, lostRace } from './aws/clients.ts';
import { env } from './aws/env.ts';
import { count, logger } from './aws/observe.ts';
import {
  epochKeyItemKey,
  findEpochKeys,
  type Item,
  lookupKey,
  nameKey,
  recordKey,
  ttlOf,
} from './aws/vault.ts';
import { lookAgain, wrappingKey } from './aws/wrapping.ts';

/**
 * Seals identity events as they arrive. It has the public keys and the right to wrap new private ones, and no
 * right to open anything: what writes metadata cannot read it (I2).
 *
 * The events of one subject, kind and month in a batch are sealed together. Where they lie in the vault comes from
 * their places in the stream, so a batch that is delivered again is written over itself. What is not an identity event
 * is refused and counted, never retried and never quoted; what could not be sealed this time is asked for again, and
 * the rest of the batch is done.
 */
const { VAULT_TABLE, RETENTION } = env('VAULT_TABLE', 'RETENTION');

/** Calls to KMS and DynamoDB at once. */
const atOnce = 16;

type Incoming = IdentityEvent & {
  /** The Kinesis record it came in. */
  sequence: string;
  /** Its place in the stream: that record, and which of an aggregated one. */
  place: string;
  subject: string;
};

/** Some of a batch's events with what they become in the vault: they stand or fall together. */
interface Share {
  events: Incoming[];
  items: Item[];
}

export async function handler(event: KinesisStreamEvent): Promise<KinesisStreamBatchResponse> {
  const incoming = await read(event);
  const failed = new Set<Incoming>();
  const trying = async (events: Incoming[], act: () => Promise<Item[]>): Promise<Share> => {
    try {
      return { events, items: await act() };
    } catch (error) {
      if (error instanceof EventError) refuse({ [error.code]: events.length });
      else fail(events, error);
      return { events: [], items: [] };
    }
  };
  const fail = (events: Incoming[], error: unknown) => {
    // By its name alone: what a failure says may quote what it failed on (I1).
    logger.error('not sealed this time', {
      error: error instanceof Error ? error.name : '',
      n: events.length,
    });
    for (const event of events) failed.add(event);
  };

  const groups = [
    ...Map.groupBy(incoming.filter(isRecord), (recordEvent) =>
      epochKeyName(epochKeyOf(recordEvent)),
    ).values(),
  ];
  await knowEpochKeys(groups);
  const sealed = await inParallel(groups, atOnce, (events) => trying(events, () => recordItems(events)));
  const named = await inParallel(incoming.filter(isName), atOnce, (nameEvent) =>
    trying([nameEvent], () => nameItems(nameEvent)),
  );
  await inParallel(batchesOf([...sealed, ...named]), atOnce, async (batch) => {
    try {
      await writeBatch(
        VAULT_TABLE,
        batch.items.map((Item) => ({ PutRequest: { Item } })),
      );
    } catch (error) {
      fail(batch.events, error);
    }
  });
  const sealedNow = incoming.filter((incoming) => isRecord(incoming) && !failed.has(incoming)).length;
  count('EventsSealed', sealedNow);
  if (failed.size > 0) count('EventsHeldBack', failed.size);
  const again = new Set([...failed].map(({ sequence }) => sequence));
  return { batchItemFailures: [...again].map((itemIdentifier) => ({ itemIdentifier })) };
}

/** What a batch holds, with the pseudonym of each event's account. What is no event is counted and left. */
async function read({ Records }: KinesisStreamEvent): Promise<Incoming[]> {
  const now = new Date().toISOString();
  const incoming: Incoming[] = [];
  const refused: Record<string, number> = {};
  const unlessRefused = async (act: () => Promise<void>) => {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof EventError)) throw error;
      refused[error.code] = (refused[error.code] ?? 0) + 1;
    }
  };
  for (const { kinesis } of Records) {
    await unlessRefused(async () => {
      for (const { json, index } of eventsOf(Buffer.from(kinesis.data, 'base64'))) {
        await unlessRefused(async () => {
          const identityEvent = parseIdentityEvent(json);
          checkTime(identityEvent, RETENTION, now);
          const { sequenceNumber: sequence } = kinesis;
          const place = `${sequence}#${index}`;
          incoming.push({
            ...identityEvent,
            sequence,
            place,
            subject: await pseudonymOf(identityEvent.account),
          });
        });
      }
    });
  }
  refuse(refused);
  return incoming;
}

function refuse(refused: Record<string, number>): void {
  const reasons = Object.entries(refused);
  if (reasons.length === 0) return;
  count(
    'EventsRefused',
    reasons.reduce((sum, [, n]) => sum + n, 0),
  );
  for (const [reason, n] of reasons) count('EventsRefused', n, reason);
  logger.warn('events refused', { refused });
}

type RecordEvent = Extract<Incoming, { kind: 'access' | 'phone' }>;
type NameEvent = Extract<Incoming, { kind: 'phone' | 'username' }>;
const isRecord = (incoming: Incoming): incoming is RecordEvent => incoming.kind !== 'username';
/** What a person may be looked up by. */
const isName = (incoming: Incoming): incoming is NameEvent => incoming.kind !== 'access';

function epochKeyOf({ subject, kind, at }: RecordEvent): EpochKey {
  return { subject, kind, epoch: epochOf(at) };
}

/** The sealed items of events that belong into one epoch key. */
async function recordItems(events: RecordEvent[]): Promise<Item[]> {
  const [first] = events;
  if (first === undefined) return [];
  const epochKey = epochKeyOf(first);
  const arrived = events.map((event) => ({ at: event.at, place: event.place, record: recordOf(event) }));
  const publicKey = await publicKeyOf(epochKey);
  const key = keyFingerprint(publicKey);
  return sealRecords(epochKey, publicKey, arrived).map(({ at, id, sealed, count: n }) => ({
    ...recordKey(epochKey, at, id),
    sealed,
    n,
    key,
    // Of the first record: those of one item are of one day.
    ttl: ttlOf(keptUntil(epochKey.kind, at, RETENTION)),
  }));
}

function recordOf(recordEvent: RecordEvent) {
  return recordEvent.kind === 'phone'
    ? { kind: recordEvent.kind, phone: recordEvent.phone }
    : { kind: recordEvent.kind, ip: recordEvent.ip, port: recordEvent.port };
}

/** By what an account can be found from an instant on: blind indices, which name nobody (I1). */
async function nameItems(nameEvent: NameEvent): Promise<Item[]> {
  const { kind, subject, at } = nameEvent;
  const blind = await blindIndex(kind, kind === 'phone' ? nameEvent.phone : nameEvent.username);
  const ttl = ttlOf(keptUntil(kind, at, RETENTION));
  return [
    { ...nameKey(kind, subject, at), blind, ttl },
    { ...lookupKey(blind, subject, epochOf(at)), ttl: ttlOf(keptUntil(kind, epochEnd(at), RETENTION)) },
  ];
}

/** A look-up item stands for a month: whichever of its events is written last, it lasts as long as any. */
const epochEnd = (at: string) => new Date(Date.parse(epochBounds(epochOf(at)).to) - 1).toISOString();

/**
 * Public keys seen by this instance, and until when they are believed. A epoch key's key never changes, but an erasure takes
 * the epoch key away: what is sealed to its key after that, nobody opens.
 */
const publicKeys = new Map<string, { publicKey: Uint8Array; until: number }>();
const publicKeysKept = 50_000;
const believedMs = 60_000;

function known(epochKey: EpochKey): Uint8Array | undefined {
  const value = publicKeys.get(epochKeyName(epochKey));
  return value !== undefined && Date.now() < value.until ? value.publicKey : undefined;
}

function remember(name: string, publicKey: Uint8Array): void {
  publicKeys.set(name, { publicKey, until: Date.now() + believedMs });
}

/** Looks up the public keys that a batch needs and this instance has not seen lately, many at a time. */
async function knowEpochKeys(groups: readonly RecordEvent[][]): Promise<void> {
  if (publicKeys.size >= publicKeysKept) publicKeys.clear();
  const epochKeys = groups.flatMap(([first]) => (first === undefined ? [] : [epochKeyOf(first)]));
  const unknown = epochKeys.filter((epochKey) => known(epochKey) === undefined);
  for (const [name, { publicKey }] of await findEpochKeys(unknown)) remember(name, publicKey);
}

async function publicKeyOf(epochKey: EpochKey): Promise<Uint8Array> {
  const there = known(epochKey);
  if (there !== undefined) return there;
  const made = await makeEpochKey(epochKey);
  remember(epochKeyName(epochKey), made);
  return made;
}

/** First sight of a subject, kind and epoch: a new pair, its private half wrapped by KMS and forgotten. */
async function makeEpochKey(epochKey: EpochKey): Promise<Uint8Array> {
  const keyId = await wrappingKey(epochKey.kind, epochKey.epoch, epochKey.subject);
  if (keyId === undefined) throw new EventError('time-before-retention');
  const { publicKey, privateKey } = generateEpochKeyPair();
  let wrappedKey: Uint8Array | undefined;
  try {
    const { CiphertextBlob } = await kms.send(
      new EncryptCommand({
        KeyId: keyId,
        Plaintext: privateKey,
        EncryptionContext: encryptionContext(epochKey),
      }),
    );
    wrappedKey = CiphertextBlob;
  } catch (error) {
    lookAgain(epochKey.kind, epochKey.epoch);
    throw error;
  } finally {
    privateKey.fill(0);
  }
  const ttl = ttlOf(epochForgottenAt(epochKey.kind, epochKey.epoch, RETENTION));
  try {
    await dynamo.send(
      new PutCommand({
        TableName: VAULT_TABLE,
        Item: { ...epochKeyItemKey(epochKey), publicKey, wrappedKey, keyId, ttl },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
  } catch (error) {
    // Two writers, one key: the other was first, and ours is forgotten.
    if (!lostRace(error)) throw error;
    const theirs = (await findEpochKeys([epochKey])).get(epochKeyName(epochKey));
    if (theirs === undefined) throw error;
    return theirs.publicKey;
  }
  count('EpochKeysMade');
  return publicKey;
}

/** Items in batches as DynamoDB takes them, each with the events that fail with it. No item is there twice. */
function batchesOf(shares: readonly Share[]): Share[] {
  const items = new Map<string, { item: Item; events: Incoming[] }>();
  for (const { items: own, events } of shares) {
    for (const item of own) {
      const name = `${item.pk} ${item.sk}`;
      items.set(name, { item, events: [...(items.get(name)?.events ?? []), ...events] });
    }
  }
  return chunks([...items.values()], batchWrites).map((part) => ({
    items: part.map(({ item }) => item),
    events: part.flatMap(({ events }) => events),
  }));
}
