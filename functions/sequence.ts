import type { DynamoDBStreamEvent } from 'aws-lambda';
import { z } from 'zod';
import { utf8 } from '#core/bytes.ts';
import { readEntry } from '#core/log/entry.ts';
import { lostRace } from './aws/clients.ts';
import { type OutboxItem, outboxItem } from './aws/entries.ts';
import { count, logger } from './aws/observe.ts';
import { inOrder } from './aws/order.ts';
import { settle, stage } from './aws/tree.ts';

/**
 * Gives committed entries their place in the log: stage → sign → compare-and-swap the head → write bundles and tiles →
 * publish the checkpoint. What was staged when the head moved is written by whoever comes first, and only then is more
 * staged, so a crash anywhere, redelivery, and several sequencers at the same time change nothing (I6).
 */
export async function handler(event: DynamoDBStreamEvent): Promise<void> {
  const arrived = event.Records.flatMap(({ dynamodb }) => committed(dynamodb?.NewImage));
  for (;;) {
    const head = await settle();
    const fresh = await inOrder(arrived);
    if (fresh.length === 0) break;
    try {
      await stage(head, fresh);
    } catch (error) {
      // Somebody else moved the head: look again, at what they have placed too.
      if (!lostRace(error)) throw error;
    }
  }
  // Counted here, past which no entry gets: whoever names reviewers without being one is heard of.
  const foundings = arrived.filter(({ stream }) => stream === foundingStream).length;
  if (foundings > 0) count('RegistryFounded', foundings);
}

const foundingStream = 'registry/founding';

const image = z.object({
  stream: z.object({ S: z.string() }),
  n: z.object({ N: z.coerce.number() }),
  entry: z.object({ S: z.string() }),
  together: z
    .object({
      L: z.array(
        z.object({
          M: z.object({ stream: z.object({ S: z.string() }), n: z.object({ N: z.coerce.number() }) }),
        }),
      ),
    })
    .optional(),
});

/**
 * What an outbox item commits. What is no entry, or another than its key says, was not written by any function of
 * Writ: it must not stop the log, stays where it is, and somebody is woken.
 */
function committed(newImage: unknown): OutboxItem[] {
  try {
    const { stream, n, entry, together } = image.parse(newImage);
    const item = outboxItem.parse({
      stream: stream.S,
      n: n.N,
      entry: entry.S,
      ...(together === undefined
        ? {}
        : { together: together.L.map(({ M }) => ({ stream: M.stream.S, n: M.n.N })) }),
    });
    const bytes = utf8(item.entry);
    const { envelope } = readEntry(bytes);
    if (envelope.stream !== item.stream || envelope.n !== item.n || bytes.length > maxEntryBytes)
      throw new Error('not the entry of this place');
    return [item];
  } catch {
    logger.error('what the outbox holds is no entry');
    count('EntriesMalformed');
    return [];
  }
}

/** A bundle has two bytes for an entry's length (C2SP tlog-tiles). */
const maxEntryBytes = 0xffff;
