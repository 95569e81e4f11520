import type { LogFiles } from '#core/ports.ts';
import { cosignedPath } from '#core/witnessing/cosigned.ts';

/** The files that change. */
const moving = ['checkpoint', cosignedPath];
/** As many bundles and tiles as an instance keeps in memory: 110 KB each at most. */
const mostTiles = 64;
/** As many small files, places above all: a hundred bytes each, and a thousand of them in one batch. */
const mostSmall = 4096;

/**
 * Keeps files of the log in memory that were read or written. No file ever changes but the checkpoint and the cosigned
 * one. That a file is
 * not there is not kept: it may be there the next moment. Places are kept apart, so that they push out no bundle.
 */
export function keepingFiles(files: LogFiles): LogFiles {
  const tiles = keepingNewest(mostTiles);
  const small = keepingNewest(mostSmall);
  const keptWith = (path: string) => (path.startsWith('tile/') ? tiles : small);
  return {
    async read(path) {
      const known = keptWith(path).get(path);
      if (known !== undefined) return known;
      const bytes = await files.read(path);
      if (bytes !== undefined && !moving.includes(path)) keptWith(path).keep(path, bytes);
      return bytes;
    },
    async create(path, bytes) {
      const isNew = await files.create(path, bytes);
      if (isNew) keptWith(path).keep(path, bytes);
      return isNew;
    },
    checkpoint: () => files.checkpoint(),
    publish: (checkpoint, over) => files.publish(checkpoint, over),
  };
}

function keepingNewest(most: number) {
  const kept = new Map<string, Uint8Array>();
  return {
    get: (path: string) => kept.get(path),
    keep(path: string, bytes: Uint8Array): void {
      kept.delete(path);
      kept.set(path, bytes);
      const [oldest] = kept.keys();
      if (kept.size > most && oldest !== undefined) kept.delete(oldest);
    },
  };
}
