import { randomUUID } from 'node:crypto';
import { ScheduleKeyDeletionCommand } from '@aws-sdk/client-kms';
import {
  DeleteCommand,
  GetCommand,
  PutCommand,
  ScanCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { ended } from '#core/cases/preservation.ts';
import { chunks, inParallel } from '#core/parallel.ts';
import { epochOf } from '#core/vault/epoch.ts';
import { type EpochKey, epochKeyName } from '#core/vault/epoch-key.ts';
import type { Kind } from '#core/vault/kinds.ts';
import { forgottenAt, keyDigest } from '#core/vault/vault-keys.ts';
import { batchWrites, type Write, writeBatch } from './aws/batch.ts';
import { pseudonymOf } from './aws/blind-index.ts';
import { dynamo, kms, lostRace } from './aws/clients.ts';
import { clockTime, tick } from './aws/clock.ts';
import { StaleCaseError } from './aws/commit.ts';
import { entryPuts, putSingleEntry, tell } from './aws/entries.ts';
import { env } from './aws/env.ts';
import { count } from './aws/observe.ts';
import { commitPreservation, preservationsUntil } from './aws/preservations.ts';
import {
  epochKeyItemKey,
  type ItemKey,
  itemKey,
  itemsOf,
  keptEpochKeysOf,
  keyPairName,
  lookupKey,
  nameKey,
  namesOf,
  ownEpochKeysOf,
} from './aws/vault.ts';
import { everyVaultKey, type VaultKey, vaultKeyItem, vaultKeyStream } from './aws/vault-keys.ts';

/**
 * Forgets (I10): what is past retention, as the clock tells, and an account, as the provider's backend tells
 * (GDPR Art. 17). It can destroy and open nothing.
 */
const { VAULT_TABLE, VAULT_KEYS_TABLE, RETENTION, CLOCK } = env(
  'VAULT_TABLE',
  'VAULT_KEYS_TABLE',
  'RETENTION',
  'CLOCK',
);

/** KMS allows no less. Nobody can call it off: the vault keys' policy lets nobody. */
const deletionDays = 7;

const erasure = z.strictObject({ account: z.string().min(1).max(256) });

/** Which epoch keys an erasure removed, and which a preservation keeps, until when. */
export interface Erased {
  erased: { kind: Kind; epoch: string }[];
  preserved: { kind: Kind; epoch: string; until: string }[];
}

export async function handler(event: unknown): Promise<Erased | undefined> {
  const input = z.union([erasure, tick]).parse(event);
  if ('account' in input) return erase(input.account);
  await forget(clockTime(input, CLOCK));
  return undefined;
}

/** All that is forgotten by an instant. Doing it twice changes nothing. */
async function forget(at: string): Promise<void> {
  for await (const preservation of preservationsUntil(at)) {
    const outcome = ended(preservation, at);
    if (outcome === undefined) continue;
    await commitPreservation(outcome).catch((error: unknown) => {
      if (!(error instanceof StaleCaseError)) throw error;
    });
  }
  const due = (await everyVaultKey()).filter(
    (key) => key.forgottenAt === undefined && forgottenAt(key, RETENTION) <= at,
  );
  for (const key of due) await destroy(key, at);
  if (due.length > 0) await beginSweep(at);
  await sweep();
}

/** Destroys a month's key, and with it all that was ever wrapped under it, in whichever backup; then says so. */
async function destroy(key: VaultKey, at: string): Promise<void> {
  try {
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId: key.arn, PendingWindowInDays: deletionDays }));
  } catch (error) {
    const gone = ['KMSInvalidStateException', 'NotFoundException'];
    if (!(error instanceof Error && gone.includes(error.name))) throw error;
  }
  const { purpose, epoch } = key;
  const { entry, head } = tell(vaultKeyStream(key), key.entries, {
    kind: 'vault.key-forgotten',
    data: { purpose, epoch, key: keyDigest(key.arn) },
  });
  try {
    await dynamo.send(
      new TransactWriteCommand({
        TransactItems: [
          {
            Update: {
              TableName: VAULT_KEYS_TABLE,
              Key: vaultKeyItem(key),
              UpdateExpression: 'SET forgottenAt = :at, entries = :entries',
              ConditionExpression: 'attribute_exists(keyArn) AND attribute_not_exists(forgottenAt)',
              ExpressionAttributeValues: { ':at': at, ':entries': { n: head.n, hash: head.hash } },
            },
          },
          ...entryPuts(entry),
        ],
      }),
    );
    count('VaultKeyForgotten');
  } catch (error) {
    if (!lostRace(error)) throw error;
  }
}

/** How long one run goes on sweeping; the next goes on where it stopped. */
const sweepMs = 60_000;

const sweepKey = { pk: 'sweep', sk: 0 };
const sweepItem = z.object({ asOf: z.int(), from: z.record(z.string(), z.unknown()).optional() });

/**
 * A month's key is gone, so what it wrapped is noise. DynamoDB's TTL removes it within days; this makes sure, once a
 * forgotten month, item by item.
 */
async function beginSweep(at: string): Promise<void> {
  const asOf = Math.floor(Date.parse(at) / 1000);
  await dynamo.send(new PutCommand({ TableName: VAULT_KEYS_TABLE, Item: { ...sweepKey, asOf } }));
}

async function sweep(): Promise<void> {
  const { Item } = await dynamo.send(
    new GetCommand({ TableName: VAULT_KEYS_TABLE, Key: sweepKey, ConsistentRead: true }),
  );
  if (Item === undefined) return;
  const { asOf, from: begin } = sweepItem.parse(Item);
  let from = begin;
  for (const until = Date.now() + sweepMs; Date.now() < until; ) {
    const { Items = [], LastEvaluatedKey } = await dynamo.send(
      new ScanCommand({
        TableName: VAULT_TABLE,
        FilterExpression: '#ttl <= :asOf',
        ProjectionExpression: 'pk, sk',
        ExpressionAttributeNames: { '#ttl': 'ttl' },
        ExpressionAttributeValues: { ':asOf': asOf },
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      }),
    );
    await remove(z.array(itemKey).parse(Items));
    from = LastEvaluatedKey;
    if (from === undefined) {
      await dynamo.send(new DeleteCommand({ TableName: VAULT_KEYS_TABLE, Key: sweepKey }));
      return;
    }
  }
  await dynamo.send(new PutCommand({ TableName: VAULT_KEYS_TABLE, Item: { ...sweepKey, asOf, from } }));
}

/**
 * Erases an account: its epoch keys' keys first, then everything that lies under its pseudonym. A epoch key that a
 * preservation keeps loses its own key and stays until that ends, its records and names with it.
 */
async function erase(account: string): Promise<Erased> {
  const subject = await pseudonymOf(account);
  const [own, kept] = await Promise.all([ownEpochKeysOf(subject), keptEpochKeysOf(subject)]);
  await remove(own.map(epochKeyItemKey));

  const keptUntil = new Map(kept.map((epochKey) => [keyPairName(epochKey), epochKey.ttl]));
  const gone: ItemKey[] = [];
  const staying: Write[] = [];
  for await (const item of itemsOf(subject, 'rec#')) {
    const key = itemKey.parse(item);
    const until = keptUntil.get(`${epochKeyName(epochKeyOfRecord(key))} ${item.key}`);
    if (until === undefined) gone.push(key);
    else staying.push({ PutRequest: { Item: { ...item, ...key, ttl: until } } });
  }
  const last = Math.max(0, ...keptUntil.values());
  for (const kind of ['phone', 'username'] as const) {
    for (const { at, blind } of await namesOf(kind, subject)) {
      const name = nameKey(kind, subject, at);
      const lookup = lookupKey(blind, subject, epochOf(at));
      if (last === 0) gone.push(name, lookup);
      else {
        staying.push({ PutRequest: { Item: { ...name, blind, ttl: last } } });
        staying.push({ PutRequest: { Item: { ...lookup, ttl: last } } });
      }
    }
  }
  await remove(gone);
  await write(staying);
  const preserved = kept.map(({ kind, epoch, ttl }) => ({
    kind,
    epoch,
    until: new Date(ttl * 1000).toISOString(),
  }));
  const erased = own
    .filter((epochKey) => !keptUntil.has(keyPairName(epochKey)))
    .map(({ kind, epoch }) => ({ kind, epoch }));
  const data = { drawers: erased.length, preserved: preserved.length };
  await putSingleEntry(`erasure/${randomUUID()}`, { kind: 'account.erased', data });
  count('AccountsErased');
  return { erased, preserved };
}

function epochKeyOfRecord({ pk, sk }: ItemKey): EpochKey {
  const [, kind, at = ''] = sk.split('#');
  return { subject: pk, kind: kind === 'phone' ? 'phone' : 'access', epoch: epochOf(at) };
}

function remove(keys: readonly ItemKey[]): Promise<void> {
  const distinct = new Map(keys.map((key) => [`${key.pk} ${key.sk}`, key]));
  return write([...distinct.values()].map((Key) => ({ DeleteRequest: { Key } })));
}

async function write(writes: readonly Write[]): Promise<void> {
  await inParallel(chunks(writes, batchWrites), 4, (some) => writeBatch(VAULT_TABLE, some));
}
