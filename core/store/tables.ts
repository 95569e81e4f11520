/**
 * Every table of Writ, and what its items are found by. `lib/tables.ts` makes the tables of this list; whatever reads or
 * writes them goes through a `Store` (store.ts).
 */
type Attribute = 'string' | 'number';

/**
 * Why what a table holds is believed, whoever can write the table (I11). `mac`: every item says which function wrote it,
 * and carries that function's MAC (authentic.ts); no other function writes it, and none updates a part of an item.
 * `harmless`: what somebody could write there, delete or put back changes nothing that leaves; this says why.
 */
export type Believed =
  | { readonly proof: 'mac'; readonly writers: readonly string[] }
  | { readonly harmless: string };

export interface TableShape {
  /** The attributes that name one item. */
  key: { hash: string; range?: { name: string; type: Attribute } };
  /** Other orders in which items are listed. An index follows its table after a moment. */
  indexes?: Readonly<Record<string, { hash: string; range: string }>>;
  /** Whether DynamoDB removes an item some time after the instant in its attribute `ttl` (unix seconds). */
  expires?: true;
  /** What the table's stream shows of a change. */
  stream?: 'new' | 'new-and-old';
  believed: Believed;
}

const pk = { hash: 'pk' } as const;

const caseWriters = [
  'request',
  'review',
  'collect',
  'authorise',
  'expire',
  'preserve',
  'forget',
  'notice',
  'registry',
] as const;

export const tables = {
  /** Who is enrolled, with which keys; `listed`: changes by status, and keys that were revoked. */
  registry: {
    key: pk,
    indexes: { listed: { hash: 'listed', range: 'since' } },
    believed: { proof: 'mac', writers: ['registry', 'found', 'operate', 'expire', 'deployed', 'heed'] },
  },
  /** Calls: nonces accepted, rates, refusals counted, and which keys asked for a honeytoken. */
  calls: {
    key: pk,
    expires: true,
    believed: {
      harmless:
        'A nonce that is deleted lets a message be accepted twice in its window of 300 s: the same person asks the ' +
        'same thing, acts are decided on what is proven of the case, and a collection goes to the same recipient and ' +
        'counts. A rate that is turned back lets an enrolled agency ask more often, and two reviewers decide on each ' +
        'request; one that is turned up refuses. Counts of refusals tell of strangers and decide nothing. A catch ' +
        'that is deleted leaves the key of who asked for a honeytoken, whose request was refused, until somebody ' +
        'reads the alarm and the entry; one that is made up has a key revoked, which is an entry.',
    },
  },
  /**
   * Cases and preservations. `awake` lists only those that the clock has something left to do to: millions have ended.
   * `ended` lists these by when they are to be forgotten, `byAgency` each agency's own by when they were received.
   */
  cases: {
    key: pk,
    indexes: {
      byStatus: { hash: 'status', range: 'dueAt' },
      awake: { hash: 'awake', range: 'dueAt' },
      ended: { hash: 'ended', range: 'forgetAt' },
      byAgency: { hash: 'agency', range: 'receivedAt' },
    },
    expires: true,
    believed: {
      proof: 'mac',
      writers: caseWriters,
    },
  },
  /** The outbox: entries, committed with the change that they record, on their way to the log. `written`: by when. */
  entries: {
    key: { hash: 'stream', range: { name: 'n', type: 'number' } },
    indexes: { written: { hash: 'written', range: 'stream' } },
    stream: 'new',
    believed: {
      proof: 'mac',
      // Whoever writes a case commits the entry that says so.
      writers: [...caseWriters, 'prepare', 'found', 'operate', 'reconcile', 'deployed', 'heed'],
    },
  },
  /** The log's head, what is staged, and how far the outbox was looked through. */
  log: {
    key: { hash: 'pk', range: { name: 'sk', type: 'string' } },
    stream: 'new-and-old',
    believed: {
      harmless:
        'What is in the log is proven by the bucket, which Object Lock keeps, and by the signature of its checkpoint. ' +
        'A head or stage that is changed or put back stops the sequencer, which signs no tree that the checkpoint in ' +
        'the bucket is not a beginning of, and with the log down nothing is disclosed (I4).',
    },
  },
  /** Sealed records, epoch keys, and blind indexes. */
  vault: {
    key: { hash: 'pk', range: { name: 'sk', type: 'string' } },
    expires: true,
    believed: { proof: 'mac', writers: ['seal', 'preserve', 'forget'] },
  },
  /** Which KMS keys wrap the vault. */
  vaultKeys: {
    key: { hash: 'pk', range: { name: 'sk', type: 'number' } },
    believed: { proof: 'mac', writers: ['prepare', 'forget'] },
  },
  /** What the codes in letters to persons open, by the tags of the codes (state/notice-files.ts). */
  notices: {
    key: pk,
    believed: {
      harmless:
        'Each item is sealed with a key that only its code yields, and the log commits to what it says: one that is ' +
        'changed, exchanged or made up does not open. One that is deleted or put back is not there, or says what an ' +
        'entry before said; the messenger can have it made again. Nothing is decided by it.',
    },
  },
  /** Agency keys that were revoked for misuse, numbered, for other providers. */
  revocations: {
    key: { hash: 'pk', range: { name: 'n', type: 'number' } },
    believed: {
      harmless:
        'An item is published only with the entry of the log that has its number and its digest. Where an item is ' +
        'changed, missing or too many, no page of the feed is served and an alarm says so: somebody can silence the ' +
        'feed, as everybody sees, and can put no key into it.',
    },
  },
  /** The transparency report, apart from the log's table: the function that makes it can move no head. */
  report: { key: pk, believed: { proof: 'mac', writers: ['report'] } },
} as const satisfies Record<string, TableShape>;

export type TableName = keyof typeof tables;
export const tableNames = Object.keys(tables).filter(isTable);

export function isTable(name: string): name is TableName {
  return Object.hasOwn(tables, name);
}

/** An index of some table. */
export type IndexName = {
  [T in TableName]: (typeof tables)[T] extends { indexes: infer I } ? keyof I & string : never;
}[TableName];

/** The tables whose items carry a MAC. */
export type ProvenTable = {
  [T in TableName]: (typeof tables)[T]['believed'] extends { proof: 'mac' } ? T : never;
}[TableName];
export const provenTables = tableNames.filter(isProven);

export function isProven(table: TableName): table is ProvenTable {
  return 'proof' in tables[table].believed;
}

/** A function that writes items of a table, by its file in functions/. */
export type Writer<T extends ProvenTable = ProvenTable> = (typeof tables)[T]['believed']['writers'][number];

export function mayWrite(table: ProvenTable, name: string): boolean {
  const writers: readonly string[] = tables[table].believed.writers;
  return writers.includes(name);
}

/** An attribute that names an item. */
export type KeyAttribute = {
  [T in TableName]: (typeof tables)[T]['key'] extends { hash: infer H; range?: infer R }
    ? H | (R extends { name: infer N } ? N : never)
    : never;
}[TableName];

/** The environment variable that holds the ARN of the key of a table's MACs: `CASES_MAC_KEY`. */
export function macKeyVariable(table: ProvenTable): MacKeyVariable {
  return tableVariable(table).replace(/_TABLE$/, '_MAC_KEY') as MacKeyVariable;
}
export type MacKeyVariable = TableVariable<ProvenTable> extends `${infer T}_TABLE` ? `${T}_MAC_KEY` : never;

/** The environment variable that holds a table's name: `CASES_TABLE`, `VAULT_KEYS_TABLE`. */
export function tableVariable<T extends TableName>(table: T): TableVariable<T> {
  return `${table.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}_TABLE` as TableVariable<T>;
}
export type TableVariable<T extends TableName = TableName> = T extends 'vaultKeys'
  ? 'VAULT_KEYS_TABLE'
  : `${Uppercase<T>}_TABLE`;
