import { z } from 'zod';
import { atMost } from '#core/store/store.ts';
import { vaultErasing } from './vault-erasing.ts';
import { type Erasure, type ItemKey, itemKey, keyPairName, type StoredEpochKey } from './vault-items.ts';
import { vaultKeeping } from './vault-keeping.ts';
import { lastingWrapping, type VaultPorts, vaultReading, wrappedBy } from './vault-reading.ts';
import { vaultReleasing } from './vault-releasing.ts';
import { vaultSealing } from './vault-sealing.ts';

export type { Erasure, ItemKey, StoredEpochKey };
export { keyPairName, lastingWrapping, wrappedBy };

/** The vault's table: epoch keys, sealed records, and blind indices. It opens nothing. */
export function vaultState(ports: VaultPorts) {
  const { store } = ports;
  const reading = vaultReading(ports);
  return {
    ...reading,
    ...vaultSealing(ports, reading),
    ...vaultKeeping(ports, reading),
    ...vaultErasing(ports, reading),
    ...vaultReleasing(ports, reading),

    /**
     * Keys of items past an instant, to be removed: nothing else may be concluded from them, since nothing proves what is
     * read of them. Whoever can write a `ttl` can delete the item as well. A page at a time, with the position where the
     * next begins.
     */
    async *endedItems(asOfSeconds: number, from: Record<string, string | number> | undefined) {
      const pages = store.scan('vault', { where: atMost('ttl', asOfSeconds), only: ['pk', 'sk'], from });
      for await (const { items, next } of pages) yield { keys: z.array(itemKey).parse(items), next };
    },

    async remove(keys: readonly ItemKey[]): Promise<void> {
      const distinct = new Map(keys.map(({ pk, sk }) => [`${pk} ${sk}`, { pk, sk }]));
      await store.writeMany(
        'vault',
        [...distinct.values()].map((key) => ({ delete: key })),
      );
    },
  };
}
export type VaultState = ReturnType<typeof vaultState>;
