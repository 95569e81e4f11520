import type { Status } from '#core/cases/case.ts';
import type { Preservation } from '#core/cases/preservation.ts';
import { all, equals, type Item, type Key, present, type Query, type Store } from '#core/store/store.ts';
import type { NotificationStatus } from './notifications.ts';

/**
 * What an agency has asked for, the newest first: its cases, or its preservations; of an enforcing authority, what it was
 * notified of. All lie in one table, which one index lists by agency and receipt. The index follows the table after a moment, so what was asked for just now may be missing
 * and a status may be the one before; each item is believed by its MAC, and whoever acts on one reads the table itself.
 */
export type Listed = 'case' | 'preservation' | 'notification';

/** A place in such a list. What lies there may be of the other kind. */
export interface AgencyPlace {
  at: string;
  id: string;
  of: Listed;
}

export interface AgencyPageQuery<S> {
  status?: S | undefined;
  /** How many at most. */
  lines: number;
  /** Where an earlier page ended. */
  from?: AgencyPlace | undefined;
}

export interface AgencyPage<T> {
  listed: T[];
  /** Where the rest begins, if there may be more. */
  next?: AgencyPlace;
}

/** What one of them has and the others have not: an index names no kinds. */
const markOf: Record<Listed, string> = { case: 'priority', preservation: 'latestEnd', notification: 'until' };

/** So many reads of the table make a page at most: a status that few have makes no call run into its time limit. */
const mostReads = 10;

/** @returns items that are proven to be Writ's own; one that is not makes no list unusable */
export async function agencyPage(
  store: Pick<Store, 'page'>,
  of: Listed,
  agency: string,
  { status, lines, from }: AgencyPageQuery<Status | Preservation['status'] | NotificationStatus>,
): Promise<AgencyPage<Item>> {
  const query: Query = {
    index: 'byAgency',
    of: agency,
    backwards: true,
    where: all(present(markOf[of]), ...(status === undefined ? [] : [equals('status', status)])),
    unproven: 'pass-over',
  };
  const listed: Item[] = [];
  let place = from && keyOf(agency, from);
  for (let reads = 0; reads < mostReads; reads++) {
    const { items, next } = await store.page('cases', query, { limit: lines, from: place });
    listed.push(...items);
    const last = listed[lines - 1];
    // The last line that fits, and not the last item that was read: lines behind it are of the next page.
    if (last !== undefined && (listed.length > lines || next !== undefined))
      return { listed: listed.slice(0, lines), next: placeOf(last) };
    if (next === undefined) return { listed };
    place = next;
  }
  return { listed, ...(place === undefined ? {} : { next: placeOf(place) }) };
}

const keyOf = (agency: string, { at, id, of }: AgencyPlace): Key => ({
  pk: `${of}#${id}`,
  agency,
  receivedAt: at,
});

function placeOf({ pk, receivedAt }: Item): AgencyPlace {
  const [of, id = ''] = String(pk).split('#');
  const kind = of === 'preservation' || of === 'notification' ? of : 'case';
  return { at: String(receivedAt), id, of: kind };
}
