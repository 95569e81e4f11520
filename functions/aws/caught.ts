import { randomUUID } from 'node:crypto';
import { DeleteCommand, paginateScan } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { commitment } from '#core/log/commitment.ts';
import type { KeyRecord } from '#core/registry/records.ts';
import { dynamo } from './clients.ts';
import { commitActs } from './commit.ts';
import { tell } from './entries.ts';
import { env } from './env.ts';
import { count } from './observe.ts';

/**
 * Keys that asked for a decoy. That they did, and which key is to be revoked for it, are committed together: the entry
 * brings `expire`, which revokes.
 */
const { CALLS_TABLE } = env('CALLS_TABLE');

const prefix = 'decoy#';
const caughtItem = z.object({ pk: z.string(), keyId: z.string() });

export async function catchKey({ keyId, salt, agency = '' }: KeyRecord): Promise<void> {
  const id = randomUUID();
  const data = { agency, key: commitment(salt, 'key', keyId) };
  const { entry } = tell(`decoy/${id}`, { n: 0 }, { kind: 'decoy.asked', data });
  const caught = { Put: { TableName: CALLS_TABLE, Item: { pk: `${prefix}${id}`, keyId } } };
  await commitActs([{ writes: [caught], entry }]);
  count('HoneytokensAsked');
}

/** Those that are not revoked for it yet; `settle` once they are. */
export async function* caughtKeys(): AsyncGenerator<{ keyId: string; settle: () => Promise<void> }> {
  const pages = paginateScan(
    { client: dynamo },
    {
      TableName: CALLS_TABLE,
      FilterExpression: 'begins_with(pk, :prefix)',
      ExpressionAttributeValues: { ':prefix': prefix },
      ConsistentRead: true,
    },
  );
  for await (const { Items = [] } of pages) {
    for (const item of Items) {
      const { pk, keyId } = caughtItem.parse(item);
      const settle = async () => {
        await dynamo.send(new DeleteCommand({ TableName: CALLS_TABLE, Key: { pk } }));
      };
      yield { keyId, settle };
    }
  }
}
