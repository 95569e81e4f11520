import { z } from 'zod';
import { storedThumbprint } from '#core/bounds.ts';
import { commitment } from '#core/log/commitment.ts';
import type { KeyRecord } from '#core/registry/records.ts';
import { absent, begins } from '#core/store/store.ts';
import { commit, decideUntilFirst, recordAlone, type StatePorts } from './commit.ts';
import { isThere } from './entries.ts';

/**
 * Keys that asked for a honeytoken. That a key did, and that it is to be revoked for it, are committed together: the
 * entry brings `expire`, which revokes.
 */
// Items and entries say "decoy" for a honeytoken: what is stored keeps its name.
const prefix = 'decoy#';
export const caughtItem = z.object({ pk: z.string().max(64), keyId: storedThumbprint });

export function honeytokenState(ports: StatePorts) {
  const { store, clock, chance } = ports;
  return {
    /** Records that a key asked for a honeytoken. */
    async catchKey({ keyId, salt, agency = '' }: KeyRecord): Promise<void> {
      const id = chance.id();
      const data = { agency, key: commitment(salt, 'key', keyId) };
      await decideUntilFirst(ports, async () => {
        const entry = recordAlone(`decoy/${id}`, clock.now(), { kind: 'decoy.asked', data });
        const caught = { table: 'calls', put: { pk: `${prefix}${id}`, keyId }, when: absent('pk') } as const;
        try {
          await commit(store, { writes: [caught], entries: [entry] });
        } catch (error) {
          // Nobody else has this id: an earlier try was carried out after all.
          if (!isThere(error)) throw error;
        }
      });
    },

    /** Keys that are to be revoked for it. `done` notes that a key is. */
    async *caughtKeys(): AsyncGenerator<{ keyId: string; done: () => Promise<void> }> {
      for await (const { items } of store.scan('calls', { where: begins('pk', prefix) })) {
        for (const item of items) {
          const { pk, keyId } = caughtItem.parse(item);
          yield { keyId, done: () => store.write({ table: 'calls', delete: { pk } }) };
        }
      }
    },
  };
}
export type HoneytokenState = ReturnType<typeof honeytokenState>;
