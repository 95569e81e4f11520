import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { beforeEach, test } from 'node:test';
import fc from 'fast-check';
import type { ItemKeys } from '#core/ports.ts';
import { authenticStore, itemVerifier, unlessForged } from '#core/store/authentic.ts';
import { ForgedItem } from '#core/store/forged.ts';
import { derivedItemKeys } from '#core/store/item-keys.ts';
import { itemProofs } from '#core/store/item-proof.ts';
import type { Item, Key, Store } from '#core/store/store.ts';
import { type ProvenTable, provenTables, type TableShape, tables } from '#core/store/tables.ts';
import { itemAttributes } from '../../memory/item-values.ts';
import { type MemoryStore, memoryStore } from '../../memory/store.ts';

let plain: MemoryStore;
let forged: ForgedItem[];
let asked: string[];

beforeEach(() => {
  plain = memoryStore();
  forged = [];
  asked = [];
});

const keys = (): ItemKeys =>
  derivedItemKeys((table) => ({
    mac: async (message) => {
      asked.push(table);
      return createHmac('sha256', `key of ${table}`).update(message).digest();
    },
  }));

/** The store of one function; of each table's first writer, if none is named. */
function storeOf(by?: string, under: ItemKeys = keys()): Store {
  const proofs = itemProofs(under, by ?? ((table) => tables[table].believed.writers[0]));
  const verify = itemVerifier(proofs, async (item) => {
    forged.push(item);
  });
  return authenticStore(plain, { prove: proofs.prove, verify });
}

const keyOf = (table: ProvenTable, name: string): Key => {
  const { hash, range }: TableShape['key'] = tables[table].key;
  return {
    [hash]: name,
    ...(range === undefined ? {} : { [range.name]: range.type === 'number' ? 1 : 'rec#x' }),
  };
};
const hashOf = (table: ProvenTable) => tables[table].key.hash;

/** Every way in which an item is read: each gives the item, or refuses. */
const readings = (store: Store, table: ProvenTable, key: Key): (() => Promise<unknown>)[] => {
  const query = { of: String(key[hashOf(table)]) };
  return [
    () => store.get(table, key),
    async () => (await store.getMany(table, [key]))[0],
    async () => (await Array.fromAsync(store.query(table, query)))[0],
    async () => (await store.page(table, query, { limit: 10 })).items[0],
    async () => (await Array.fromAsync(store.scan(table))).flatMap(({ items }) => items)[0],
  ];
};

async function assertRefused(store: Store, table: ProvenTable, key: Key, what: string): Promise<void> {
  for (const [i, read] of readings(store, table, key).entries()) {
    const before = forged.length;
    await assert.rejects(read(), ForgedItem, `${what}, reading ${i} of ${table}`);
    assert.ok(forged.length > before, `${what}: nobody was told`);
  }
}

const anyTable = fc.constantFrom(...provenTables);

test('I11 what a function writes is read as it was written, by every way of reading, without its proof', async () => {
  await fc.assert(
    fc.asyncProperty(anyTable, itemAttributes, fc.boolean(), async (table, attributes, many) => {
      plain = memoryStore();
      const store = storeOf();
      const key = keyOf(table, 'one');
      const put = { ...attributes, ...key };
      if (many) await store.writeMany(table, [{ put }]);
      else await store.write({ table, put });
      const [raw] = plain.items(table);
      const { by, mac, ...rest } = raw ?? {};
      assert.equal(by, tables[table].believed.writers[0]);
      assert.ok(mac instanceof Uint8Array && mac.length === 32);
      for (const read of readings(store, table, key)) assert.deepEqual(await read(), rest);
      assert.deepEqual(forged, []);
    }),
  );
});

test('I11 whatever attribute of an item is changed, added or removed, the item is refused', async () => {
  const changes = [undefined, null, '', 'x', 0, 1, true, [], {}, Uint8Array.of(0)];
  await fc.assert(
    fc.asyncProperty(anyTable, itemAttributes, async (table, attributes) => {
      plain = memoryStore();
      const store = storeOf();
      const key = keyOf(table, 'one');
      await store.write({ table, put: { ttl: 5, ...attributes, ...key } });
      const [item = {}] = plain.items(table);
      const names = [...Object.keys(item), 'more'].filter((name) => !(name in key));
      for (const name of names) {
        for (const value of [...changes, flipped(item[name])]) {
          if (isSame(item[name], value)) continue;
          const { [name]: _, ...others } = item;
          plain.force(table, value === undefined ? others : { ...item, [name]: value });
          await assert.rejects(store.get(table, key), ForgedItem, `${table}: ${name}`);
        }
      }
      plain.force(table, item);
      await store.get(table, key);
    }),
    { numRuns: 200 },
  );
});

test('I11 an item is refused under another key, in another table, and as another function’s', async () => {
  for (const table of provenTables) {
    const store = storeOf();
    const key = keyOf(table, 'one');
    await store.write({ table, put: { ...key, n2: 1 } });
    const item = { ...plain.items(table)[0] };
    for (const [name, value] of Object.entries(key)) {
      const moved = { ...key, [name]: typeof value === 'number' ? 2 : `${value}2` };
      plain.force(table, { ...item, ...moved });
      await assertRefused(store, table, moved, 'moved');
      plain.remove(table, moved);
    }
    for (const other of provenTables) {
      if (other === table) continue;
      const names = keyOf(other, 'one');
      plain.force(other, { ...item, ...names });
      await assertRefused(store, other, names, `from ${table}`);
      plain.remove(other, names);
    }
    for (const by of [...tables[table].believed.writers.slice(1), 'sequence', '', '__proto__', 7]) {
      plain.force(table, { ...item, by });
      await assertRefused(store, table, key, `as ${by}`);
    }
    plain.remove(table, key);
  }
});

test('I11 no two tables and no two functions have one key, and nothing is a proof without its key', async () => {
  const own = await Promise.all(
    provenTables.flatMap((table) => tables[table].believed.writers.map((by) => keys().of(table, by))),
  );
  assert.equal(new Set(own.map((key) => Buffer.from(key).toString('hex'))).size, own.length);
  const thief = derivedItemKeys(() => ({ mac: async () => new Uint8Array(32) }));
  await storeOf(undefined, thief).write({ table: 'cases', put: { pk: 'case#1' } });
  await assertRefused(storeOf(), 'cases', { pk: 'case#1' }, 'under another key');
});

test('I11 an item that is refused tells its table, its sort and who is said to have written it, and no more', async () => {
  const store = storeOf();
  plain.force('cases', {
    pk: 'reference#agency-1#the name of a person',
    by: 'request',
    mac: new Uint8Array(32),
  });
  plain.force('cases', { pk: 'the name of a person', by: 'the name of a person' });
  plain.force('vault', { pk: 'alice', sk: 'rec#access#2026', sealed: 'x' });
  plain.force('vault', { pk: 'lookup#49', sk: 'alice#2026-01' });
  const some = [
    ['cases', { pk: 'reference#agency-1#the name of a person' }],
    ['cases', { pk: 'the name of a person' }],
    ['vault', { pk: 'alice', sk: 'rec#access#2026' }],
    ['vault', { pk: 'lookup#49', sk: 'alice#2026-01' }],
  ] as const;
  for (const [table, key] of some) await assert.rejects(store.get(table, key), { code: 'record-unproven' });
  assert.deepEqual(
    forged.map(({ table, kind, writer, message }) => ({ table, kind, writer, message })),
    [
      { table: 'cases', kind: 'reference', writer: 'request', message: 'record-unproven' },
      { table: 'cases', kind: undefined, writer: undefined, message: 'record-unproven' },
      { table: 'vault', kind: 'rec', writer: undefined, message: 'record-unproven' },
      { table: 'vault', kind: 'lookup', writer: undefined, message: 'record-unproven' },
    ],
  );
  for (const { slot } of forged) assert.match(slot, /^[0-9a-f]{2}$/);
});

test('a list that may pass over what is not proven gives the rest; every other list fails with it', async () => {
  const store = storeOf();
  const put = (n: number): Item => ({ pk: 'p', sk: `rec#${n}`, n });
  await store.writeMany('vault', [{ put: put(1) }, { put: put(2) }, { put: put(3) }]);
  plain.force('vault', { ...put(2), by: 'seal', mac: new Uint8Array(32) });
  const numbers = (items: readonly Item[]) => items.map(({ n }) => n);
  const passing = { of: 'p', unproven: 'pass-over' } as const;
  assert.deepEqual(numbers(await Array.fromAsync(store.query('vault', passing))), [1, 3]);
  assert.deepEqual(numbers((await store.page('vault', passing, { limit: 5 })).items), [1, 3]);
  const pages = await Array.fromAsync(store.scan('vault', { unproven: 'pass-over' }));
  assert.deepEqual(numbers(pages.flatMap(({ items }) => items)), [1, 3]);
  const all = [1, 2, 3].map((n) => ({ pk: 'p', sk: `rec#${n}` }));
  assert.deepEqual(numbers(await store.getMany('vault', all, { unproven: 'pass-over' })), [1, 3]);
  assert.equal(forged.length, 4);
  await assert.rejects(Array.fromAsync(store.query('vault', { of: 'p' })), ForgedItem);
});

test('a page on which nothing is proven is not the end of the list', async () => {
  const store = storeOf();
  for (const n of [1, 2, 3, 4, 5]) plain.force('vault', { pk: 'p', sk: `rec#${n}` });
  await store.write({ table: 'vault', put: { pk: 'p', sk: 'rec#6' } });
  const { items, next } = await store.page('vault', { of: 'p', unproven: 'pass-over' }, { limit: 2 });
  assert.deepEqual(items, [{ pk: 'p', sk: 'rec#6' }]);
  assert.notEqual(next, undefined);
});

test('an item that carries a MAC is never changed in part, and never read in part but for its name', async () => {
  const store = storeOf();
  for (const table of provenTables)
    await assert.rejects(
      store.write({ table, update: keyOf(table, 'one'), set: { a: 1 } }),
      TypeError,
      table,
    );
  await store.write({ table: 'calls', update: { pk: 'rate' }, add: { n: 1 } });
  plain.force('vault', { pk: 'p', sk: 's', ttl: 1 });
  const [page] = await Array.fromAsync(store.scan('vault', { only: ['pk', 'sk'] }));
  assert.deepEqual(page?.items, [{ pk: 'p', sk: 's' }]);
  await assert.rejects(store.getMany('vault', [], { only: ['n'] }), TypeError);
  assert.deepEqual(forged, []);
});

test('no function writes a table of which it is no writer, and no item brings a proof of its own', async () => {
  const seal = storeOf('seal');
  await seal.write({ table: 'vault', put: { pk: 'p', sk: 's' } });
  await assert.rejects(seal.write({ table: 'cases', put: { pk: 'case#1' } }), TypeError);
  for (const own of [{ by: 'seal' }, { mac: new Uint8Array(32) }])
    await assert.rejects(seal.write({ table: 'vault', put: { pk: 'p', sk: 's', ...own } }), TypeError);
});

test('tables of which it is said why they are harmless hold items as they were given', async () => {
  const store = storeOf('sequence');
  await store.write({ table: 'log', put: { pk: 'head', sk: '-', size: 1 } });
  assert.deepEqual(plain.items('log'), [{ pk: 'head', sk: '-', size: 1 }]);
});

test('KMS is asked once for a table and function, however many items; and again where it failed', async () => {
  let fails = true;
  const under = derivedItemKeys((table) => ({
    mac: async (message) => {
      asked.push(table);
      if (fails) throw new Error('KMS is away');
      return createHmac('sha256', table).update(message).digest();
    },
  }));
  const store = storeOf('seal', under);
  const put = (n: number) => ({ put: { pk: 'p', sk: `rec#${n}` } });
  await assert.rejects(store.writeMany('vault', [put(1)]), /KMS is away/);
  fails = false;
  asked = [];
  await store.writeMany(
    'vault',
    Array.from({ length: 50 }, (_, n) => put(n)),
  );
  assert.equal((await Array.fromAsync(store.query('vault', { of: 'p' }))).length, 50);
  assert.deepEqual(asked, ['vault']);
  // What is forged in the name of nobody makes KMS work for nobody.
  plain.force('vault', { pk: 'p', sk: 'x', by: 'nobody', mac: new Uint8Array(32) });
  await assert.rejects(store.get('vault', { pk: 'p', sk: 'x' }), ForgedItem);
  assert.deepEqual(asked, ['vault']);
});

test('the refusal stands, even if its report fails', async () => {
  const proofs = itemProofs(keys(), 'seal');
  const verify = itemVerifier(proofs, () => Promise.reject(new Error('no alarm today')));
  const store = authenticStore(plain, { prove: proofs.prove, verify });
  plain.force('vault', { pk: 'p', sk: 's' });
  await assert.rejects(store.get('vault', { pk: 'p', sk: 's' }), ForgedItem);
});

test('what rests on a forged item is left out where others must go on, and no other failure is', async () => {
  assert.equal(await unlessForged(() => Promise.reject(new ForgedItem('cases', {}))), undefined);
  assert.equal(await unlessForged(async () => 7), 7);
  await assert.rejects(
    unlessForged(() => Promise.reject(new Error('other'))),
    /other/,
  );
});

function flipped(value: unknown): unknown {
  if (value instanceof Uint8Array) return value.map((byte, i) => (i === value.length - 1 ? byte ^ 1 : byte));
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'string') return `${value} `;
  return [value ?? null];
}

function isSame(a: unknown, b: unknown): boolean {
  try {
    assert.deepEqual(a, b);
    return true;
  } catch {
    return false;
  }
}
