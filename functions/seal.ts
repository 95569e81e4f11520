import { EncryptCommand } from '@aws-sdk/client-kms';
import { BatchWriteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { KinesisStreamEvent } from 'aws-lambda';
import { EventError, type IdentityEvent, parseIdentityEvent } from '#core/events/identity.ts';
import { type Drawer, drawerName } from '#core/vault/drawer.ts';
import { epochOf } from '#core/vault/epoch.ts';
import { encryptionContext, generateEpochKeyPair, sealRecord } from '#core/vault/seal.ts';
import { blindIndex, pseudonymOf } from './aws/blind-index.ts';
import { dynamo, kms, lostRace } from './aws/clients.ts';
import { env } from './aws/env.ts';
import { count, logger } from './aws/observe.ts';
import { drawerItemKey, lookupKey, parseDrawer, phoneKey, recordKey } from './aws/vault.ts';

/**
 * Seals identity events as they arrive. It has the public keys and the right to wrap new private ones, and no
 * right to open anything: what writes metadata cannot read it (I2).
 *
 * An event's place in the vault comes from its place in the stream, so an event that is delivered again is written
 * over itself. What is not an identity event is refused and counted, never retried and never quoted.
 */
const { VAULT_TABLE, VAULT_KEY, RETENTION_MONTHS } = env('VAULT_TABLE', 'VAULT_KEY', 'RETENTION_MONTHS');

/** BatchWriteItem takes 25. */
const batchItems = 25;

/** How far ahead of us the backend's clocks may be. */
const aheadMs = 5 * 60_000;

type Item = Record<string, unknown>;

export async function handler(event: KinesisStreamEvent): Promise<void> {
  const items = new Map<string, Item>();
  const refused: Record<string, number> = {};
  let sealed = 0;
  for (const { kinesis } of event.Records) {
    try {
      const it = parseIdentityEvent(Buffer.from(kinesis.data, 'base64'));
      checkTime(it, Date.now());
      for (const item of await itemsOf(it, kinesis.sequenceNumber)) items.set(`${item.pk} ${item.sk}`, item);
      sealed++;
    } catch (error) {
      if (!(error instanceof EventError)) throw error;
      refused[error.code] = (refused[error.code] ?? 0) + 1;
    }
  }
  await writeAll([...items.values()]);
  count('EventsSealed', sealed);
  const refusals = Object.values(refused).reduce((sum, n) => sum + n, 0);
  if (refusals > 0) {
    count('EventsRefused', refusals);
    logger.warn('events refused', { refused });
  }
}

/** @throws EventError time-future, time-before-retention */
function checkTime(it: IdentityEvent, nowMs: number): void {
  if (Date.parse(it.at) > nowMs + aheadMs) throw new EventError('time-future');
  if (ttlOf(it.at) * 1000 <= nowMs) throw new EventError('time-before-retention');
}

async function itemsOf(it: IdentityEvent, id: string): Promise<Item[]> {
  const subject = await pseudonymOf(it.account);
  const drawer = { subject, kind: it.kind, epoch: epochOf(it.at) };
  const sealed = sealRecord({ ...drawer, at: it.at, id }, await publicKeyOf(drawer), it);
  const ttl = ttlOf(it.at);
  const stored: Item = { ...recordKey(drawer, it.at, id), sealed, ttl };
  if (it.kind !== 'phone') return [stored];
  const blind = await blindIndex('phone', it.phone);
  return [stored, { ...phoneKey(subject, it.at), blind, ttl }, { ...lookupKey(blind, subject), ttl }];
}

/** Public keys seen by this instance. They never change, so they never go stale. */
const publicKeys = new Map<string, Uint8Array>();
const publicKeysKept = 50_000;

async function publicKeyOf(drawer: Drawer): Promise<Uint8Array> {
  const name = drawerName(drawer);
  const known = publicKeys.get(name);
  if (known !== undefined) return known;
  const publicKey = (await readDrawer(drawer)) ?? (await makeDrawer(drawer));
  if (publicKeys.size >= publicKeysKept) publicKeys.clear();
  publicKeys.set(name, publicKey);
  return publicKey;
}

async function readDrawer(drawer: Drawer): Promise<Uint8Array | undefined> {
  const { Item } = await dynamo.send(
    new GetCommand({ TableName: VAULT_TABLE, Key: drawerItemKey(drawer), ConsistentRead: true }),
  );
  return Item === undefined ? undefined : parseDrawer(Item).publicKey;
}

/** First sight of a subject, kind and epoch: a new pair, its private half wrapped by KMS and forgotten. */
async function makeDrawer(drawer: Drawer): Promise<Uint8Array> {
  const { publicKey, privateKey } = generateEpochKeyPair();
  const { CiphertextBlob } = await kms.send(
    new EncryptCommand({
      KeyId: VAULT_KEY,
      Plaintext: privateKey,
      EncryptionContext: encryptionContext(drawer),
    }),
  );
  privateKey.fill(0);
  const ttl = ttlOf(`${drawer.epoch}-28T00:00:00.000Z`) + 4 * 24 * 3600;
  try {
    await dynamo.send(
      new PutCommand({
        TableName: VAULT_TABLE,
        Item: { ...drawerItemKey(drawer), publicKey, wrappedKey: CiphertextBlob, keyId: VAULT_KEY, ttl },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
  } catch (error) {
    // Two writers, one key: the other was first, and ours is forgotten.
    if (!lostRace(error)) throw error;
    const theirs = await readDrawer(drawer);
    if (theirs === undefined) throw error;
    return theirs;
  }
  count('DrawersMade');
  return publicKey;
}

async function writeAll(items: Item[]): Promise<void> {
  for (let i = 0; i < items.length; i += batchItems) {
    let puts = items.slice(i, i + batchItems).map((Item) => ({ PutRequest: { Item } }));
    // What DynamoDB leaves over it took no offence at; the client's own back-off covers throttling.
    for (let attempt = 0; puts.length > 0; attempt++) {
      if (attempt === 8) throw new Error('the vault table does not keep up');
      const { UnprocessedItems } = await dynamo.send(
        new BatchWriteCommand({ RequestItems: { [VAULT_TABLE]: puts } }),
      );
      puts = (UnprocessedItems?.[VAULT_TABLE] ?? []) as typeof puts;
    }
  }
}

/** When an event is past retention, in unix seconds: DynamoDB's TTL. */
function ttlOf(at: string): number {
  const date = new Date(at);
  date.setUTCMonth(date.getUTCMonth() + RETENTION_MONTHS);
  return Math.floor(date.getTime() / 1000);
}
