import { ForgedItem } from './forged.ts';
import type { ItemProofs } from './item-proof.ts';
import type { Item, Page, Store, Unproven, Write } from './store.ts';
import { isProven, type ProvenTable, type TableName, type TableShape, tables } from './tables.ts';

/** What verifies an item. @throws ForgedItem once it has been reported */
export type Verify = (table: ProvenTable, item: Item) => Promise<Item>;

/**
 * @param onForged told of each item that does not verify, before anybody else learns of it. What it throws is swallowed:
 *   the refusal stands.
 */
export function itemVerifier(
  proofs: Pick<ItemProofs, 'verify'>,
  onForged: (forged: ForgedItem) => Promise<void>,
): Verify {
  return async (table, item) => {
    try {
      return await proofs.verify(table, item);
    } catch (error) {
      if (error instanceof ForgedItem) await onForged(error).catch(() => undefined);
      throw error;
    }
  };
}

/**
 * A store whose items are believed (I11): what goes into a proven table is proven on the way, and what comes out is
 * verified. Whatever is above this sees items without their proof.
 */
export function authenticStore(
  store: Store,
  { prove, verify }: { prove: ItemProofs['prove']; verify: Verify },
): Store {
  /** @returns undefined if the item is passed over */
  async function verified(table: TableName, item: Item, unproven?: Unproven): Promise<Item | undefined> {
    if (!isProven(table)) return item;
    return unproven === 'pass-over' ? unlessForged(() => verify(table, item)) : verify(table, item);
  }

  async function allVerified(table: TableName, items: readonly Item[], unproven?: Unproven): Promise<Item[]> {
    const found = await Promise.all(items.map((item) => verified(table, item, unproven)));
    return found.filter((item) => item !== undefined);
  }

  const proven = async (table: TableName, item: Item) => (isProven(table) ? prove(table, item) : item);

  async function provenWrite(write: Write): Promise<Write> {
    if (!isProven(write.table) || 'delete' in write) return write;
    if ('update' in write)
      throw new TypeError(
        'an item that carries a MAC is written whole: read it, change it, put it on a condition',
      );
    return { ...write, put: await proven(write.table, write.put) };
  }

  return {
    async get(table, key) {
      const item = await store.get(table, key);
      return item === undefined ? undefined : verified(table, item);
    },

    async getMany(table, keys, options = {}) {
      const items = await store.getMany(table, keys, options);
      return isPart(table, options.only) ? items : allVerified(table, items, options.unproven);
    },

    async *query(table, query) {
      for await (const item of store.query(table, query)) {
        const found = await verified(table, item, query.unproven);
        if (found !== undefined) yield found;
      }
    },

    async page(table, query, { limit, from: begin }): Promise<Page> {
      let from = begin;
      for (;;) {
        const { items, next } = await store.page(table, query, { limit, from });
        const proven = await allVerified(table, items, query.unproven);
        // A page on which nothing is proven must not look like the list's end.
        if (proven.length > 0 || items.length === 0 || next === undefined) return { items: proven, next };
        from = next;
      }
    },

    async *scan(table, options = {}) {
      for await (const { items, next } of store.scan(table, options)) {
        const isOfKeys = isPart(table, options.only);
        yield { items: isOfKeys ? items : await allVerified(table, items, options.unproven), next };
      }
    },

    async write(...writes) {
      await store.write(...(await Promise.all(writes.map(provenWrite))));
    },

    async writeMany(table, writes) {
      await store.writeMany(
        table,
        await Promise.all(
          writes.map(async (write) => ('put' in write ? { put: await proven(table, write.put) } : write)),
        ),
      );
    },
  };
}

/** Whether only names of items are read. @throws TypeError if more is read of an item than its name, and less than all */
function isPart(table: TableName, only: readonly string[] | undefined): boolean {
  if (only === undefined || !isProven(table)) return false;
  const { hash, range }: TableShape['key'] = tables[table].key;
  if (only.some((name) => name !== hash && name !== range?.name))
    throw new TypeError('a part of an item cannot be verified');
  return true;
}

/** What `act` gives; undefined where it rests on an item that is not believed, so that others are not held up. */
export async function unlessForged<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof ForgedItem) return undefined;
    throw error;
  }
}
