import type { LogFiles } from '#core/ports.ts';

/** As many files as an instance keeps in memory. */
const most = 64;

/** Keeps files of the log in memory that were read or written. No file but the checkpoint ever changes. */
export function keepingFiles(files: LogFiles): LogFiles {
  const kept = new Map<string, Uint8Array>();
  const keep = (path: string, bytes: Uint8Array) => {
    kept.delete(path);
    kept.set(path, bytes);
    const [oldest] = kept.keys();
    if (kept.size > most && oldest !== undefined) kept.delete(oldest);
  };
  return {
    async read(path) {
      const known = kept.get(path);
      if (known !== undefined) return known;
      const bytes = await files.read(path);
      if (bytes !== undefined && path !== 'checkpoint') keep(path, bytes);
      return bytes;
    },
    async create(path, bytes) {
      const isNew = await files.create(path, bytes);
      if (isNew) keep(path, bytes);
      return isNew;
    },
    checkpoint: () => files.checkpoint(),
    publish: (checkpoint, over) => files.publish(checkpoint, over),
  };
}
