import { toHex } from '#core/bytes.ts';
import { sha256 } from '#core/canonical.ts';
import { streamNames } from '#core/log/kinds.ts';
import { itemBytes } from './item-bytes.ts';
import type { Item } from './store.ts';
import { mayWrite, type ProvenTable, type TableShape, tables } from './tables.ts';

/**
 * An item that does not carry the MAC of a function that may write it: somebody changed the table past Writ. It says of
 * the item what holds nothing of a person (I1).
 */
export class ForgedItem extends Error {
  override name = 'ForgedItem';
  readonly code = 'record-unproven' as const;
  readonly table: ProvenTable;
  /** Of which sort it is, if its key says one that there is. */
  readonly kind: string | undefined;
  /** Which function it says that it was written by, if that function may write this table. */
  readonly writer: string | undefined;
  /** One of 256, by its key: the same item, the same slot. */
  readonly slot: string;

  constructor(table: ProvenTable, item: Item) {
    super('record-unproven');
    const key = keyOf(table, item);
    this.table = table;
    this.kind = itemKinds[table].find((kind) => key.some((part) => part === kind || startsWith(part, kind)));
    this.writer = typeof item.by === 'string' && mayWrite(table, item.by) ? item.by : undefined;
    this.slot = toHex(sha256(itemBytes(key))).slice(0, 2);
  }
}

/** How keys of each table begin. A key is a person's, or a text of an agency's, from there on. */
const itemKinds: Readonly<Record<ProvenTable, readonly string[]>> = {
  registry: ['key', 'agency', 'holder', 'change', 'desk', 'emergencies', 'deployment'],
  cases: ['case', 'reference', 'preservation', 'preservation-reference', 'keeping'],
  entries: Object.values(streamNames).map((name) => name.replace(/\/.*/, '')),
  vault: ['lookup', 'head', 'key', 'kept', 'held', 'rec', 'phone', 'username'],
  vaultKeys: ['access', 'phone', 'preserved', 'sweep'],
  report: ['transparency'],
};

function startsWith(part: unknown, kind: string): boolean {
  return typeof part === 'string' && (part.startsWith(`${kind}#`) || part.startsWith(`${kind}/`));
}

function keyOf(table: ProvenTable, item: Item): unknown[] {
  const { hash, range }: TableShape['key'] = tables[table].key;
  return [item[hash], range === undefined ? null : item[range.name]].map((part) =>
    typeof part === 'string' || typeof part === 'number' ? part : null,
  );
}
