import type { KeyAttribute, TableName } from './tables.ts';

/**
 * Where items are kept, as whatever decides sees it: strongly consistent reads, and writes that happen all or not at
 * all, each on a condition. `functions/aws/` keeps them in DynamoDB, `test/memory/` in memory; a test holds both to the
 * same answers. What runs uses it through authentic.ts, which proves what is written and verifies what is read.
 */
export type Item = Record<string, unknown>;
export type Key = Record<string, string | number>;

/** What must hold of an item, for it to be written or listed. Attributes are named by their path: `entries.n`. */
export type Test =
  | { test: 'absent'; at: string }
  | { test: 'present'; at: string }
  | { test: 'equals'; at: string; value: unknown }
  /** Numbers by size, texts by their UTF-8 bytes; false where the attribute is missing or of another type. */
  | { test: 'less'; at: string; value: number | bigint | string }
  | { test: 'at-most'; at: string; value: number | bigint | string }
  | { test: 'begins'; at: string; value: string }
  | { test: 'all'; of: readonly Test[] }
  | { test: 'any'; of: readonly Test[] };

export const absent = (at: string): Test => ({ test: 'absent', at });
export const present = (at: string): Test => ({ test: 'present', at });
export const equals = (at: string, value: unknown): Test => ({ test: 'equals', at, value });
export const less = (at: string, value: number | bigint | string): Test => ({ test: 'less', at, value });
export const atMost = (at: string, value: number | bigint | string): Test => ({ test: 'at-most', at, value });
export const begins = (at: string, value: string): Test => ({ test: 'begins', at, value });
export const all = (...of: readonly Test[]): Test => ({ test: 'all', of });
export const any = (...of: readonly Test[]): Test => ({ test: 'any', of });
/** Holds of nothing. */
export const never: Test = { test: 'any', of: [] };

export interface Put {
  table: TableName;
  put: Item;
  when?: Test | undefined;
}
/** Changes some attributes of an item, which is made where there is none. Not in a table whose items carry a MAC. */
export interface Update {
  table: TableName;
  update: Key;
  set?: Item | undefined;
  /** Adds to numbers; one that is missing counts as 0. */
  add?: Readonly<Record<string, number>> | undefined;
  when?: Test | undefined;
}
export interface Delete {
  table: TableName;
  delete: Key;
  when?: Test | undefined;
}
export type Write = Put | Update | Delete;

/**
 * What a list does with an item that is not proven to be Writ's own (authentic.ts). Left out, the list fails with it:
 * nobody is told less than there is. `pass-over`: the others are not held up. Both raise the alarm.
 */
export type Unproven = 'pass-over';

export interface Query {
  /** An index of the table; the table itself, where it is left out. */
  index?: string | undefined;
  /** The value of the table's or index's hash attribute. */
  of: string;
  /** Bounds of its range attribute, as texts or numbers; `from` and `to` are inclusive, `below` is not. */
  from?: string | undefined;
  to?: string | undefined;
  below?: string | undefined;
  prefix?: string | undefined;
  /** From the end of the range attribute to its beginning. */
  backwards?: true | undefined;
  /** Passes over items of which this does not hold. */
  where?: Test | undefined;
  unproven?: Unproven | undefined;
}

export interface Reading {
  /**
   * Reads the names of items alone: of a part of an item nothing can be proven. Nothing but whether there is an item may
   * be concluded from what this gives.
   */
  only?: readonly KeyAttribute[] | undefined;
  unproven?: Unproven | undefined;
}

/** A part of a table, and where the next one begins. */
export interface Page {
  items: Item[];
  next?: Key | undefined;
}

export interface Store {
  get(table: TableName, key: Key): Promise<Item | undefined>;
  /** Those of some items that exist, in no order. */
  getMany(table: TableName, keys: readonly Key[], options?: Reading): Promise<Item[]>;
  /** Items with one hash attribute, in the order of the range attribute, or its reverse. An index may be a moment behind. */
  query(table: TableName, query: Query): AsyncIterable<Item>;
  /** The same, so many at once. @param from the position that an earlier page ended with */
  page(table: TableName, query: Query, options: { limit: number; from?: Key | undefined }): Promise<Page>;
  /** All items of a table, a page at a time, in no order. */
  scan(table: TableName, options?: Reading & { where?: Test; from?: Key | undefined }): AsyncIterable<Page>;
  /**
   * Writes all or nothing; at most 100 items, no two of them the same.
   *
   * @throws StoreConflict if a condition did not hold, or another write to one of the items was under way
   */
  write(...writes: readonly Write[]): Promise<void>;
  /** Writes any number of items, each by itself and on no condition. No two of them are the same. */
  writeMany(table: TableName, writes: readonly ({ put: Item } | { delete: Key })[]): Promise<void>;
}

/** Nothing was written: somebody else was first. */
export class StoreConflict extends Error {
  override name = 'StoreConflict';
  /** The places of the writes whose own condition did not hold; empty if another write was merely under way. */
  readonly failed: readonly number[];

  constructor(failed: readonly number[], options?: ErrorOptions) {
    super('conflict', options);
    this.failed = failed;
  }
}
