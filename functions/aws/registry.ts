import { GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { appendEntry, type EntryBody } from '#core/log/entry.ts';
import { dynamo, lostRace } from './clients.ts';
import { entryPut } from './entries.ts';
import { env } from './env.ts';

const { REGISTRY_TABLE } = env('REGISTRY_TABLE');

const jwk = z.record(z.string(), z.unknown());

/** An enrolled signing key and the one person who holds it. */
export const keyRecord = z.strictObject({
  keyId: z.string(),
  role: z.enum(['agency', 'reviewer']),
  /** The person, by the provider's own pseudonymous id. */
  holder: z.string(),
  agency: z.string().optional(),
  publicKey: jwk,
  enrolledAt: z.string(),
  revokedAt: z.string().optional(),
  salt: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
});
export type KeyRecord = z.infer<typeof keyRecord>;

export const agencyRecord = z.strictObject({
  id: z.string(),
  name: z.string(),
  /** P-256 or X25519: what disclosures are encrypted to. */
  encryptionKey: jwk,
  /** RFC 7638 thumbprint of that key. */
  thumbprint: z.string(),
});
export type AgencyRecord = z.infer<typeof agencyRecord>;

const keyItem = (keyId: string) => ({ pk: `key#${keyId}` });
const agencyItem = (id: string) => ({ pk: `agency#${id}` });

async function read(key: { pk: string }): Promise<Record<string, unknown> | undefined> {
  const { Item } = await dynamo.send(
    new GetCommand({ TableName: REGISTRY_TABLE, Key: key, ConsistentRead: true }),
  );
  if (Item === undefined) return undefined;
  const { pk: _, ...rest } = Item;
  return rest;
}

export async function getKey(keyId: string): Promise<KeyRecord | undefined> {
  const item = await read(keyItem(keyId));
  return item === undefined ? undefined : keyRecord.parse(item);
}

export async function getAgency(id: string): Promise<AgencyRecord | undefined> {
  const item = await read(agencyItem(id));
  return item === undefined ? undefined : agencyRecord.parse(item);
}

/**
 * Enrols a key, with its agency where there is one, and the entry that says so, in one transaction (I6).
 * @returns false if the key is enrolled already
 */
export async function enrolKey(
  key: KeyRecord,
  agency: AgencyRecord | undefined,
  body: Extract<EntryBody, { kind: 'key.enrolled' }>,
): Promise<boolean> {
  // Named by its commitment: a person's key is nothing for a log that never forgets (I7).
  const { entry } = appendEntry(`key/${body.data.key}`, { n: 0 }, body, key.enrolledAt);
  try {
    await dynamo.send(
      new TransactWriteCommand({
        TransactItems: [
          {
            Put: {
              TableName: REGISTRY_TABLE,
              Item: { ...keyItem(key.keyId), ...key },
              ConditionExpression: 'attribute_not_exists(pk)',
            },
          },
          ...(agency === undefined
            ? []
            : [{ Put: { TableName: REGISTRY_TABLE, Item: { ...agencyItem(agency.id), ...agency } } }]),
          entryPut(entry),
        ],
      }),
    );
    return true;
  } catch (error) {
    if (lostRace(error)) return false;
    throw error;
  }
}
