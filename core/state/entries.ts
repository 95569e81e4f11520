import { z } from 'zod';
import type { EntryBody } from '#core/log/entry.ts';
import { StoreConflict } from '#core/store/store.ts';
import { commit, decideUntilFirst, recordAlone, type StatePorts } from './commit.ts';

/** The outbox: entries that are committed and on their way to the log. */

/** Where an entry is: its stream, and its number there. */
export const placeSchema = z.object({ stream: z.string(), n: z.int().positive() });
export type Place = z.infer<typeof placeSchema>;

/** An entry as the outbox holds it. `together`: the places of all entries of its transaction, where it is one of several. */
export const outboxItem = placeSchema.extend({
  entry: z.string(),
  together: z.array(placeSchema).optional(),
});
export type OutboxItem = z.infer<typeof outboxItem>;

export function entryState(ports: StatePorts) {
  const { store, clock } = ports;
  return {
    async get({ stream, n }: Place): Promise<OutboxItem | undefined> {
      const item = await store.get('entries', { stream, n });
      return item === undefined ? undefined : outboxItem.parse(item);
    },

    /**
     * Commits an entry that stands alone.
     *
     * @returns false if its stream is there already
     */
    async putAlone(stream: string, body: EntryBody): Promise<boolean> {
      return decideUntilFirst(ports, async () => {
        try {
          await commit(store, { writes: [], entries: [recordAlone(stream, clock.now(), body)] });
          return true;
        } catch (error) {
          if (isThere(error)) return false;
          throw error;
        }
      });
    },
  };
}
export type EntryState = ReturnType<typeof entryState>;

/** Whether what was to be written under a name of its own is there; otherwise another write was merely under way. */
export function isThere(error: unknown): boolean {
  return error instanceof StoreConflict && error.failed.length > 0;
}
