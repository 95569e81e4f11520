import { z } from 'zod';
import { forEachName, namesIn } from '#core/exhaustive.ts';
import { type Kind, markShape } from '#core/vault/kinds.ts';
import { category, type Selection } from './category.ts';

/**
 * What may be asked for, as Regulation (EU) 2023/1543 cuts it. Anything else is refused by the schema (I5). A category is
 * defined here and nowhere else; each policy says on whose order it is disclosed.
 */
const table = {
  /** The numbers that held at some moment of the period (Art. 3(9)). */
  SubscriberData: category('SubscriberData', {
    kind: 'phone',
    selects: 'each',
    mark: {},
    title: 'phone numbers and when each was valid',
  }),
  /**
   * For the sole purpose of identifying, which is not tracking (Art. 3(10)): each address once, with the port and time of
   * its latest use. A try that failed is no use of an account: whoever guesses at it is not its user.
   */
  UserIdentifyingData: category('UserIdentifyingData', {
    kind: 'access',
    selects: { latest: 'ip', tie: 'port' },
    mark: {},
    title: 'each IP address once, with the port and time of its latest use',
  }),
  /** The access history (Art. 3(11)). A try that failed, where the provider keeps those, says so. */
  TrafficData: category('TrafficData', {
    kind: 'access',
    selects: 'each',
    mark: markShape('access'),
    title: 'every log-in: IP address, port and time',
  }),
};

type Table = typeof table;
export type Category = keyof Table;
export const categories = namesIn(table);

/** What a category is, for people. */
export function titleOf(name: Category): string {
  return table[name].title;
}

/** The kind of record that each category is answered from. */
export const kindOf: Readonly<Record<Category, Kind>> = forEachName(categories, (name) => table[name].kind);

/** Whether records that are set apart (a try that failed) leave under a category too. */
export function takesMarked(name: Category): boolean {
  return table[name].takesMarked;
}

export function selectionOf(name: Category): Selection<string> {
  return table[name].selects;
}

/** What leaves, as the wire has it: a record of some category. */
export const recordSchema = z.union(Object.values(table).map(({ record }) => record));
export type DisclosedRecord = z.infer<typeof recordSchema>;

/** A record as it leaves under a category: exactly the fields of its form (I5), in their order. */
export function disclosed(category: Category, fields: object): DisclosedRecord {
  return table[category].record.parse({ ...fields, category });
}
