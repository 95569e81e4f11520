import { isDeepStrictEqual } from 'node:util';
import {
  type Item,
  type Key,
  type Page,
  type Query,
  type Store,
  StoreConflict,
  type Test,
  type Write,
} from '#core/store/store.ts';
import { type TableName, type TableShape, tables } from '#core/store/tables.ts';

/**
 * The store in memory: what DynamoDB does of what Writ uses of it, told by `test/integration/store.test.ts`, which asks
 * both the same. Whoever tests what happens when somebody else writes a table writes `tables` directly.
 */
export interface MemoryStore extends Store {
  /** Every item by its table, in the order of their keys. What is given out and taken in is a copy. */
  items(table: TableName): Item[];
  /** Puts an item past everybody, as somebody with rights on the table would. */
  force(table: TableName, item: Item): void;
  /** Deletes an item likewise. */
  remove(table: TableName, key: Key): void;
  /** Everything that was written, in order: what a table's stream would bring. */
  readonly changes: { table: TableName; old: Item | undefined; new: Item | undefined }[];
}

export function memoryStore(): MemoryStore {
  const held = new Map<TableName, Map<string, Item>>();
  const changes: MemoryStore['changes'] = [];
  const of = (table: TableName) => {
    const known = held.get(table) ?? new Map<string, Item>();
    held.set(table, known);
    return known;
  };
  const sorted = (table: TableName, which: (item: Item) => boolean = () => true) =>
    [...of(table).values()].filter(which).sort((a, b) => compareKeys(tables[table], a, b));
  const set = (table: TableName, name: string, item: Item | undefined) => {
    const old = of(table).get(name);
    if (item === undefined) of(table).delete(name);
    else of(table).set(name, item);
    if (old !== undefined || item !== undefined) changes.push({ table, old: copy(old), new: copy(item) });
    lists.delete(table);
  };
  /** What was listed of a table that has not changed since, in order: a long list is read a page at a time. */
  const lists = new Map<TableName, Map<string, readonly Item[]>>();
  const listed = (table: TableName, name: string, make: () => readonly Item[]) => {
    const of = lists.get(table) ?? new Map<string, readonly Item[]>();
    lists.set(table, of);
    const known = of.get(name) ?? make();
    of.set(name, known);
    return known;
  };

  function* matching(table: TableName, query: Query): Generator<Item> {
    // DynamoDB refuses it too.
    if (query.from !== undefined && query.to !== undefined && compare(query.from, query.to) > 0)
      throw new RangeError('an upper bound below the lower one');
    const shape: TableShape = tables[table];
    const index = query.index === undefined ? undefined : shape.indexes?.[query.index];
    if (query.index !== undefined && index === undefined) throw new RangeError('the table has no such index');
    const { hash, range = '' } = index ?? { hash: shape.key.hash, range: shape.key.range?.name };
    const inOrder = listed(table, JSON.stringify([query.index, query.of]), () => {
      const found = sorted(
        table,
        (item) => item[hash] === query.of && (index === undefined || item[range] !== undefined),
      );
      return index === undefined ? found : found.sort((a, b) => compare(a[range], b[range]));
    });
    for (const item of query.backwards ? inOrder.toReversed() : inOrder) {
      const at = item[range];
      if (query.prefix !== undefined && !(typeof at === 'string' && at.startsWith(query.prefix))) continue;
      if (query.from !== undefined && compare(at, query.from) < 0) continue;
      if (query.to !== undefined && compare(at, query.to) > 0) continue;
      if (query.below !== undefined && compare(at, query.below) >= 0) continue;
      yield item;
    }
  }

  return {
    changes,
    items: (table) => sorted(table).map(copy),
    force: (table, item) => set(table, nameOf(tables[table], item), copy(item)),
    remove: (table, key) => set(table, nameOf(tables[table], key), undefined),

    get: async (table, key) => copy(of(table).get(nameOf(tables[table], key))),

    async getMany(table, keys, { only } = {}) {
      const found = keys.flatMap((key): Item[] => {
        const item = of(table).get(nameOf(tables[table], key));
        return item === undefined ? [] : [item];
      });
      return found.map((item) => projected(copy(item), only));
    },

    async *query(table, query) {
      for (const item of [...matching(table, query)]) {
        if (query.where === undefined || holds(query.where, item)) yield copy(item);
      }
    },

    async page(table, query, { limit, from }): Promise<Page> {
      const listed = [...matching(table, query)];
      // Behind the place, whether or not its item is still in the list.
      const shape: TableShape = tables[table];
      const listedBy =
        query.index === undefined ? shape.key.range?.name : shape.indexes?.[query.index]?.range;
      const isBehind = (item: Item, place: Key) =>
        ((listedBy === undefined ? 0 : compare(item[listedBy], place[listedBy])) ||
          compareKeys(shape, item, place)) *
          (query.backwards ? -1 : 1) >
        0;
      const some = listed.filter((item) => from === undefined || isBehind(item, from)).slice(0, limit);
      const last = some.at(-1);
      const items = some.filter((item) => query.where === undefined || holds(query.where, item)).map(copy);
      return {
        items,
        next: last !== undefined && some.length === limit ? positionOf(table, query, last) : undefined,
      };
    },

    async *scan(table, { where, only, from } = {}) {
      const listed = sorted(table);
      const start =
        from === undefined
          ? 0
          : 1 + listed.findIndex((item) => nameOf(tables[table], item) === nameOf(tables[table], from));
      const items = listed.slice(start).filter((item) => where === undefined || holds(where, item));
      yield { items: items.map((item) => projected(copy(item), only)), next: undefined };
    },

    async write(...writes) {
      checkDistinct(writes);
      const before = writes.map((write) => of(write.table).get(nameOf(tables[write.table], keyOf(write))));
      const failed = writes.flatMap(({ when }, i) =>
        when === undefined || holds(when, before[i] ?? {}) ? [] : [i],
      );
      if (failed.length > 0) throw new StoreConflict(failed);
      for (const [i, write] of writes.entries()) {
        const name = nameOf(tables[write.table], keyOf(write));
        set(write.table, name, after(write, before[i]));
      }
    },

    async writeMany(table, writes) {
      for (const write of writes) {
        const key = 'put' in write ? write.put : write.delete;
        set(table, nameOf(tables[table], key), 'put' in write ? stored(write.put) : undefined);
      }
    },
  };
}

function after(write: Write, before: Item | undefined): Item | undefined {
  if ('put' in write) return stored(write.put);
  if ('delete' in write) return undefined;
  const next: Item = { ...copy(before), ...write.update, ...stored(write.set ?? {}) };
  for (const [name, n] of Object.entries(write.add ?? {})) next[name] = Number(next[name] ?? 0) + n;
  return next;
}

/** As DynamoDB's document client stores it: what is undefined is left out, a large number is a number. */
function stored(item: Item): Item {
  const value = plain(item);
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, part]) => (part === undefined ? [] : [[name, plain(part)]])),
  );
}

/** `structuredClone`, for what an item holds, in a tenth of its time. */
function copy<T>(value: T): T;
function copy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  if (Array.isArray(value)) return value.map(copy);
  const result: Record<string, unknown> = {};
  for (const name in value) result[name] = copy(Reflect.get(value, name));
  return result;
}

function projected(item: Item, only: readonly string[] | undefined): Item {
  return only === undefined
    ? item
    : Object.fromEntries(only.flatMap((name) => (name in item ? [[name, item[name]]] : [])));
}

function keyOf(write: Write): Item {
  if ('put' in write) return write.put;
  return 'update' in write ? write.update : write.delete;
}

function nameOf({ key: { hash, range } }: TableShape, item: Item): string {
  const parts = [item[hash], ...(range === undefined ? [] : [item[range.name]])];
  if (parts.some((part) => part === undefined || part === '')) throw new Error('an item lacks its key');
  return JSON.stringify(parts);
}

/** Where a page ended: the item's key, and what it is listed by. */
function positionOf(table: TableName, { index }: Query, item: Item): Key {
  const shape: TableShape = tables[table];
  const listed = index === undefined ? undefined : shape.indexes?.[index];
  const names = [shape.key.hash, shape.key.range?.name, listed?.hash, listed?.range];
  const entries = names.flatMap((name) => (name === undefined ? [] : [[name, item[name]] as const]));
  return Object.fromEntries(
    entries.map(([name, value]) => [name, typeof value === 'number' ? value : String(value)]),
  );
}

function checkDistinct(writes: readonly Write[]): void {
  if (writes.length > 100) throw new RangeError('a transaction has at most 100 items');
  const names = writes.map((write) => `${write.table} ${nameOf(tables[write.table], keyOf(write))}`);
  if (new Set(names).size < names.length) throw new RangeError('a transaction writes an item once');
}

function compareKeys(shape: TableShape, a: Item, b: Item): number {
  const { hash, range } = shape.key;
  return compare(a[hash], b[hash]) || (range === undefined ? 0 : compare(a[range.name], b[range.name]));
}

/** Numbers by size, texts by their UTF-8 bytes. */
function compare(a: unknown, b: unknown): number {
  if (typeof a !== 'string' || typeof b !== 'string') return Number(a) - Number(b);
  if (a === b) return 0;
  // Without surrogates it is the order of the units of a text, in a tenth of the time.
  if (surrogates.test(a) || surrogates.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
}

const surrogates = /[\ud800-\udfff]/;

function at(item: Item, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, name) => (typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined),
      item,
    );
}

function holds(test: Test, item: Item): boolean {
  switch (test.test) {
    case 'absent':
      return at(item, test.at) === undefined;
    case 'present':
      return at(item, test.at) !== undefined;
    case 'equals':
      return isDeepStrictEqual(at(item, test.at), plain(test.value));
    case 'less':
      return ordered(at(item, test.at), test.value, (order) => order < 0);
    case 'at-most':
      return ordered(at(item, test.at), test.value, (order) => order <= 0);
    case 'begins': {
      const value = at(item, test.at);
      return typeof value === 'string' && value.startsWith(test.value);
    }
    case 'all':
      return test.of.every((part) => holds(part, item));
    case 'any':
      return test.of.some((part) => holds(part, item));
  }
}

function ordered(value: unknown, limit: unknown, is: (order: number) => boolean): boolean {
  const text = typeof value === 'string' && typeof limit === 'string';
  const isNumber = (one: unknown) => typeof one === 'number' || typeof one === 'bigint';
  return (text || (isNumber(value) && isNumber(limit))) && is(compare(value, limit));
}
