import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { canonicalJson } from '#core/canonical.ts';
import { appendEntry, type Entry, type EntryBody, type StreamHead } from '#core/log/entry.ts';
import { dynamo, lostRace } from './clients.ts';
import { env } from './env.ts';

const { ENTRIES_TABLE } = env('ENTRIES_TABLE');

/** Where an entry is: its stream, and its number there. */
export const placeSchema = z.object({ stream: z.string(), n: z.int().positive() });
export type Place = z.infer<typeof placeSchema>;

/** An entry as the outbox holds it. `together`: the places of all entries of its transaction, where it is one of several. */
export const outboxItem = placeSchema.extend({
  entry: z.string(),
  together: z.array(placeSchema).optional(),
});
export type OutboxItem = z.infer<typeof outboxItem>;

/** Gives an act its place in its stream, at the moment of its commit. Returns the entry and the stream's new head. */
export function tell(stream: string, head: StreamHead, body: EntryBody) {
  return appendEntry(stream, head, body, new Date().toISOString());
}

/**
 * The parts of a transaction that commit entries with the change they tell (I6). The table's stream carries them to
 * `sequence`, which keeps entries of one transaction together. An entry is written once: a second with the same place
 * in its stream fails the transaction.
 */
export function entryPuts(...entries: readonly Entry[]) {
  const places = entries.map(({ stream, n }) => ({ stream, n }));
  return entries.map((entry) => ({
    Put: {
      TableName: ENTRIES_TABLE,
      Item: {
        stream: entry.stream,
        n: entry.n,
        kind: entry.kind,
        entry: canonicalJson(entry),
        ...(places.length === 1 ? {} : { together: places }),
      },
      ConditionExpression: 'attribute_not_exists(#n)',
      ExpressionAttributeNames: { '#n': 'n' },
    },
  }));
}

/**
 * Commits an entry that stands alone: a stream of one.
 * @returns false if that stream is there already
 */
export async function putSingleEntry(stream: string, body: EntryBody): Promise<boolean> {
  const { entry } = tell(stream, { n: 0 }, body);
  try {
    for (const { Put } of entryPuts(entry)) await dynamo.send(new PutCommand(Put));
    return true;
  } catch (error) {
    if (lostRace(error)) return false;
    throw error;
  }
}

export async function getOutboxItem({ stream, n }: Place): Promise<OutboxItem | undefined> {
  const { Item } = await dynamo.send(
    new GetCommand({ TableName: ENTRIES_TABLE, Key: { stream, n }, ConsistentRead: true }),
  );
  return Item === undefined ? undefined : outboxItem.parse(Item);
}
