import { paginateQuery, paginateScan } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { type Purpose, purposes, type VaultKeyName } from '#core/vault/vault-keys.ts';
import { dynamo } from './clients.ts';
import { env } from './env.ts';

/**
 * Which KMS keys wrap the vault. A table of its own, which only `prepare` and `forget` write: whoever could name
 * another key here could have it destroyed.
 *
 *   <purpose>#<epoch>   <shard>   the key's ARN once it is made; when it was forgotten
 */
const { VAULT_KEYS_TABLE } = env('VAULT_KEYS_TABLE');

export interface VaultKey extends VaultKeyName {
  arn: string;
  /** Where its stream of entries stands. */
  entries: { n: number; hash: string };
  forgottenAt?: string | undefined;
}

export const vaultKeyItem = ({ purpose, epoch, shard }: VaultKeyName) => ({
  pk: `${purpose}#${epoch}`,
  sk: shard,
});

const stored = z.object({
  pk: z.string(),
  sk: z.int(),
  keyArn: z.string().optional(),
  entries: z.object({ n: z.int(), hash: z.string() }).optional(),
  forgottenAt: z.string().optional(),
});

/** An epoch's keys that are made, by shard. */
export async function vaultKeysOf(purpose: Purpose, epoch: string): Promise<VaultKey[]> {
  const pages = paginateQuery(
    { client: dynamo },
    {
      TableName: VAULT_KEYS_TABLE,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': `${purpose}#${epoch}` },
      ConsistentRead: true,
    },
  );
  const keys: VaultKey[] = [];
  for await (const { Items = [] } of pages) keys.push(...Items.flatMap(parseKey));
  return keys;
}

/** Every key that was ever made: a few a month. */
export async function everyVaultKey(): Promise<VaultKey[]> {
  const pages = paginateScan({ client: dynamo }, { TableName: VAULT_KEYS_TABLE, ConsistentRead: true });
  const keys: VaultKey[] = [];
  for await (const { Items = [] } of pages) {
    // `forget` notes here how far it has swept.
    keys.push(...Items.filter(({ pk }) => pk !== 'sweep').flatMap(parseKey));
  }
  return keys;
}

/** The entries that tell of one key: made, forgotten. */
export const vaultKeyStream = ({ purpose, epoch, shard }: VaultKeyName) =>
  `vault-key/${purpose}/${epoch}/${shard}`;

/** One that is only claimed, and not made yet, is none. */
function parseKey(item: unknown): VaultKey[] {
  const { pk, sk, keyArn, entries, forgottenAt } = stored.parse(item);
  if (keyArn === undefined || entries === undefined) return [];
  const [purpose, epoch] = pk.split('#');
  return [
    {
      purpose: z.enum(purposes).parse(purpose),
      epoch: z.string().parse(epoch),
      shard: sk,
      arn: keyArn,
      entries,
      forgottenAt,
    },
  ];
}
