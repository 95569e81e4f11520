/**
 * Every table of Writ, and what its items are found by. `lib/tables.ts` makes the tables of this list; whatever reads or
 * writes them goes through a `Store` (store.ts).
 */
type Attribute = 'string' | 'number';

export interface TableShape {
  /** The attributes that name one item. */
  key: { hash: string; range?: { name: string; type: Attribute } };
  /** Other orders in which items are listed. An index follows its table after a moment. */
  indexes?: Readonly<Record<string, { hash: string; range: string }>>;
  /** Whether DynamoDB removes an item some time after the instant in its attribute `ttl` (unix seconds). */
  expires?: true;
  /** What the table's stream shows of a change. */
  stream?: 'new' | 'new-and-old';
}

const pk = { hash: 'pk' } as const;

export const tables = {
  /** Who is enrolled, with which keys; `listed`: changes by status, and keys that were revoked. */
  registry: { key: pk, indexes: { listed: { hash: 'listed', range: 'since' } } },
  /** Calls: nonces accepted, rates, refusals counted, and which keys asked for a honeytoken. */
  calls: { key: pk, expires: true },
  /**
   * Cases and preservations. `awake` lists only those that the clock has something left to do to: millions have ended.
   * `ended` lists these by when they are to be forgotten.
   */
  cases: {
    key: pk,
    indexes: {
      byStatus: { hash: 'status', range: 'dueAt' },
      awake: { hash: 'awake', range: 'dueAt' },
      ended: { hash: 'ended', range: 'forgetAt' },
    },
    expires: true,
  },
  /** The outbox: entries, committed with the change that they record, on their way to the log. */
  entries: { key: { hash: 'stream', range: { name: 'n', type: 'number' } }, stream: 'new' },
  /** The log's head, what is staged, and where each entry is. */
  log: { key: { hash: 'pk', range: { name: 'sk', type: 'string' } }, stream: 'new-and-old' },
  /** Sealed records, epoch keys, and blind indexes. */
  vault: { key: { hash: 'pk', range: { name: 'sk', type: 'string' } }, expires: true },
  /** Which KMS keys wrap the vault. */
  vaultKeys: { key: { hash: 'pk', range: { name: 'sk', type: 'number' } } },
  /** The transparency report, apart from the log's table: the function that makes it can move no head. */
  report: { key: pk },
} as const satisfies Record<string, TableShape>;

export type TableName = keyof typeof tables;
export const tableNames = Object.keys(tables).filter(isTable);

export function isTable(name: string): name is TableName {
  return Object.hasOwn(tables, name);
}

/** The environment variable that holds a table's name: `CASES_TABLE`, `VAULT_KEYS_TABLE`. */
export function tableVariable<T extends TableName>(table: T): TableVariable<T> {
  return `${table.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}_TABLE` as TableVariable<T>;
}
export type TableVariable<T extends TableName = TableName> = T extends 'vaultKeys'
  ? 'VAULT_KEYS_TABLE'
  : `${Uppercase<T>}_TABLE`;
