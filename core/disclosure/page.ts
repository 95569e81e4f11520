import type { StoredScope } from '#core/cases/stored.ts';
import { type DisclosedRecord, selectionOf } from '#core/categories/categories.ts';
import { categoriesOf, disclose, distinctName, isLater, type Opened, timeOf } from './records.ts';

/**
 * Large disclosures come in pages, in order of time. A page ends between two instants, never within one, so where the
 * next begins is an instant and nothing else.
 */
export interface Page {
  records: DisclosedRecord[];
  /** The instant of the last record, where more follow. */
  next?: string;
}

/**
 * One page of what an approved scope discloses.
 *
 * Reads on to the period's end only where it must: a category that takes the latest use of an address does not know it
 * before. It holds a page, and of what it reads beyond it each address once.
 *
 * @param opened records of a moment in order of time, all after `after`; lasting ones in any order
 * @param after the instant that the page before ended with
 * @param limit records, passed only by those of one instant
 */
export async function disclosePage(
  scope: StoredScope,
  opened: AsyncIterable<Opened>,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<Page> {
  const lasting: Opened[] = [];
  const each = new Map<string, Opened>();
  const latest = new Map<string, Opened>();
  const readsToTheEnd = scope.categories.some((category) => selectionOf(category) !== 'each');
  let last = '';
  let cut = false;
  for await (const value of opened) {
    if (!('at' in value)) {
      lasting.push(value);
      continue;
    }
    // What is not disclosed must not count towards a page either.
    const categories = categoriesOf(value, scope);
    if (categories.length === 0) continue;
    cut ||= each.size >= limit && value.at > last;
    if (cut && !readsToTheEnd) break;
    for (const category of categories) {
      const name = distinctName(category, value);
      if (selectionOf(category) === 'each') {
        if (cut) continue;
        each.set(name, value);
        last = value.at;
      } else {
        const seen = latest.get(name);
        if (seen === undefined || isLater(category, value, seen)) latest.set(name, value);
      }
    }
  }
  const from = after === undefined ? -Infinity : Date.parse(after);
  const records = disclose(scope, [...lasting, ...each.values(), ...latest.values()]).filter(
    (record) => timeOf(record) > from,
  );
  const end = records[limit - 1];
  const page = end === undefined ? records : records.filter((record) => timeOf(record) <= timeOf(end));
  if (end === undefined || (page.length === records.length && !cut)) return { records: page };
  return { records: page, next: new Date(timeOf(end)).toISOString() };
}
