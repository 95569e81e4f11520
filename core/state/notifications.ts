import { z } from 'zod';
import { asciiUpTo, bytesUpTo, storedDigest, storedId, storedInstant, storedName } from '#core/bounds.ts';
import type { Case } from '#core/cases/case.ts';
import { mostDecisionBytes, mostSealBytes } from '#core/cases/kept.ts';
import { absent, equals, type Item } from '#core/store/store.ts';
import { type AgencyPageQuery, type AgencyPlace, agencyPage } from './agency-lists.ts';
import type { Prepared, StatePorts } from './commit.ts';

/**
 * Of each case that an enforcing authority is notified of, an item beside the case: it lists the case for the authority, in
 * the index that lists an agency's own, and keeps the authority's answer as it was signed. It is written with the request
 * and once more with the answer, and goes with its case.
 */
const notificationKey = (caseId: string) => ({ pk: `notification#${caseId}` });

export const notificationStatuses = ['Pending', 'Consented', 'Objected'] as const;
export type NotificationStatus = (typeof notificationStatuses)[number];

const notification = z.strictObject({
  /** The authority's id. Called as in a case, so that one index serves both. */
  agency: storedName,
  case: storedId,
  receivedAt: storedInstant,
  /** Until when it may object. */
  until: storedInstant,
  status: z.enum(notificationStatuses),
  /** The digest of the order, by which the authority knows it: the request lies sealed. */
  order: storedDigest,
  /** Its answer, signed, as it arrived, sealed for `authorise`. */
  answer: bytesUpTo(mostDecisionBytes + mostSealBytes).optional(),
});
export type StoredNotification = z.infer<typeof notification>;

/** An item as it is stored. */
export const notificationItem = notification.extend({ pk: asciiUpTo(80) });

/** The item that a case has, for whoever forgets it. */
export function notificationKeysOf({ id, notified }: Pick<Case, 'id' | 'notified'>): { pk: string }[] {
  return notified === undefined ? [] : [notificationKey(id)];
}

export function notificationState({ store }: Pick<StatePorts, 'store'>) {
  async function get(caseId: string): Promise<StoredNotification | undefined> {
    const item = await store.get('cases', notificationKey(caseId));
    return item === undefined ? undefined : parse(item);
  }

  return {
    get,

    /** Prepares the notification that begins with a request. */
    begin(value: StoredNotification): Prepared {
      const item = notificationItem.parse({ ...notificationKey(value.case), ...value });
      return { writes: [{ table: 'cases', put: item, when: absent('pk') }], entries: [] };
    },

    /** Prepares the answer, to be committed with the act that counts it. It is given once. */
    answer(
      before: StoredNotification,
      { status, answer }: { status: NotificationStatus; answer: Uint8Array },
    ): Prepared {
      const item = notificationItem.parse({ ...notificationKey(before.case), ...before, status, answer });
      return { writes: [{ table: 'cases', put: item, when: equals('status', 'Pending') }], entries: [] };
    },

    /** A page of what an authority was notified of, the newest first. */
    async ofAuthority(
      authority: string,
      query: AgencyPageQuery<NotificationStatus>,
    ): Promise<{ listed: StoredNotification[]; next?: AgencyPlace }> {
      const page = await agencyPage(store, 'notification', authority, query);
      return { ...page, listed: page.listed.map(parse) };
    },
  };
}
export type NotificationState = ReturnType<typeof notificationState>;

function parse(item: Item): StoredNotification {
  const { pk: _, ...found } = notificationItem.parse(item);
  return found;
}
