import fc from 'fast-check';
import {
  absent,
  all,
  any,
  atMost,
  begins,
  equals,
  type Item,
  type Key,
  less,
  never,
  present,
  type Query,
  type Store,
  StoreConflict,
  type Test,
  type Write,
} from '#core/store/store.ts';
import { type KeyAttribute, tables } from '#core/store/tables.ts';

/**
 * Scripts of reads and writes that any store must answer alike. They use three tables of different shapes: one with a
 * hash alone and two indexes, one whose range is a number, one whose range is a text.
 */
export const scriptTables = ['cases', 'entries', 'vault'] as const;
export type ScriptTable = (typeof scriptTables)[number];

/** The attributes that name an item of a table. */
export function namesIn(table: ScriptTable): KeyAttribute[] {
  const shape = tables[table].key;
  return 'range' in shape ? [shape.hash, shape.range.name] : [shape.hash];
}

/** What a store is asked, and what it answers, in a form that two stores can be compared by. */
export interface Step {
  says: string;
  ask(store: Store): Promise<unknown>;
}

/** Texts whose order by UTF-8 bytes is another than by UTF-16 units, and prefixes of others. */
const text = fc.constantFrom('a', 'ab', 'b', 'é', '\uffee', '\u{10000}', 'a#1', 'a#10');
const number = fc.constantFrom(-1, 0, 1, 2, 10, 2 ** 40);
const value = fc.oneof(
  text,
  number,
  fc.constantFrom(true, false, ''),
  fc.constantFrom(7n, 2n ** 60n),
  fc.uint8Array({ minLength: 1, maxLength: 3 }),
  fc.record({ n: fc.constantFrom(0, 1, 2), hash: text }),
  fc.array(text, { maxLength: 2 }),
);
/** Attributes keep to one sort of value, as those of Writ do, but `any`. */
const attributes = fc.record(
  {
    version: number,
    n2: number,
    t: text,
    any: value,
    left: fc.constant(undefined),
    entries: fc.record({ n: fc.constantFrom(0, 1, 2), hash: text }),
    status: fc.constantFrom('open', 'shut'),
    awake: fc.constantFrom('yes'),
    dueAt: fc.constantFrom('2026-01', '2026-02', '2026-03', '2026-04'),
  },
  { requiredKeys: [] },
);

const simpleTest: fc.Arbitrary<Test> = fc.oneof(
  fc.constantFrom('version', 't', 'entries.n', 'pk', 'none').map(absent),
  fc.constantFrom('version', 't', 'entries.n', 'any').map(present),
  number.map((n) => equals('version', n)),
  fc.constantFrom(0, 1, 2).map((n) => equals('entries.n', n)),
  value.map((other) => equals('any', other)),
  number.map((n) => less('version', n)),
  text.map((other) => less('t', other)),
  // Of another type than the attribute, and of a large number. (The emulator takes `begins` of texts alone.)
  text.map((other) => less('version', other)),
  fc.constant(atMost('version', 2n ** 41n)),
  text.map((other) => atMost('t', other)),
  text.map((other) => begins('t', other)),
  fc.constant(never),
  fc.constant(all()),
);
const test: fc.Arbitrary<Test> = fc.oneof(
  { weight: 3, arbitrary: simpleTest },
  { weight: 1, arbitrary: fc.array(simpleTest, { minLength: 1, maxLength: 3 }).map((of) => all(...of)) },
  { weight: 1, arbitrary: fc.array(simpleTest, { minLength: 1, maxLength: 3 }).map((of) => any(...of)) },
);

/** @param run what the hashes of one run begin with, so that runs do not meet */
export function scripts(run: string): fc.Arbitrary<Step[]> {
  const hash = fc.constantFrom('1', '2').map((name) => `${run}#${name}`);
  const keys: Record<ScriptTable, fc.Arbitrary<Key>> = {
    cases: fc.constantFrom('1', '2', '3', '4', '5').map((name) => ({ pk: `${run}#${name}` })),
    entries: fc.record({ stream: hash, n: fc.constantFrom(1, 2, 10) }),
    vault: fc.record({ pk: hash, sk: text }),
  };
  const table = fc.constantFrom(...scriptTables);
  const inTable = <T>(make: (table: ScriptTable, key: fc.Arbitrary<Key>) => fc.Arbitrary<T>) =>
    table.chain((name) => make(name, keys[name]));
  const write = inTable((name, key) =>
    fc.oneof(
      fc
        .record({ key, item: attributes, when: fc.option(test, { nil: undefined }) })
        .map(({ item, when, ...of }): Write => ({ table: name, put: { ...item, ...of.key }, when })),
      fc
        .record({ key, when: fc.option(test, { nil: undefined }) })
        .map(({ when, ...of }): Write => ({ table: name, delete: of.key, when })),
      fc
        .record({
          key,
          set: attributes,
          add: fc.option(fc.constant({ count: 1, other: 2 }), { nil: undefined }),
          when: fc.option(test, { nil: undefined }),
        })
        // DynamoDB takes no update of nothing.
        .map(({ set: { left: _, ...set }, add, when, ...of }): Write => {
          const some = Object.keys(set).length === 0 ? { version: 1 } : set;
          return { table: name, update: of.key, set: some, add, when };
        }),
    ),
  );
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc
        .uniqueArray(write, { selector: nameOf, minLength: 1, maxLength: 4 })
        .map((writes) => stepOf('write', writes, (store) => store.write(...writes))),
    },
    {
      weight: 1,
      arbitrary: inTable((name, key) =>
        fc
          .uniqueArray(fc.record({ key, item: attributes }), {
            selector: (one) => JSON.stringify(one.key),
            maxLength: 4,
          })
          .map((some) => {
            const puts = some.map(({ item, ...of }, i) =>
              i % 3 === 2 ? { delete: of.key } : { put: { ...item, ...of.key } },
            );
            return stepOf('writeMany', puts, (store) => store.writeMany(name, puts));
          }),
      ),
    },
    {
      weight: 2,
      arbitrary: inTable((name, key) =>
        key.map((of) => stepOf('get', [name, of], (store) => store.get(name, of))),
      ),
    },
    {
      weight: 1,
      arbitrary: inTable((name, key) =>
        fc
          .uniqueArray(key, { selector: (one) => JSON.stringify(one), maxLength: 4 })
          .chain((some) =>
            fc
              .option(fc.constant(namesIn(name)), { nil: undefined })
              .map((only) =>
                stepOf('getMany', [name, some, only], async (store) =>
                  sorted(await store.getMany(name, some, { only })),
                ),
              ),
          ),
      ),
    },
    { weight: 3, arbitrary: fc.tuple(ranges(hash), fc.option(test, { nil: undefined })).map(queryStep) },
    { weight: 2, arbitrary: fc.tuple(ranges(hash), fc.integer({ min: 1, max: 3 })).map(pageStep) },
    {
      weight: 1,
      arbitrary: fc.tuple(table, fc.option(test, { nil: undefined })).map(([name, where]) => {
        const own = begins(name === 'entries' ? 'stream' : 'pk', `${run}#`);
        return stepOf('scan', [name, where], async (store) => {
          const items: Item[] = [];
          for await (const page of store.scan(name, { where: where === undefined ? own : all(own, where) }))
            items.push(...page.items);
          return sorted(items);
        });
      }),
    },
  );
  return fc.array(step, { minLength: 4, maxLength: 25 });
}

interface Listing {
  table: ScriptTable;
  query: Query;
}

function ranges(hash: fc.Arbitrary<string>): fc.Arbitrary<Listing> {
  const two = fc.tuple(text, text).map((pair) => pair.sort(byBytes));
  const bounds = fc.oneof(
    fc.constant({}),
    text.map((from) => ({ from })),
    text.map((to) => ({ to })),
    text.map((below) => ({ below })),
    text.map((prefix) => ({ prefix })),
    two.map(([from = '', to = '']) => ({ from, to })),
  );
  return fc.oneof(
    fc.tuple(hash, bounds).map(([of, some]): Listing => ({ table: 'vault', query: { of, ...some } })),
    hash.map((of): Listing => ({ table: 'entries', query: { of } })),
    hash.map((of): Listing => ({ table: 'cases', query: { of } })),
  );
}

function queryStep([{ table, query }, where]: [Listing, Test | undefined]): Step {
  const asked = { ...query, where };
  return stepOf('query', [table, asked], (store) => Array.fromAsync(store.query(table, asked)));
}

/** All pages, each with whether another one may follow. */
function pageStep([{ table, query }, limit]: [Listing, number]): Step {
  return stepOf('page', [table, query, limit], async (store) => {
    const items: Item[] = [];
    let from: Key | undefined;
    do {
      const page = await store.page(table, query, { limit, from });
      items.push(...page.items);
      from = page.next;
    } while (from !== undefined);
    return items;
  });
}

/** What a list by an index gives: items with one instant have no order of their own. */
export async function listedBy(
  store: Store,
  index: 'byStatus' | 'awake',
  of: string,
  own: string,
): Promise<{ items: Item[]; inOrder: boolean }> {
  const items = await Array.fromAsync(store.query('cases', { index, of, where: present('dueAt') }));
  const mine = items.filter(({ pk }) => String(pk).startsWith(own));
  const dates = mine.map(({ dueAt }) => String(dueAt));
  return { items: sorted(mine), inOrder: dates.every((date, i) => i === 0 || (dates[i - 1] ?? '') <= date) };
}

function stepOf(name: string, args: unknown, ask: (store: Store) => Promise<unknown>): Step {
  const says = `${name} ${JSON.stringify(args, (_, part) => (typeof part === 'bigint' ? `${part}n` : part))}`;
  return {
    says,
    async ask(store) {
      try {
        return (await ask(store)) ?? 'nothing';
      } catch (error) {
        // Whose condition failed is part of the answer.
        if (error instanceof StoreConflict) return { conflict: error.failed };
        throw error;
      }
    },
  };
}

const keyOf = (write: Write): Item =>
  'put' in write ? write.put : 'update' in write ? write.update : write.delete;

function nameOf(write: Write): string {
  const { pk, sk, stream, n } = keyOf(write);
  return JSON.stringify([write.table, pk, sk, stream, n]);
}

function sorted(items: Item[]): Item[] {
  const named = items.map((item) => [JSON.stringify(keysFirst(item)), item] as const);
  return named.sort(([a], [b]) => byBytes(a, b)).map(([, item]) => item);
}

const keysFirst = ({ pk, sk, stream, n, t, entries }: Item) => [pk, sk, stream, n, t, entries];

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
