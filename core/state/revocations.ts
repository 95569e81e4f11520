import { z } from 'zod';
import { storedCode, storedInstant, storedThumbprint } from '#core/bounds.ts';
import { jsonDigest } from '#core/canonical.ts';
import { noEntries, type StreamHead } from '#core/log/entry.ts';
import { type KeyRecord, keyRecord } from '#core/registry/records.ts';
import {
  firstOfPage,
  isMisuse,
  pageItems,
  type RevocationItem,
  revocationItem,
  revocationStream,
} from '#core/revocations/feed.ts';
import { absent, all, equals, type Item, type Put, present } from '#core/store/store.ts';
import { commit, record, type StatePorts } from './commit.ts';
import { registryKeys, revoked } from './registry.ts';

/**
 * The provider's own feed of revoked agency keys: its items by their numbers. What lies here is believed by nobody: each
 * item is published only as the log commits to it.
 */
const feed = 'feed';

export const storedRevocation = z.strictObject({
  n: z.int().positive(),
  thumbprint: storedThumbprint,
  reason: storedCode,
  revokedAt: storedInstant,
  /** Its entry in the log, which the next one names. */
  hash: storedCode,
});

/** Whether a key is one of those that other providers are told of. */
export function isToPublish(
  key: KeyRecord,
): key is KeyRecord & { revokedAt: string; because: RevocationItem['reason'] } {
  return (
    key.role === 'agency' &&
    key.revokedAt !== undefined &&
    isMisuse(key.because) &&
    key.publishedAs === undefined
  );
}

export function revocationState({ store, clock }: Pick<StatePorts, 'store' | 'clock'>) {
  async function head(): Promise<StreamHead> {
    const { items } = await store.page('revocations', { of: feed, backwards: true }, { limit: 1 });
    const [last] = items;
    if (last === undefined) return noEntries;
    const { n, hash } = storedRevocation.parse(itemOf(last));
    return { n, hash };
  }

  return {
    /**
     * Puts a revoked key into the feed, under the next number, with its entry.
     *
     * @param key as it was read just now
     * @throws StoreConflict
     */
    async publish(key: KeyRecord): Promise<void> {
      if (!isToPublish(key)) return;
      const last = await head();
      const item: RevocationItem = {
        n: last.n + 1,
        thumbprint: key.keyId,
        reason: key.because,
        revokedAt: key.revokedAt,
      };
      const { entries, head: next } = record(revocationStream, last, clock.now(), {
        kind: 'revocation.published',
        data: { item: jsonDigest(item), because: item.reason },
      });
      const stored = keyRecord.parse({ ...key, publishedAs: item.n });
      const marked: Put = {
        table: 'registry',
        put: { ...registryKeys.key(key.keyId), ...stored, listed: revoked, since: key.revokedAt },
        when: all(present('revokedAt'), absent('publishedAs'), equals('entries.n', key.entries.n)),
      };
      const put: Put = {
        table: 'revocations',
        put: { pk: feed, ...item, hash: next.hash },
        when: absent('pk'),
      };
      await commit(store, { writes: [put, marked], entries });
    },

    /** The items of a page, in order. Nothing of them is proven. */
    async page(page: number): Promise<RevocationItem[]> {
      const first = firstOfPage(page);
      const from = page === 0 ? undefined : { pk: feed, n: first - 1 };
      const { items } = await store.page('revocations', { of: feed }, { limit: pageItems, from });
      return items.map((item) => {
        const { hash: _, ...rest } = storedRevocation.parse(itemOf(item));
        return revocationItem.parse(rest);
      });
    },
  };
}
export type RevocationState = ReturnType<typeof revocationState>;

function itemOf({ pk: _, ...item }: Item): Item {
  return item;
}
