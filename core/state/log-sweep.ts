import { z } from 'zod';
import type { Store } from '#core/store/store.ts';

/**
 * How far the outbox was looked through for entries that are not in the log.
 *
 *   swept   -   the first span that was not
 *
 * Whoever writes it has some entries looked at again, or late ones found later: the log they change in nothing.
 */
const key = { pk: 'swept', sk: '-' };
const sweepSchema = z.object({ from: z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d$/) });

export function outboxSweep(store: Store) {
  return {
    async read(): Promise<string | undefined> {
      return sweepSchema.safeParse(await store.get('log', key)).data?.from;
    },
    write: (from: string): Promise<void> => store.write({ table: 'log', put: { ...key, from } }),
  };
}
