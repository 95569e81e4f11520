import { dsaFiling } from './dsa.ts';
import { evidenceFiling } from './e-evidence.ts';
import type { FiledOrder, FilingPeriod } from './orders.ts';

/** What the law has a provider file, or lets it. */
export const filingNames = ['dsa', 'e-evidence'] as const;
export type FilingName = (typeof filingNames)[number];

/** A sheet: its first line, and the lines after it. */
export interface Filing {
  columns: readonly string[];
  rows: readonly (readonly string[])[];
}

/** What a filing is of, beside the orders themselves. */
export interface FilingFacts {
  period: FilingPeriod;
  /** The service's name, as the provider files under it. */
  service: string;
  /** Where the counts are from: the log's origin, size and root. */
  counted: string;
}

/** @param orders all of the log's, of whatever period */
export function filingOf(name: FilingName, orders: readonly FiledOrder[], facts: FilingFacts): Filing {
  return name === 'dsa' ? dsaFiling(orders, facts) : evidenceFiling(orders, facts);
}
