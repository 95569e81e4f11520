import { BatchGetCommand, BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { chunks, inParallel } from '#core/parallel.ts';
import { dynamo } from './clients.ts';

/**
 * Many items of one table at once. The client's own back-off covers throttling; what DynamoDB leaves over of a batch is
 * asked for again, some times.
 */
const attempts = 8;
const atOnce = 8;

/** BatchWriteItem takes 25, no two of one key. */
export const batchWrites = 25;
/** BatchGetItem takes 100. */
const batchGets = 100;

type Item = Record<string, unknown>;
export type Write = { PutRequest: { Item: Item } } | { DeleteRequest: { Key: Item } };

/** Writes up to 25 items. */
export async function writeBatch(table: string, writes: readonly Write[]): Promise<void> {
  await untilNoneIsLeft(writes, async (left) => {
    const { UnprocessedItems } = await dynamo.send(
      new BatchWriteCommand({ RequestItems: { [table]: left } }),
    );
    return UnprocessedItems?.[table];
  });
}

/**
 * Those of some items that exist, in no order.
 *
 * @param only the attributes that are needed, as a projection expression; all, if left out
 */
export async function getItems(table: string, keys: readonly Item[], only?: string): Promise<Item[]> {
  const projection = only === undefined ? {} : { ProjectionExpression: only };
  const found = await inParallel(chunks(keys, batchGets), atOnce, async (some) => {
    const items: Item[] = [];
    await untilNoneIsLeft(some, async (Keys) => {
      const { Responses, UnprocessedKeys } = await dynamo.send(
        new BatchGetCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true, ...projection } } }),
      );
      items.push(...(Responses?.[table] ?? []));
      return UnprocessedKeys?.[table]?.Keys;
    });
    return items;
  });
  return found.flat();
}

/** @param send what is left; answers what DynamoDB left over of it */
async function untilNoneIsLeft(all: readonly Item[], send: (left: Item[]) => Promise<Item[] | undefined>) {
  let left: Item[] = [...all];
  for (let attempt = 1; left.length > 0; attempt++) {
    if (attempt > attempts) throw new Error('a table does not keep up');
    left = (await send(left)) ?? [];
  }
}
