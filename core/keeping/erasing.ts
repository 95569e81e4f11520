import type { Chance, Watch } from '#core/ports.ts';
import type { EntryState } from '#core/state/entries.ts';
import type { Erasure, VaultState } from '#core/state/vault.ts';
import type { Write } from '#core/store/store.ts';
import type { Pseudonyms } from '#core/vault/pseudonyms.ts';

export interface ErasePorts {
  vault: Pick<VaultState, 'takeEpochKeys' | 'takeRecords' | 'takeNames' | 'endErasure'>;
  /** Has what is preserved of a person kept; see going-around.ts. */
  around: (subject: string) => Promise<readonly Write[]>;
  entries: Pick<EntryState, 'putSingle'>;
  pseudonyms: Pick<Pseudonyms, 'pseudonymOf'>;
  chance: Pick<Chance, 'id'>;
  watch: Watch;
}

/** Which epoch keys an erasure removed, and which a preservation or a request keeps, until when at the latest. */
export type Erased = Omit<Erasure, 'id'>;

/**
 * Erases an account, as the provider's backend asks (GDPR Art. 17): its epoch keys first, then everything that lies under
 * its pseudonym. It goes around what a preservation keeps, or a request that is not answered yet: such an epoch key loses
 * its own item and stays until that ends, its records and names with it.
 *
 * What is erased is noted with it, so that an erasure that broke off is completed by the next try, and its one entry says
 * what it took.
 */
export function eraser({ vault, around, entries, pseudonyms, chance, watch }: ErasePorts) {
  return async function erase(account: string): Promise<Erased> {
    const subject = await pseudonyms.pseudonymOf(account);
    const { id, erased, preserved } = await vault.takeEpochKeys(subject, chance.id(), () => around(subject));
    await vault.takeRecords(subject);
    await vault.takeNames(subject);
    const data = { drawers: erased.length, preserved: preserved.length };
    if (await entries.putSingle(`erasure/${id}`, { kind: 'account.erased', data }))
      watch.count('AccountsErased');
    await vault.endErasure(subject);
    return { erased, preserved };
  };
}
