import type { DynamoDBStreamEvent } from 'aws-lambda';
import { z } from 'zod';
import { lostRace } from './aws/clients.ts';
import { type OutboxItem, outboxItem } from './aws/entries.ts';
import { count } from './aws/observe.ts';
import { inOrder, isSound, malformed } from './aws/order.ts';
import { type Head, settle, stage } from './aws/tree.ts';

/**
 * Gives committed entries their place in the log: stage → sign → compare-and-swap the head → write bundles and tiles →
 * publish the checkpoint. What was staged when the head moved is written by whoever comes first, and only then is more
 * staged, so a crash anywhere, redelivery, and several sequencers at the same time change nothing (I6).
 */
export async function handler(event: DynamoDBStreamEvent): Promise<void> {
  const arrived = event.Records.flatMap(({ dynamodb }) => committed(dynamodb?.NewImage));
  for (let placed = false; !placed; ) {
    const head = await settle();
    const fresh = await inOrder(arrived);
    placed = fresh.length === 0 || (await grow(head, fresh));
  }
  // Counted here, past which no entry gets: whoever names reviewers without being one is heard of.
  const foundings = arrived.filter(({ stream }) => stream === foundingStream).length;
  if (foundings > 0) count('RegistryFounded', foundings);
}

/** @returns false if somebody else moved the head: look again, at what they have placed too */
async function grow(head: Head | undefined, fresh: readonly OutboxItem[]): Promise<boolean> {
  try {
    await stage(head, fresh);
  } catch (error) {
    if (!lostRace(error)) throw error;
    return false;
  }
  await settle();
  return true;
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

/** What an outbox item commits, if anything. */
function committed(newImage: unknown): OutboxItem[] {
  const item = readImage(newImage);
  if (item !== undefined && isSound(item)) return [item];
  malformed();
  return [];
}

function readImage(newImage: unknown): OutboxItem | undefined {
  const { data } = image.safeParse(newImage);
  if (data === undefined) return undefined;
  const { stream, n, entry, together } = data;
  return outboxItem.safeParse({
    stream: stream.S,
    n: n.N,
    entry: entry.S,
    ...(together === undefined
      ? {}
      : { together: together.L.map(({ M }) => ({ stream: M.stream.S, n: M.n.N })) }),
  }).data;
}
