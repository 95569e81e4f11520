import { canonicalJson } from '#core/canonical.ts';
import { appendEntry, type Entry, type EntryBody, type StreamHead } from '#core/log/entry.ts';
import { outbox } from '#core/state/outbox.ts';
import { env } from './env.ts';
import { entries, statePorts } from './state.ts';

export { type OutboxItem, outboxItem, type Place, placeSchema } from '#core/state/outbox.ts';

// For functions that name them so: what is in entries.ts and outbox.ts of core/state/.
export const { putSingle: putSingleEntry } = entries;
export const { get: getOutboxItem } = outbox(statePorts.store);

// For functions that write DynamoDB themselves; see commit.ts of core/state/.
const { ENTRIES_TABLE } = env('ENTRIES_TABLE');

export function tell(stream: string, head: StreamHead, body: EntryBody) {
  return appendEntry(stream, head, body, new Date().toISOString());
}

export function entryPuts(...several: readonly Entry[]) {
  return several.map(({ stream, n, kind, ...entry }) => ({
    Put: {
      TableName: ENTRIES_TABLE,
      Item: { stream, n, kind, entry: canonicalJson({ stream, n, kind, ...entry }) },
      ConditionExpression: 'attribute_not_exists(#n)',
      ExpressionAttributeNames: { '#n': 'n' },
    },
  }));
}
