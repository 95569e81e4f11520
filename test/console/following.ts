import { keepingFiles } from '#core/sequencer/kept-files.ts';
import { sequencer } from '#core/sequencer/sequencer.ts';
import { logPlaces } from '#core/state/log-places.ts';
import { type OutboxItem, outboxItem } from '#core/state/outbox.ts';
import { type PublishedLog, readPublishedLog } from '#core/state/published-log.ts';
import type { MemoryCloud } from '../memory/cloud.ts';

/** The log of a desk in memory: it has what was committed, in its order, until a test stops it or keeps it from being read. */
export function followingLog({ store, files, kms, chance, watch }: MemoryCloud) {
  const { deliver } = sequencer({ store, files: keepingFiles(files), signer: kms.log, chance, watch });
  const places = logPlaces(files);
  const unlogged = new Set<string>();
  const atOnce = 500;
  let isStopped = false;
  let isReadable = true;
  let last = Promise.resolve();

  async function catchUp(): Promise<void> {
    if (isStopped) return;
    const items = store.changes.splice(0).flatMap(({ table, new: item }): OutboxItem[] => {
      const { data } = outboxItem.safeParse(table === 'entries' ? item : undefined);
      return data === undefined || unlogged.has(data.stream) ? [] : [data];
    });
    for (let at = 0; at < items.length; at += atOnce) await deliver(items.slice(at, at + atOnce));
  }

  return {
    /** Streams that are not in it. */
    unlogged,
    follow(): Promise<void> {
      last = last.then(catchUp);
      return last;
    },
    stop(does: boolean) {
      isStopped = does;
    },
    readable(is: boolean) {
      isReadable = is;
    },
    /** The log as its newest checkpoint has it. It throws where it cannot be read. */
    async read(): Promise<PublishedLog | undefined> {
      if (!isReadable) throw new Error('the bucket does not answer');
      return readPublishedLog({ files, signer: kms.log });
    },
    /** As `functions/` reads it: it throws where it cannot be read. */
    places: {
      follows: async (...of: Parameters<typeof places.follows>) => {
        if (!isReadable) throw new Error('the bucket does not answer');
        return places.follows(...of);
      },
    },
  };
}
