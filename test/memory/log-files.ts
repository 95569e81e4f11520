import { createHash } from 'node:crypto';
import type { CosignedFile, LogFiles } from '#core/ports.ts';
import { cosignedPath } from '#core/witnessing/cosigned.ts';

/** The log's bucket in memory: what S3 does of what Writ uses of it. `logFilesContract` holds both to the same answers. */
export interface MemoryLogFiles extends LogFiles {
  /** Every file as it is. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Everything that was ever written, in order: what the bucket's versions show. */
  readonly versions: { path: string; bytes: Uint8Array }[];
  /** Puts or removes a file past everybody, as somebody with rights on a bucket without a lock would. */
  force(path: string, bytes: Uint8Array | undefined): void;
  /** The cosigned checkpoint among them. */
  readonly cosigned: CosignedFile;
}

export function memoryLogFiles(): MemoryLogFiles {
  const files = new Map<string, Uint8Array>();
  const versions: MemoryLogFiles['versions'] = [];
  const write = (path: string, given: Uint8Array) => {
    const bytes = Uint8Array.from(given);
    files.set(path, bytes);
    versions.push({ path, bytes });
  };
  const read = (path: string) => {
    const bytes = files.get(path);
    return bytes && Uint8Array.from(bytes);
  };
  const versionOf = (bytes: Uint8Array) => `"${createHash('md5').update(bytes).digest('hex')}"`;
  const moving = (path: string): CosignedFile => ({
    async present() {
      const bytes = read(path);
      return bytes && { bytes, version: versionOf(bytes) };
    },
    async replace(bytes, over) {
      const present = files.get(path);
      if ((present && versionOf(present)) !== over) return false;
      write(path, bytes);
      return true;
    },
  });
  const checkpoint = moving('checkpoint');
  return {
    files,
    versions,
    cosigned: moving(cosignedPath),
    force: (path, bytes) => {
      if (bytes === undefined) files.delete(path);
      else write(path, bytes);
    },
    read: async (path) => read(path),
    async create(path, bytes) {
      if (files.has(path)) return false;
      write(path, bytes);
      return true;
    },
    checkpoint: checkpoint.present,
    publish: checkpoint.replace,
  };
}
