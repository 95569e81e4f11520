import { z } from 'zod';
import { inParallel } from '#core/parallel.ts';
import type { Clock } from '#core/ports.ts';
import { absent, any, atMost, type Item, less, type Store, StoreConflict } from '#core/store/store.ts';
import { epochOf } from '#core/vault/epoch.ts';
import { type EpochKey, epochKeyName } from '#core/vault/epoch-key.ts';
import type { Period } from '#core/vault/kinds.ts';
import { keyFingerprint, type SealedItem } from '#core/vault/seal.ts';
import type { NameKind } from '#core/vault/subject.ts';
import type { Named } from '#core/vault/validity.ts';
import {
  type Erasure,
  epochKeyItemKey,
  erasureItem,
  erasureItemKey,
  type ItemKey,
  itemKey,
  keptItemKey,
  keyPairName,
  lookupItemKey,
  lookupPartition,
  nameItem,
  nameItemKey,
  namePrefix,
  parseEpochKey,
  parseRecords,
  recordItemKey,
  recordPrefix,
  type StoredEpochKey,
  ttlOf,
  type VaultItem,
} from './vault-items.ts';

export type { Erasure, ItemKey, StoredEpochKey, VaultItem };
export { keyPairName };

/** Behind every text that begins with a prefix. */
const after = '\uffff';

/** Writes at once. */
const atOnce = 16;

/** How long an erasure that nobody completes is remembered. */
const erasureDays = 30;

/** The vault's table: epoch keys, sealed records, and blind indices. It opens nothing. */
export function vaultState({ store, clock }: { store: Store; clock: Pick<Clock, 'now'> }) {
  async function* query(pk: string, from: string, to: string): AsyncGenerator<Item> {
    const now = ttlOf(clock.now());
    for await (const item of store.query('vault', { of: pk, from, to }))
      if (Number(item.ttl) > now) yield item;
  }
  const itemsOf = (subject: string, prefix: string) => query(subject, prefix, `${prefix}${after}`);

  const ownEpochKeysOf = (subject: string) => Array.fromAsync(itemsOf(subject, 'key#'), parseEpochKey);
  const keptEpochKeysOf = (subject: string) => Array.fromAsync(itemsOf(subject, 'kept#'), parseEpochKey);

  /** Puts the end of an item off, with what it is to hold then; leaves one that lasts as long. */
  async function lastsLonger(key: ItemKey, until: string, values?: Item): Promise<void> {
    const ttl = ttlOf(until);
    const isShorter = less('ttl', ttl);
    const when = values === undefined ? isShorter : any(absent('pk'), isShorter);
    try {
      await store.write({ table: 'vault', update: key, set: { ...values, ttl }, when });
    } catch (error) {
      // A failed condition says that it lasts as long; a mere conflict says nothing.
      if (!(error instanceof StoreConflict) || error.failed.length === 0) throw error;
    }
  }

  return {
    ownEpochKeysOf,
    keptEpochKeysOf,

    /**
     * The epoch keys that a subject has: existence, not content. One whose own item was erased and that a preservation
     * keeps counts, beside the one of an account that came back. Of one key pair that is wrapped twice, the own item
     * counts.
     */
    async epochKeysOf(subject: string): Promise<StoredEpochKey[]> {
      const [own, kept] = await Promise.all([ownEpochKeysOf(subject), keptEpochKeysOf(subject)]);
      return [...new Map([...kept, ...own].map((epochKey) => [keyPairName(epochKey), epochKey])).values()];
    },

    /** Those of some epoch keys that exist, by name. One that is not proven to be Writ's own holds up no other. */
    async findEpochKeys(epochKeys: readonly EpochKey[]): Promise<Map<string, StoredEpochKey>> {
      const items = await store.getMany('vault', epochKeys.map(epochKeyItemKey), { unproven: 'pass-over' });
      return new Map(items.map(parseEpochKey).map((epochKey) => [epochKeyName(epochKey), epochKey]));
    },

    /** When a subject's numbers or usernames held, as blind indices. */
    async namesOf(kind: NameKind, subject: string): Promise<Named[]> {
      return Array.fromAsync(itemsOf(subject, namePrefix(kind)), (item) => {
        const { sk, blind } = nameItem.parse(item);
        return { at: sk.slice(namePrefix(kind).length), blind };
      });
    },

    /** The subjects that ever had a number or username. */
    async subjectsOf(blind: string): Promise<string[]> {
      const all = await Array.fromAsync(query(lookupPartition(blind), ' ', after), ({ sk }) =>
        z.string().parse(sk).slice(0, -'#YYYY-MM'.length),
      );
      return [...new Set(all)];
    },

    /**
     * The sealed items of an epoch key whose first record lies in a period, in order of it. Items that are sealed to an
     * earlier key, which an erasure took, are left out.
     */
    async *sealedItems(epochKey: StoredEpochKey, { from, to }: Period): AsyncGenerator<SealedItem> {
      const fingerprint = keyFingerprint(epochKey.publicKey);
      const prefix = recordPrefix(epochKey.kind);
      // An item that begins at `to` sorts behind it, since its id follows.
      for await (const item of query(epochKey.subject, `${prefix}${from}`, `${prefix}${to}`)) {
        const { at, id, sealed, key, n } = parseRecords(item);
        if (key === fingerprint) yield { at, id, sealed, count: n };
      }
    },

    /** @returns false if there is such an epoch key already: it stays */
    async addEpochKey(of: StoredEpochKey): Promise<boolean> {
      const { publicKey, wrappedKey, keyId, ttl } = of;
      const put = { ...epochKeyItemKey(of), publicKey, wrappedKey, keyId, ttl };
      try {
        await store.write({ table: 'vault', put, when: absent('pk') });
        return true;
      } catch (error) {
        if (error instanceof StoreConflict) return false;
        throw error;
      }
    },

    /** Items that are written over where they are there. */
    async put(items: readonly VaultItem[]): Promise<void> {
      await store.writeMany(
        'vault',
        items.map((put) => ({ put })),
      );
    },

    async remove(keys: readonly ItemKey[]): Promise<void> {
      const distinct = new Map(keys.map(({ pk, sk }) => [`${pk} ${sk}`, { pk, sk }]));
      await store.writeMany(
        'vault',
        [...distinct.values()].map((key) => ({ delete: key })),
      );
    },

    /** Keeps an epoch key, wrapped anew, until an instant. Of two preservations the longer counts. */
    keepEpochKey(
      epochKey: StoredEpochKey,
      { wrappedKey, keyId }: Pick<StoredEpochKey, 'wrappedKey' | 'keyId'>,
      until: string,
    ): Promise<void> {
      const { publicKey } = epochKey;
      return lastsLonger(keptItemKey(epochKey), until, { publicKey, wrappedKey, keyId });
    },

    /** Keeps the records that lie in an epoch key's month. */
    async keepRecords({ subject, kind, epoch }: EpochKey, until: string): Promise<void> {
      const keys = await Array.fromAsync(itemsOf(subject, `${recordPrefix(kind)}${epoch}`), (item) =>
        itemKey.parse(item),
      );
      await inParallel(keys, atOnce, (key) => lastsLonger(key, until));
    },

    /** Keeps what a person is found by. */
    async keepName(kind: NameKind, subject: string, { at, blind }: Named, until: string): Promise<void> {
      await lastsLonger(nameItemKey(kind, subject, at), until);
      // Beside the month's own item, which the next event of that month would put back to its own end.
      await lastsLonger(lookupItemKey(blind, subject, epochOf(until)), until, {});
    },

    /** Every item of a subject's records, whole. */
    async *recordItemsOf(subject: string): AsyncGenerator<{ item: VaultItem; of: EpochKey; key: string }> {
      for await (const item of itemsOf(subject, recordPrefix())) {
        const { kind, at, key } = parseRecords(item);
        yield { item: { ...item, ...itemKey.parse(item) }, of: { subject, kind, epoch: epochOf(at) }, key };
      }
    },

    /**
     * Keys of items past an instant, to be removed: nothing else may be concluded from them, since nothing proves what is
     * read of them. Whoever can write a `ttl` can delete the item as well. A page at a time, with the position where the next begins.
     */
    async *endedItems(asOfSeconds: number, from: Record<string, string | number> | undefined) {
      const pages = store.scan('vault', { where: atMost('ttl', asOfSeconds), only: ['pk', 'sk'], from });
      for await (const { items, next } of pages) yield { keys: z.array(itemKey).parse(items), next };
    },

    async erasureOf(subject: string): Promise<Erasure | undefined> {
      const { sk } = erasureItemKey(subject);
      const [item] = await Array.fromAsync(query(subject, sk, sk));
      return item === undefined ? undefined : erasureItem.parse(item);
    },

    async beginErasure(subject: string, erasure: Erasure): Promise<void> {
      const ttl = ttlOf(clock.now()) + erasureDays * 86_400;
      await store.writeMany('vault', [{ put: { ...erasureItemKey(subject), ...erasure, ttl } }]);
    },

    async endErasure(subject: string): Promise<void> {
      await store.writeMany('vault', [{ delete: erasureItemKey(subject) }]);
    },
  };
}
export type VaultState = ReturnType<typeof vaultState>;

/** An item of sealed records. @param until when it ends, an instant */
export function sealedVaultItem(
  of: EpochKey,
  { at, id, sealed, count }: SealedItem,
  facts: { publicKey: Uint8Array; until: string },
): VaultItem {
  const key = keyFingerprint(facts.publicKey);
  return { ...recordItemKey(of, at, id), sealed, n: count, key, ttl: ttlOf(facts.until) };
}

/** By what a subject can be found from an instant on: blind indices, which name nobody (I1). */
export function nameVaultItems(
  { kind, subject, at, blind }: Named & { kind: NameKind; subject: string },
  ends: { name: string; lookup: string },
): VaultItem[] {
  return [
    { ...nameItemKey(kind, subject, at), blind, ttl: ttlOf(ends.name) },
    { ...lookupItemKey(blind, subject, epochOf(at)), ttl: ttlOf(ends.lookup) },
  ];
}

export function nameItemKeys({
  kind,
  subject,
  at,
  blind,
}: Named & { kind: NameKind; subject: string }): ItemKey[] {
  return [nameItemKey(kind, subject, at), lookupItemKey(blind, subject, epochOf(at))];
}

export function epochKeyItems(epochKeys: readonly EpochKey[]): ItemKey[] {
  return epochKeys.map(epochKeyItemKey);
}
