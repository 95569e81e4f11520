import { ReEncryptCommand } from '@aws-sdk/client-kms';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { isKept, kept, type Preservation } from '#core/cases/preservation.ts';
import { inParallel } from '#core/parallel.ts';
import { epochOf } from '#core/vault/epoch.ts';
import { encryptionContext } from '#core/vault/seal.ts';
import { dynamo, kms, lostRace } from './aws/clients.ts';
import { tick } from './aws/clock.ts';
import { StaleCaseError } from './aws/commit.ts';
import { env } from './aws/env.ts';
import { count } from './aws/observe.ts';
import { commitPreservation, getPreservation, preservationsUntil } from './aws/preservations.ts';
import {
  epochKeysIn,
  type ItemKey,
  itemKey,
  itemsOf,
  keptItemKey,
  lookupKey,
  nameKey,
  namesOf,
  type StoredEpochKey,
  ttlOf,
} from './aws/vault.ts';
import { wrappingKey } from './aws/wrapping.ts';

/**
 * Keeps what a preservation names from being forgotten: wraps the private keys of its subjects' epoch keys anew, under a
 * vault key that ends in the month in which the preservation does, and lets their records live as long. It sees no
 * key: `kms:ReEncrypt` shows nobody the plaintext. It opens nothing and lets nobody open. `request` asks it for each that
 * it has taken on; the clock brings it to those of which that call was lost. Doing one twice changes nothing.
 */
const { VAULT_TABLE } = env('VAULT_TABLE');

/** Calls to KMS and DynamoDB at once. */
const atOnce = 16;

const asked = z.strictObject({ preservation: z.string() });

export async function handler(event: unknown): Promise<void> {
  const input = z.union([asked, tick]).parse(event);
  if ('preservation' in input) {
    const preservation = await getPreservation(input.preservation);
    if (preservation !== undefined && preservation.status !== 'Lapsed') await keep(preservation);
    return;
  }
  for await (const value of preservationsUntil(forever)) if (!isKept(value)) await keep(value);
}

const forever = '9999';

async function keep(preservation: Preservation): Promise<void> {
  const epochKeys = await epochKeysIn(preservation.asked, preservation.subjects);
  for (const epochKey of epochKeys) {
    await keepRecords(epochKey, preservation.dueAt);
    await rewrap(epochKey, preservation.dueAt);
  }
  const named = new Set(preservation.subjects.flat().map(({ subject }) => subject));
  for (const subject of named) await keepNames(subject, preservation.dueAt);
  const outcome = kept(preservation, epochKeys.length);
  if (outcome === undefined) return;
  try {
    await commitPreservation(outcome);
    count('EpochKeysPreserved', epochKeys.length);
  } catch (error) {
    // Delivered twice: the other told it.
    if (!(error instanceof StaleCaseError)) throw error;
  }
}

/** The epoch key's key under a key that lasts until the preservation ends. Of two preservations the longer counts. */
async function rewrap(epochKey: StoredEpochKey, until: string): Promise<void> {
  const keyId = await wrappingKey('preserved', epochOf(until), epochKey.subject);
  if (keyId === undefined) throw new Error('the month in which this ends is over');
  const context = encryptionContext(epochKey);
  const { CiphertextBlob } = await kms.send(
    new ReEncryptCommand({
      CiphertextBlob: epochKey.wrappedKey,
      SourceKeyId: epochKey.keyId,
      SourceEncryptionContext: context,
      DestinationKeyId: keyId,
      DestinationEncryptionContext: context,
    }),
  );
  await lastsLonger(keptItemKey(epochKey), until, {
    publicKey: epochKey.publicKey,
    wrappedKey: CiphertextBlob,
    keyId,
  });
}

async function keepRecords({ subject, kind, epoch }: StoredEpochKey, until: string): Promise<void> {
  // What a epoch key holds begins in its month.
  const keys = await Array.fromAsync(itemsOf(subject, `rec#${kind}#${epoch}`), (item) => itemKey.parse(item));
  await inParallel(keys, atOnce, (key) => lastsLonger(key, until));
}

/** Whoever is asked for by number or name must be found by it as long. */
async function keepNames(subject: string, until: string): Promise<void> {
  for (const kind of ['phone', 'username'] as const) {
    for (const { at, blind } of await namesOf(kind, subject)) {
      await lastsLonger(nameKey(kind, subject, at), until);
      // Beside the month's own, which the next event of that month would put back to its own end.
      await lastsLonger(lookupKey(blind, subject, epochOf(until)), until, {});
    }
  }
}

/** Puts an item's end off, with what it is to hold then; does nothing to one that lasts as long by itself. */
async function lastsLonger(Key: ItemKey, until: string, values?: Record<string, unknown>): Promise<void> {
  const set = Object.entries({ ...values, ttl: ttlOf(until) });
  try {
    await dynamo.send(
      new UpdateCommand({
        TableName: VAULT_TABLE,
        Key,
        UpdateExpression: `SET ${set.map((_, i) => `#${i} = :${i}`).join(', ')}`,
        ConditionExpression: values === undefined ? '#end < :end' : 'attribute_not_exists(pk) OR #end < :end',
        ExpressionAttributeNames: {
          '#end': 'ttl',
          ...Object.fromEntries(set.map(([name], i) => [`#${i}`, name])),
        },
        ExpressionAttributeValues: {
          ':end': ttlOf(until),
          ...Object.fromEntries(set.map(([, value], i) => [`:${i}`, value])),
        },
      }),
    );
  } catch (error) {
    if (!lostRace(error)) throw error;
  }
}
