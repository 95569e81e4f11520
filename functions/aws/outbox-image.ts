import { z } from 'zod';
import { type OutboxItem, outboxItem } from '#core/state/outbox.ts';

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

/** An outbox item as its table's stream brings it; undefined if it is none. */
export function readImage(newImage: unknown): OutboxItem | undefined {
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
