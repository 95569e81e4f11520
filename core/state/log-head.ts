import { z } from 'zod';
import { fromBase64, toBase64 } from '#core/bytes.ts';
import type { Hash } from '#core/log/tree.ts';
import { absent, all, equals, less, type Store, StoreConflict } from '#core/store/store.ts';
import { stageNameSchema } from './log-stage.ts';

/**
 * The log's head: the one item that says what the tree is. It moves by compare-and-swap, and names the stage in which
 * the newest entries wait for the bucket.
 *
 *   head   -   size, root, signed checkpoint, how much of it is published, stage
 */
/** A checkpoint: origin, size, root, one signature. */
const mostCheckpointBytes = 4096;

const headKey = { pk: 'head', sk: '-' };

const hash = z
  .string()
  .max(44)
  .transform((text): Hash => fromBase64(text) ?? new Uint8Array());

export const headSchema = z.object({
  size: z.coerce.bigint(),
  root: hash,
  /** The signed checkpoint of this size. */
  checkpoint: z.string().max(mostCheckpointBytes),
  /** How many entries a checkpoint in the bucket covers for certain: all, or those before the staged ones. */
  published: z.coerce.bigint(),
  /** Where the newest entries are staged. */
  staged: stageNameSchema,
});
export type Head = z.infer<typeof headSchema>;

export function logHead(store: Store) {
  return {
    /** @returns undefined while the log is empty */
    async read(): Promise<Head | undefined> {
      const item = await store.get('log', headKey);
      return item === undefined ? undefined : headSchema.parse(item);
    },

    /**
     * Moves the head to a larger tree. The condition includes that the bucket has all of the present one.
     *
     * @param from the head that the larger tree was made on; undefined: there is none
     * @throws StoreConflict if that is not the present head, or not all of it is published
     */
    async move(from: Head | undefined, to: Omit<Head, 'published'>): Promise<void> {
      const published = from?.size ?? 0n;
      await store.write({
        table: 'log',
        update: headKey,
        set: { ...to, root: toBase64(to.root), published },
        when:
          from === undefined
            ? absent('pk')
            : all(
                equals('size', published),
                equals('root', toBase64(from.root)),
                equals('published', published),
              ),
      });
    },

    /** Notes that the bucket has all of a head. @returns false if that is noted, or the head has moved */
    async markPublished({ size }: Head): Promise<boolean> {
      try {
        await store.write({
          table: 'log',
          update: headKey,
          set: { published: size },
          when: all(equals('size', size), less('published', size)),
        });
        return true;
      } catch (error) {
        if (!(error instanceof StoreConflict)) throw error;
        return false;
      }
    },
  };
}
