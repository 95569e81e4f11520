import { createHmac } from 'node:crypto';
import { sha256 } from '#core/canonical.ts';
import type { ItemKeys } from '#core/ports.ts';
import type { StatePorts } from '#core/state/commit.ts';
import { forgeryReports } from '#core/state/forgeries.ts';
import { authenticStore, itemVerifier, type Verify } from '#core/store/authentic.ts';
import { derivedItemKeys, itemKeyMessage } from '#core/store/item-keys.ts';
import { itemMac, itemProofs } from '#core/store/item-proof.ts';
import type { Item, Store } from '#core/store/store.ts';
import { isProven, mayWrite, type ProvenTable, type TableName, tables } from '#core/store/tables.ts';
import type { MemoryWatch } from './outside.ts';
import { type MemoryStore, memoryStore } from './store.ts';

/**
 * The store in memory as it is deployed: what is read is verified, what is written proven. `items`, `force` and `remove`
 * are the view of whoever writes tables and has no key; `plant` is of whoever has the keys too.
 */
export interface AuthenticMemoryStore extends MemoryStore {
  /** Puts an item past everybody with a MAC of its own: what is above the store believes it. */
  plant(table: TableName, item: Item): void;
  /** What verifies an item that a stream brings. */
  readonly verify: Verify;
}

/** In tests one store is every function's: each table is written by the first of its writers. */
const writerOf = (table: ProvenTable): string => tables[table].believed.writers[0];

/** As KMS makes a MAC with a table's key. */
const macOf = (table: ProvenTable, message: Uint8Array) =>
  createHmac('sha256', sha256(`the key of ${table}`))
    .update(message)
    .digest();

/** The keys of items, as an instance of a function derives them. */
export function memoryItemKeys(): ItemKeys {
  return derivedItemKeys((table) => ({ mac: async (message) => macOf(table, message) }));
}

export function authenticMemoryStore(
  ports: Omit<StatePorts, 'store'> & { watch: MemoryWatch },
  plain: MemoryStore = memoryStore(),
): AuthenticMemoryStore {
  const proofs = itemProofs(memoryItemKeys(), writerOf);
  const verify = itemVerifier(proofs, (forged) => report(forged));
  const store: Store = authenticStore(plain, { prove: proofs.prove, verify });
  const report = forgeryReports({ ...ports, store, by: writerOf('entries') });
  const { changes, items, force, remove } = plain;
  return {
    ...store,
    changes,
    items,
    force,
    remove,
    verify,
    plant: (table, item) => force(table, isProven(table) ? withMac(table, item) : item),
  };
}

function withMac(table: ProvenTable, { mac: _, by, ...item }: Item): Item {
  const writer = typeof by === 'string' && mayWrite(table, by) ? by : writerOf(table);
  const signed = { ...item, by: writer };
  return { ...signed, mac: itemMac(macOf(table, itemKeyMessage(table, writer)), table, signed) };
}
