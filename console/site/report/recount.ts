import { type ReadonlySignal, signal } from '@preact/signals';
import type { Log } from '#client/log/log.ts';
import { checkReport, type Wrong } from '#client/report/check.ts';
import type { ReadFile } from '#core/log/reading.ts';
import type { Report } from '#core/log/report/figures.ts';
import { TILE_WIDTH } from '#core/log/tiles.ts';

/**
 * Counting a published report again in the page, as `writ report --verify` does: every entry that it says that it counted is
 * read, a few files at a time, and none is kept.
 */
export type Recounted =
  | { is: 'idle' }
  | { is: 'counting'; read: number; of: number }
  | { is: 'stopped' }
  | { is: 'failed'; error: unknown }
  /** `size`: entries that the log has by now. */
  | { is: 'same'; entries: number; size: number }
  | { is: 'different'; wrong: Wrong };

export interface Recount {
  state: ReadonlySignal<Recounted>;
  start(log: Log, report: Report): Promise<void>;
  stop(): void;
}

export function recount(): Recount {
  const state = signal<Recounted>({ is: 'idle' });
  let under: AbortController | undefined;
  return {
    state,
    async start(log, report) {
      under?.abort();
      const own = new AbortController();
      under = own;
      const entries = Number(report.log.size);
      const show = (next: Recounted) => {
        // What was stopped, or begun again, says nothing any more.
        if (under === own) state.value = next;
      };
      show({ is: 'counting', read: 0, of: entries });
      const read = counted(log.read, own.signal, (bundles) =>
        show({ is: 'counting', read: Math.min(entries, bundles * TILE_WIDTH), of: entries }),
      );
      try {
        const { wrong, size } = await checkReport({ ...log, read }, report);
        show(wrong === undefined ? { is: 'same', entries, size: Number(size) } : { is: 'different', wrong });
      } catch (error) {
        show({ is: 'failed', error });
      }
    },
    stop() {
      under?.abort();
      under = undefined;
      if (state.peek().is === 'counting') state.value = { is: 'stopped' };
    },
  };
}

/** Says how many bundles of entries have come, and reads no more once it is stopped. */
function counted(read: ReadFile, stop: AbortSignal, say: (bundles: number) => void): ReadFile {
  let bundles = 0;
  return async (path) => {
    stop.throwIfAborted();
    const bytes = await read(path);
    stop.throwIfAborted();
    if (bytes !== undefined && path.startsWith('tile/entries/')) say(++bundles);
    return bytes;
  };
}
