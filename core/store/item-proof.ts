import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ItemKeys } from '#core/ports.ts';
import { ForgedItem } from './forged.ts';
import { itemBytes } from './item-bytes.ts';
import type { Item } from './store.ts';
import { mayWrite, type ProvenTable } from './tables.ts';

/**
 * What makes an item believed: `by` says which function wrote it, and `mac` is HMAC-SHA256, under that function's key for
 * that table, over the table's name and every attribute of the item but `mac`. So an item is no other table's, no other
 * key's and no other function's, and none of its attributes can be changed, added or left out. An older version of the
 * item that somebody kept carries a MAC too: what must not be turned back is held by the log or by a count elsewhere.
 */
export interface ItemProofs {
  /** The item as the table holds it, written by this function. */
  prove(table: ProvenTable, item: Item): Promise<Item>;
  /** The item as it was given to `prove`. @throws ForgedItem */
  verify(table: ProvenTable, item: Item): Promise<Item>;
}

const purpose = 'writ/item/v1';

/** @param item with `by`, without `mac` */
export function itemMac(key: Uint8Array, table: ProvenTable, item: Item): Uint8Array {
  return createHmac('sha256', key)
    .update(itemBytes([purpose, table, item]))
    .digest();
}

/** @param by the function that this is: its file in functions/ */
export function itemProofs(keys: ItemKeys, by: string | ((table: ProvenTable) => string)): ItemProofs {
  async function macOf(table: ProvenTable, writer: string, item: Item): Promise<Uint8Array> {
    return itemMac(await keys.of(table, writer), table, item);
  }

  return {
    async prove(table, item) {
      const writer = typeof by === 'string' ? by : by(table);
      if (!mayWrite(table, writer)) throw new TypeError(`${writer} is no writer of the table ${table}`);
      if ('by' in item || 'mac' in item)
        throw new TypeError('an item has no attributes `by` and `mac` of its own');
      const signed = { ...item, by: writer };
      return { ...signed, mac: await macOf(table, writer, signed) };
    },

    async verify(table, item) {
      const { mac, ...signed } = item;
      const { by: writer, ...stripped } = signed;
      // Before a key is asked for: nobody makes KMS work by names that they think of.
      if (typeof writer !== 'string' || !mayWrite(table, writer) || !(mac instanceof Uint8Array))
        throw new ForgedItem(table, item);
      const expected = await macOf(table, writer, signed);
      if (mac.length !== expected.length || !timingSafeEqual(mac, expected))
        throw new ForgedItem(table, item);
      return stripped;
    },
  };
}
