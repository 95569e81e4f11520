import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import type { Aws } from './aws.ts';

/** A vault key as an operator sees it in the table. */
export interface ListedVaultKey {
  purpose: string;
  epoch: string;
  arn: string;
  forgottenAt?: string | undefined;
}

const item = z.object({
  pk: z.string(),
  keyArn: z.string().optional(),
  forgottenAt: z.string().optional(),
});

/** The vault keys there are, those that are forgotten included. */
export async function vaultKeys(
  aws: Aws,
  outputs: { VaultKeysTableName: string },
): Promise<ListedVaultKey[]> {
  const pages = paginateScan(
    { client: aws.dynamo },
    { TableName: outputs.VaultKeysTableName, ConsistentRead: true },
  );
  const keys: ListedVaultKey[] = [];
  for await (const { Items = [] } of pages) {
    for (const { pk, keyArn, forgottenAt } of z.array(item).parse(Items)) {
      const [purpose = '', epoch = ''] = pk.split('#');
      if (keyArn !== undefined) keys.push({ purpose, epoch, arn: keyArn, forgottenAt });
    }
  }
  return keys;
}

/** The keys that still wrap something. */
export async function liveVaultKeys(
  aws: Aws,
  outputs: { VaultKeysTableName: string },
): Promise<ListedVaultKey[]> {
  return (await vaultKeys(aws, outputs)).filter(({ forgottenAt }) => forgottenAt === undefined);
}
