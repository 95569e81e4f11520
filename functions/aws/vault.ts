import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import type { Holder } from '#core/cases/case.ts';
import { epochKeysOfScope } from '#core/cases/grants.ts';
import type { Period, Scope } from '#core/cases/scope.ts';
import { canonicalInstant } from '#core/instant.ts';
import { epochBounds } from '#core/vault/epoch.ts';
import { type EpochKey, epochKeyName } from '#core/vault/epoch-key.ts';
import { kinds } from '#core/vault/kinds.ts';
import { keyFingerprint } from '#core/vault/seal.ts';
import { heldPart, type Named, type Validity, validities } from '#core/vault/validity.ts';
import { getItems } from './batch.ts';
import { dynamo } from './clients.ts';
import { env } from './env.ts';

/**
 * The vault's items, all of them under a subject's pseudonym or a blind index:
 *
 *   subject            key#<kind>#<epoch>          public key, wrapped private key: a epoch key
 *   subject            kept#<kind>#<epoch>#<key>   the same wrapped under a preservation's key, until that ends
 *   subject            rec#<kind>#<instant>#<id>   sealed records of one day, from that instant on, and to which key
 *   subject            phone#<instant>             the blind index of the number that held from then on
 *   subject            username#<instant>          likewise of the username
 *   lookup#<blind>     <subject>#<epoch>           who got this number or name in that month
 *
 * Every item has a `ttl`. DynamoDB removes what is past it within days; here it is gone at once.
 */
const { VAULT_TABLE } = env('VAULT_TABLE');

/** What a person may be looked up by, other than the account. */
export type NameKind = 'phone' | 'username';

export const epochKeyItemKey = (d: EpochKey) => ({ pk: d.subject, sk: `key#${d.kind}#${d.epoch}` });
export const keptItemKey = (d: StoredEpochKey) => ({
  pk: d.subject,
  sk: `kept#${d.kind}#${d.epoch}#${keyFingerprint(d.publicKey)}`,
});
export const recordKey = (d: EpochKey, at: string, id: string) => ({
  pk: d.subject,
  sk: `rec#${d.kind}#${at}#${id}`,
});
export const nameKey = (kind: NameKind, subject: string, at: string) => ({
  pk: subject,
  sk: `${kind}#${at}`,
});
export const lookupKey = (blind: string, subject: string, epoch: string) => ({
  pk: `lookup#${blind}`,
  sk: `${subject}#${epoch}`,
});

/** An instant as DynamoDB's TTL has it. */
export const ttlOf = (instant: string) => Math.floor(Date.parse(instant) / 1000);

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);

const epochKeyItem = z.object({
  pk: z.string(),
  sk: z.string(),
  publicKey: bytes,
  wrappedKey: bytes,
  keyId: z.string(),
  ttl: z.number(),
});

export interface StoredEpochKey extends EpochKey {
  publicKey: Uint8Array;
  /** The private key under a vault key, bound to this epoch key by its encryption context. */
  wrappedKey: Uint8Array;
  /** The KMS key it is wrapped under. */
  keyId: string;
  /** When it is gone, in unix seconds. */
  ttl: number;
}

export function parseEpochKey(item: unknown): StoredEpochKey {
  const { pk, sk, ...rest } = epochKeyItem.parse(item);
  const [, kind, epoch] = sk.split('#');
  return { ...rest, subject: pk, kind: z.enum(kinds).parse(kind), epoch: z.string().parse(epoch) };
}

async function* query(pk: string, from: string, to: string): AsyncGenerator<Record<string, unknown>> {
  const pages = paginateQuery(
    { client: dynamo },
    {
      TableName: VAULT_TABLE,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      FilterExpression: '#ttl > :now',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: {
        ':pk': pk,
        ':from': from,
        ':to': to,
        ':now': Math.floor(Date.now() / 1000),
      },
      ConsistentRead: true,
    },
  );
  for await (const { Items = [] } of pages) yield* Items;
}

const after = '\uffff';

/** Everything of one subject, by the prefix of its sort key. */
export function itemsOf(subject: string, prefix: string): AsyncGenerator<Record<string, unknown>> {
  return query(subject, prefix, `${prefix}${after}`);
}

/**
 * Which epoch keys a subject has: existence, not content. A epoch key whose own key is forgotten and that a preservation
 * keeps is there by that; and if its account was erased and came back, beside the one that came after.
 */
export async function epochKeysOf(subject: string): Promise<StoredEpochKey[]> {
  const [own, kept] = await Promise.all([ownEpochKeysOf(subject), keptEpochKeysOf(subject)]);
  // Of one key pair that is wrapped twice, the own one counts.
  return [...new Map([...kept, ...own].map((epochKey) => [keyPairName(epochKey), epochKey])).values()];
}

/** A epoch key's name, and which key pair: one that was erased and came back has had several. */
export function keyPairName(epochKey: EpochKey & { publicKey: Uint8Array }): string {
  return `${epochKeyName(epochKey)} ${keyFingerprint(epochKey.publicKey)}`;
}

export function ownEpochKeysOf(subject: string): Promise<StoredEpochKey[]> {
  return Array.fromAsync(itemsOf(subject, 'key#'), parseEpochKey);
}

export function keptEpochKeysOf(subject: string): Promise<StoredEpochKey[]> {
  return Array.fromAsync(itemsOf(subject, 'kept#'), parseEpochKey);
}

/** When a subject's numbers or usernames held, as blind indices. */
export async function namesOf(kind: NameKind, subject: string): Promise<Named[]> {
  const item = z.object({ sk: z.string(), blind: z.string() });
  return Array.fromAsync(itemsOf(subject, `${kind}#`), (raw) => {
    const { sk, blind } = item.parse(raw);
    return { at: sk.slice(`${kind}#`.length), blind };
  });
}

/** Who ever had a number or username. */
export async function subjectsOf(blind: string): Promise<string[]> {
  const found = await Array.fromAsync(query(`lookup#${blind}`, ' ', after), ({ sk }) =>
    z.string().parse(sk).slice(0, -'#YYYY-MM'.length),
  );
  return [...new Set(found)];
}

/** One holder's share of a scope: what it opens of theirs, and in which part of the period. */
export interface Share {
  epochKeys: StoredEpochKey[];
  period: Period;
  /** When each of the holder's numbers held. */
  numbers: Validity[];
}

/** @returns undefined if the subject did not stand for this holder at any time in the scope's period */
export async function shareOf(holder: Holder, scope: Scope): Promise<Share | undefined> {
  const period = heldPart(scope.period, holder);
  if (period === undefined) return undefined;
  const [epochKeys, phones] = await Promise.all([
    epochKeysOf(holder.subject),
    namesOf('phone', holder.subject),
  ]);
  const numbers = validities(phones);
  return { epochKeys: epochKeysOfScope({ ...scope, period }, epochKeys, numbers), period, numbers };
}

/** Every epoch key that a scope names of its subjects' holders, once. */
export async function epochKeysIn(
  scope: Scope,
  subjects: readonly (readonly Holder[])[],
): Promise<StoredEpochKey[]> {
  const holders = scope.subjects.flatMap((index) => subjects[index] ?? []);
  const shares = await Promise.all(holders.map((holder) => shareOf(holder, scope)));
  const epochKeys = shares.flatMap((share) => share?.epochKeys ?? []);
  return [...new Map(epochKeys.map((d) => [keyPairName(d), d])).values()];
}

/**
 * The sealed items of a epoch key whose first record lies between two instants, `to` exclusive; in order of it. What was
 * sealed to a key that an erasure took before this one came is no record of this epoch key any more.
 */
export async function* sealedItems(
  epochKey: StoredEpochKey,
  between: { from: string; to: string },
): AsyncGenerator<{ at: string; id: string; sealed: Uint8Array; n: number }> {
  const item = z.object({ sk: z.string(), sealed: bytes, key: z.string(), n: z.number() });
  const fingerprint = keyFingerprint(epochKey.publicKey);
  const prefix = `rec#${epochKey.kind}#`;
  // An item that begins at `to` sorts behind it, since its id follows.
  for await (const raw of query(epochKey.subject, `${prefix}${between.from}`, `${prefix}${between.to}`)) {
    const { sk, sealed, key, n } = item.parse(raw);
    if (key !== fingerprint) continue;
    const [, , at = '', id = ''] = sk.split('#');
    yield { at, id, sealed, n };
  }
}

/** How many records a epoch key has on the days that a period touches. */
export async function recordsIn(epochKey: StoredEpochKey, { from, to }: Period): Promise<number> {
  // A number lies where it was set, maybe long before the period.
  const span = epochKey.kind === 'phone' ? epochBounds(epochKey.epoch) : { from, to };
  const day = `${span.from.slice(0, 'YYYY-MM-DD'.length)}T00:00:00.000Z`;
  let count = 0;
  for await (const { n } of sealedItems(epochKey, { from: day, to: canonicalInstant(span.to) })) count += n;
  return count;
}

/** Those of these epoch keys that exist, by name. */
export async function findEpochKeys(epochKeys: readonly EpochKey[]): Promise<Map<string, StoredEpochKey>> {
  const found = (await getItems(VAULT_TABLE, epochKeys.map(epochKeyItemKey))).map(parseEpochKey);
  return new Map(found.map((epochKey) => [epochKeyName(epochKey), epochKey]));
}

export const itemKey = z.object({ pk: z.string(), sk: z.string() });
export type ItemKey = z.infer<typeof itemKey>;
export type Item = ItemKey & Record<string, unknown>;
