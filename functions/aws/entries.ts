import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { canonicalJson } from '#core/canonical.ts';
import { appendEntry, type Entry, type EntryBody, entrySchema } from '#core/log/entry.ts';
import { dynamo, lostRace } from './clients.ts';
import { env } from './env.ts';

const { ENTRIES_TABLE } = env('ENTRIES_TABLE');

/**
 * The part of a transaction that commits an entry with the change it tells (I6). The table's stream carries it to
 * `sequence`. An entry is written once: a second with the same place in its stream fails the transaction.
 */
export function entryPut(entry: Entry) {
  return {
    Put: {
      TableName: ENTRIES_TABLE,
      Item: { stream: entry.stream, n: entry.n, kind: entry.kind, entry: canonicalJson(entry) },
      ConditionExpression: 'attribute_not_exists(#n)',
      ExpressionAttributeNames: { '#n': 'n' },
    },
  };
}

/**
 * Commits an entry that stands alone: a stream of one.
 * @returns false if that stream is there already
 */
export async function putSingleEntry(stream: string, body: EntryBody, at: string): Promise<boolean> {
  const { entry } = appendEntry(stream, { n: 0 }, body, at);
  try {
    await dynamo.send(new PutCommand(entryPut(entry).Put));
    return true;
  } catch (error) {
    if (lostRace(error)) return false;
    throw error;
  }
}

export async function getEntry(stream: string, n: number): Promise<Entry | undefined> {
  const { Item } = await dynamo.send(
    new GetCommand({ TableName: ENTRIES_TABLE, Key: { stream, n }, ConsistentRead: true }),
  );
  return Item === undefined ? undefined : entrySchema.parse(JSON.parse(String(Item.entry)));
}
