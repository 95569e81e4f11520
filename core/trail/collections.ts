import type { Entry } from '#core/log/entry.ts';

/** What the log says of one page of a collection. */
export interface Collection {
  case: string;
  collection: number;
  page: number;
  /** When it was announced; if the log has only the answer, when that was. */
  at: string;
  announced: boolean;
  /** When it was answered or given up, or another intent of its case took its place. */
  endedAt?: string | undefined;
  /** How many keys KMS unwrapped for it, as its answer says; 0 without one. */
  drawers: number;
}

/**
 * The collections that entries tell of, in the order in which they were announced.
 *
 * @param entries in the order of the log
 */
export async function collectionsOf(entries: AsyncIterable<Entry> | Iterable<Entry>): Promise<Collection[]> {
  const all: Collection[] = [];
  /** Of each case, the intent that is still without an answer. */
  const open = new Map<string, Collection>();
  for await (const { kind, stream, at, data } of entries) {
    if (!stream.startsWith('case/')) continue;
    const id = stream.slice('case/'.length);
    const before = open.get(id);
    if (kind === 'collection.intended') {
      if (before !== undefined) before.endedAt = at;
      const { collection, page } = data;
      const announced = { case: id, collection, page, at, announced: true, drawers: 0 };
      open.set(id, announced);
      all.push(announced);
    } else if (kind === 'collection.completed' || kind === 'collection.failed') {
      const { collection, page, drawers } = data;
      if (before?.collection === collection && before.page === page) {
        before.endedAt = at;
        before.drawers = drawers;
        open.delete(id);
      } else {
        all.push({ case: id, collection, page, at, announced: false, endedAt: at, drawers });
      }
    }
  }
  return all;
}
