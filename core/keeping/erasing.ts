import type { Chance, Watch } from '#core/ports.ts';
import type { EntryState } from '#core/state/entries.ts';
import {
  type Erasure,
  epochKeyItems,
  type ItemKey,
  keyPairName,
  nameItemKeys,
  nameVaultItems,
  type StoredEpochKey,
  type VaultItem,
  type VaultState,
} from '#core/state/vault.ts';
import { epochKeyName } from '#core/vault/epoch-key.ts';
import type { Pseudonyms } from '#core/vault/pseudonyms.ts';
import { nameKinds } from '#core/vault/subject.ts';

export interface ErasePorts {
  vault: VaultState;
  entries: Pick<EntryState, 'putSingle'>;
  pseudonyms: Pick<Pseudonyms, 'pseudonymOf'>;
  chance: Pick<Chance, 'id'>;
  watch: Watch;
}

/** Which epoch keys an erasure removed, and which a preservation keeps, until when. */
export type Erased = Omit<Erasure, 'id'>;

/**
 * Erases an account, as the provider's backend asks (GDPR Art. 17): its epoch keys first, then everything that lies under
 * its pseudonym. An epoch key that a preservation keeps loses its own item and stays until that ends, its records and
 * names with it.
 *
 * What is to be erased is noted before it is, so that an erasure that broke off is completed by the next try, and its one
 * entry says what it took.
 */
export function eraser({ vault, entries, pseudonyms, chance, watch }: ErasePorts) {
  async function begin(subject: string, own: StoredEpochKey[], kept: StoredEpochKey[]): Promise<Erasure> {
    const before = await vault.erasureOf(subject);
    const keptPairs = new Set(kept.map(keyPairName));
    const gone = own.filter((epochKey) => !keptPairs.has(keyPairName(epochKey)));
    const erased = new Map(
      [...(before?.erased ?? []), ...gone].map(({ kind, epoch }) => [`${kind} ${epoch}`, { kind, epoch }]),
    );
    const erasure = {
      id: before?.id ?? chance.id(),
      erased: [...erased.values()],
      preserved: kept.map(({ kind, epoch, ttl }) => ({ kind, epoch, until: instantOf(ttl) })),
    };
    await vault.beginErasure(subject, erasure);
    return erasure;
  }

  /** What goes, and what stays until the last preservation of it ends. */
  async function restOf(subject: string, kept: StoredEpochKey[]) {
    const ends = new Map(kept.map((epochKey) => [keyPairName(epochKey), epochKey.ttl]));
    const gone: ItemKey[] = [];
    const staying: VaultItem[] = [];
    for await (const { item, of, key } of vault.recordItemsOf(subject)) {
      const ttl = ends.get(`${epochKeyName(of)} ${key}`);
      if (ttl === undefined) gone.push(item);
      else staying.push({ ...item, ttl });
    }
    const last = Math.max(0, ...ends.values());
    for (const kind of nameKinds) {
      for (const named of await vault.namesOf(kind, subject)) {
        const name = { kind, subject, ...named };
        if (last === 0) gone.push(...nameItemKeys(name));
        else staying.push(...nameVaultItems(name, { name: instantOf(last), lookup: instantOf(last) }));
      }
    }
    return { gone, staying };
  }

  return async function erase(account: string): Promise<Erased> {
    const subject = await pseudonyms.pseudonymOf(account);
    const [own, kept] = await Promise.all([vault.ownEpochKeysOf(subject), vault.keptEpochKeysOf(subject)]);
    const { id, erased, preserved } = await begin(subject, own, kept);
    await vault.remove(epochKeyItems(own));
    const { gone, staying } = await restOf(subject, kept);
    await vault.remove(gone);
    await vault.put(staying);
    const data = { drawers: erased.length, preserved: preserved.length };
    if (await entries.putSingle(`erasure/${id}`, { kind: 'account.erased', data }))
      watch.count('AccountsErased');
    await vault.endErasure(subject);
    return { erased, preserved };
  };
}

function instantOf(ttlSeconds: number): string {
  return new Date(ttlSeconds * 1000).toISOString();
}
