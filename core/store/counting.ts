import type { Query } from './store.ts';
import type { TableName } from './tables.ts';

/**
 * How many items there are, for whoever may know that and nothing else. The rights of a function that counts let it read
 * no item (lib/functions.ts), so what it counts is not verified either: somebody who writes a table changes its counts,
 * and nothing is decided by them.
 */
export interface Counter {
  /** How many items a query lists. Their number alone leaves the table. */
  count(table: TableName, query: Query): Promise<Count>;
  /** The keys of items that a query lists, in its order. */
  keys(
    table: TableName,
    query: Query,
    most: number,
  ): Promise<{ keys: Readonly<Record<string, unknown>>[]; more: boolean }>;
}

/** `atLeast`: the work ended at its limit, and there may be more. */
export interface Count {
  count: number;
  atLeast?: true | undefined;
}

/** So many pages of a query are read, each of 1 MB of items (DynamoDB Developer Guide, "Paginating table query results"). */
export const mostCountPages = 10;

/** Counts of disjoint lists, as one. */
export function total(counts: readonly Count[]): Count {
  const count = counts.reduce((sum, { count }) => sum + count, 0);
  return counts.some(({ atLeast }) => atLeast) ? { count, atLeast: true } : { count };
}
