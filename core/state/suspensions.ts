import { commitment } from '#core/log/commitment.ts';
import { type EntryBody, noEntries } from '#core/log/entry.ts';
import { RegistryError } from '#core/registry/errors.ts';
import { type KeyRecord, keyInLog, keyRecord } from '#core/registry/records.ts';
import { absent, all, equals, type Put, present, type Test } from '#core/store/store.ts';
import { commit, type Prepared, record, type StatePorts } from './commit.ts';
import type { Report } from './heard.ts';
import { enrolled, registryKeys } from './registry.ts';

/**
 * Keys that are suspended because another provider revoked them, and reinstated by two reviewers. Both stand in a stream of
 * their own beside the key's: by turns, so how many entries it has says whether the key is suspended, and whoever reads
 * the log needs nothing else. The key's own stream has its revocation and nothing after it, as ever.
 */
export const suspensionStream = (key: Pick<KeyRecord, 'keyId' | 'salt'>): string =>
  suspensionStreamOf(keyInLog(key));
/** @param key as the log calls it */
export const suspensionStreamOf = (key: string): string => `suspension/${key}`;

export function suspensionState({ store, clock }: Pick<StatePorts, 'store' | 'clock'>) {
  function change(key: KeyRecord, body: EntryBody, next: KeyRecord['suspension']): Prepared {
    const before = key.suspension?.entries ?? noEntries;
    const { entries, head } = record(suspensionStream(key), before, clock.now(), body);
    const stored = keyRecord.parse({ ...key, suspension: { ...next, entries: head } });
    const asItWas: Test = before.n === 0 ? absent('suspension') : equals('suspension.entries.n', before.n);
    const put: Put = {
      table: 'registry',
      put: { ...registryKeys.key(key.keyId), ...stored, listed: enrolled, since: key.enrolledAt },
      when: all(present('pk'), absent('revokedAt'), asItWas),
    };
    return { writes: [put], entries };
  }

  return {
    /**
     * Suspends an agency's key for what another provider says of it, once for each item: what reviewers decided stays
     * decided.
     *
     * @param key as it was read just now
     * @returns whether it did anything
     * @throws StoreConflict
     */
    async suspend(key: KeyRecord, { provider, item, reason }: Report): Promise<boolean> {
      const { role, agency, suspension, revokedAt } = key;
      const isDone = suspension?.since !== undefined || suspension?.item === item;
      if (role !== 'agency' || agency === undefined || revokedAt !== undefined || isDone) return false;
      const at = clock.now();
      const body: EntryBody = {
        kind: 'key.suspended',
        data: {
          agency,
          key: keyInLog(key),
          by: provider,
          // In the clear it would lead from the other provider's public item to the name that the log has for this key.
          item: commitment(key.salt, 'item', item),
          because: reason,
        },
      };
      const next = { since: at, provider, item, reason, entries: noEntries };
      await commit(store, change(key, body, next));
      return true;
    },

    /** Prepares that a key counts again: to be committed with the change that says so. @throws RegistryError key-not-suspended */
    reinstate(key: KeyRecord | undefined, by: string): Prepared {
      const { suspension, agency } = key ?? {};
      if (
        key === undefined ||
        agency === undefined ||
        suspension?.since === undefined ||
        key.revokedAt !== undefined
      )
        throw new RegistryError('key-not-suspended');
      const { since: _, ...rest } = suspension;
      return change(key, { kind: 'key.reinstated', data: { agency, key: keyInLog(key), by } }, rest);
    },
  };
}
export type SuspensionState = ReturnType<typeof suspensionState>;
