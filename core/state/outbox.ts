import { z } from 'zod';
import { asciiUpTo } from '#core/bounds.ts';
import { unlessForged } from '#core/store/authentic.ts';
import type { Store } from '#core/store/store.ts';

/** C2SP tlog-tiles writes an entry's length in two bytes. */
const mostEntryBytes = 65_535;

/** Where an entry is: its stream, and its number there. */
export const placeSchema = z.object({ stream: asciiUpTo(200), n: z.int().positive() });
export type Place = z.infer<typeof placeSchema>;

/** A place as one text, to look it up by. */
export const placeName = ({ stream, n }: Place): string => `${stream} ${n}`;

/** An entry as the outbox holds it. `together`: the places of all entries of its transaction, where there are several. */
export const outboxItem = placeSchema.extend({
  entry: z.string().max(mostEntryBytes),
  together: z.array(placeSchema).max(100).optional(),
});
export type OutboxItem = z.infer<typeof outboxItem>;

/** An entry's span of ten minutes, by its instant: `2026-11-24T09:4`. The outbox lists entries by it. */
export const writtenIn = (at: string): string => at.slice(0, '2026-11-24T09:4'.length);

/** The span behind one. */
export function writtenAfter(span: string): string {
  return writtenIn(new Date(Date.parse(`${span}0:00.000Z`) + 600_000).toISOString());
}

/** The outbox, for functions that act on a committed entry. */
export function outbox(store: Store) {
  return {
    /**
     * An entry that was committed; undefined where there is none, or what no function of Writ wrote: that is no entry, and
     * must not stop the log.
     *
     * @throws ZodError if what is in this place is no outbox item
     */
    async get({ stream, n }: Place): Promise<OutboxItem | undefined> {
      const item = await unlessForged(() => store.get('entries', { stream, n }));
      return item === undefined ? undefined : outboxItem.parse(item);
    },

    /** What was written in a span; undefined for what is no outbox item. The index may be a moment behind. */
    async *written(span: string): AsyncGenerator<OutboxItem | undefined> {
      const listed = store.query('entries', { index: 'written', of: span, unproven: 'pass-over' });
      for await (const item of listed) yield outboxItem.safeParse(item).data;
    },
  };
}
