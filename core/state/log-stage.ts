import { z } from 'zod';
import { decodeBundle, encodeBundle } from '#core/log/tiles.ts';
import { inParallel } from '#core/parallel.ts';
import type { Store } from '#core/store/store.ts';

/**
 * The stage: entries on their way into the log. They lie in the log's table from before a head names them until the
 * bucket has them. Each stage is named first of all by the size of the tree that it is to go behind (`removeBelow`).
 *
 *   stage   <size, 20 digits>#<id>#<part, 6 digits>   entries, as a bundle
 */
const STAGE = 'stage';
// A head outlives a deployment: a newer version must still find what an older one staged.
const behind = (size: bigint) => size.toString().padStart(20, '0');
const partKey = (id: string, part: number) => ({ pk: STAGE, sk: `${id}#${String(part).padStart(6, '0')}` });

/** An item of a table holds 400 KB. */
export const partBytes = 300_000;
/** Calls to the store at once. */
const atOnce = 8;

/** Where entries are staged, and in how many parts. */
export const stageNameSchema = z.object({ id: z.string().max(64), parts: z.int().positive() });
export type StageName = z.infer<typeof stageNameSchema>;

export interface Stage {
  name: StageName;
  parts: Uint8Array[][];
}

/**
 * Entries that are to go behind a tree of some size. Nothing is written yet.
 *
 * @param id that of no other stage
 */
export function stageOf(size: bigint, entries: readonly Uint8Array[], id: string): Stage {
  const parts = inParts(entries);
  return { name: { id: `${behind(size)}#${id}`, parts: parts.length }, parts };
}

/** Entries in parts that an item holds. */
function inParts(entries: readonly Uint8Array[]): Uint8Array[][] {
  const parts: Uint8Array[][] = [[]];
  let bytes = 0;
  for (const entry of entries) {
    bytes += entry.length + 2;
    if (bytes > partBytes) {
      parts.push([]);
      bytes = entry.length + 2;
    }
    parts.at(-1)?.push(entry);
  }
  return parts;
}

const partSchema = z.object({ width: z.int().positive(), entries: z.instanceof(Uint8Array) });
const keySchema = z.object({ pk: z.string(), sk: z.string() });

export function logStage(store: Store) {
  const remove = (keys: readonly z.infer<typeof keySchema>[]) =>
    store.writeMany(
      'log',
      keys.map((key) => ({ delete: key })),
    );
  return {
    async put({ name: { id }, parts }: Stage): Promise<void> {
      await inParallel([...parts.entries()], atOnce, ([part, some]) =>
        store.write({
          table: 'log',
          put: { ...partKey(id, part), width: some.length, entries: encodeBundle(some) },
        }),
      );
    },

    /** Staged entries in their order; undefined unless all parts are there. */
    async read({ id, parts }: StageName): Promise<Uint8Array[] | undefined> {
      const items = await Array.fromAsync(store.query('log', { of: STAGE, prefix: `${id}#` }));
      return items.length === parts
        ? items.flatMap((item) => {
            const { width, entries } = partSchema.parse(item);
            return decodeBundle(entries, { width });
          })
        : undefined;
    },

    /** Removes a stage that no head names. */
    remove: ({ id, parts }: StageName) =>
      remove(Array.from({ length: parts }, (_, part) => partKey(id, part))),

    /**
     * Removes every stage behind a smaller tree than one that is in the bucket: the stage of that tree's own newest
     * entries, and those of sequencers that ended before they moved the head. No head can come to name them: a head
     * only grows.
     */
    async removeBelow(size: bigint): Promise<void> {
      const items = await Array.fromAsync(store.query('log', { of: STAGE, below: behind(size) }));
      await remove(items.map((item) => keySchema.parse(item)));
    },
  };
}
