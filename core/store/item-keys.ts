import { concat, utf8 } from '#core/bytes.ts';
import type { ItemKeys, Macs } from '#core/ports.ts';
import type { ProvenTable } from './tables.ts';

/**
 * The keys of item-proof.ts: each is a MAC that KMS makes with the key of a table, over the name of the function that
 * writes. An instance asks KMS for it at the first item of that function, and then no more: writing and reading cost no
 * call.
 *
 * @param macs MACs under the key of a table
 */
export function derivedItemKeys(macs: (table: ProvenTable) => Macs): ItemKeys {
  const known = new Map<string, Promise<Uint8Array>>();
  return {
    of(table, writer) {
      const name = `${table} ${writer}`;
      const key =
        known.get(name) ??
        macs(table)
          .mac(itemKeyMessage(table, writer))
          .catch((error: unknown) => {
            known.delete(name);
            throw error;
          });
      known.set(name, key);
      return key;
    },
  };
}

const separator = Uint8Array.of(0);

/** What the key of a table makes one function's key of. */
export function itemKeyMessage(table: ProvenTable, writer: string): Uint8Array {
  return concat(utf8('writ/item-key/v1'), separator, utf8(table), separator, utf8(writer));
}
