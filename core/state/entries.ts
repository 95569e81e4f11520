import type { EntryBody } from '#core/log/entry.ts';
import { StoreConflict } from '#core/store/store.ts';
import { commit, decideUntilFirst, recordAlone, type StatePorts } from './commit.ts';

/** Entries that stand alone: each in a stream of one. */
export function entryState(ports: StatePorts) {
  const { store, clock } = ports;
  return {
    /** @returns false if its stream is there already */
    putSingle(stream: string, body: EntryBody): Promise<boolean> {
      return decideUntilFirst(ports, async () => {
        try {
          await commit(store, { writes: [], entries: [recordAlone(stream, clock.now(), body)] });
          return true;
        } catch (error) {
          if (isThere(error)) return false;
          throw error;
        }
      });
    },
  };
}
export type EntryState = ReturnType<typeof entryState>;

/** Whether what was to be written under a name of its own is there; otherwise another write was merely under way. */
export function isThere(error: unknown): boolean {
  return error instanceof StoreConflict && error.failed.length > 0;
}
