import { utf8 } from '#core/bytes.ts';
import { checkpointText } from '#core/log/checkpoint.ts';
import { type Entry, readEntry } from '#core/log/entry.ts';
import { formatNote } from '#core/log/note.ts';
import { tilePath } from '#core/log/tiles.ts';
import { LogWriter } from '#core/log/writing.ts';
import type { LogSigner } from '#core/ports.ts';
import { placeFiles } from '#core/state/log-places.ts';
import { type PublishedLog, readPublishedLog } from '#core/state/published-log.ts';
import { type MemoryLogFiles, memoryLogFiles } from '../../memory/log-files.ts';
import type { MemoryStore } from '../../memory/store.ts';

/** A log in memory with real tiles, proofs and checkpoints, which is published when a test says so. */
export interface MemoryLog {
  /** Takes what was committed since and signs a checkpoint over it. */
  publish(): Promise<void>;
  read(): Promise<PublishedLog | undefined>;
  /** All that is published, in its order. */
  entries(): Entry[];
  /** Its bucket. */
  readonly files: MemoryLogFiles;
  /** The same log as it stands, over another store in which the same was written. */
  fork(over: MemoryStore): MemoryLog;
}

/** What a log has taken: the changes of its store so far, and the entries among them. */
interface Taken {
  changes: number;
  entries: readonly { bytes: Uint8Array; entry: Entry | undefined }[];
}

export function memoryLog(
  store: MemoryStore,
  signer: LogSigner,
  files = memoryLogFiles(),
  before: Taken = { changes: 0, entries: [] },
): MemoryLog {
  const writer = new LogWriter();
  const published = [...before.entries];
  writer.append(published.map(({ bytes }) => bytes));
  let seen = before.changes;

  return {
    files,
    entries: () => published.flatMap(({ entry }) => entry ?? []),
    read: () => readPublishedLog({ files, signer }),

    fork(over) {
      const copy = memoryLogFiles();
      for (const { path, bytes } of files.versions) copy.force(path, bytes);
      for (const { path } of files.versions) if (!files.files.has(path)) copy.force(path, undefined);
      return memoryLog(over, signer, copy, { changes: seen, entries: published });
    },

    async publish() {
      const changes = store.changes.slice(seen);
      seen = store.changes.length;
      const added = changes.flatMap(({ table, old, new: item }) =>
        table === 'entries' && old === undefined && item !== undefined ? [utf8(String(item.entry))] : [],
      );
      if (added.length === 0) return;
      const from = writer.size;
      for (const { tile, bytes } of writer.append(added)) files.force(tilePath(tile), bytes);
      published.push(...added.map((bytes) => ({ bytes, entry: readEntry(bytes).entry })));
      for (const { path, bytes } of placeFiles(from, added)) files.force(path, bytes);
      const key = await signer.key();
      const text = checkpointText({ origin: key.name, size: writer.size, root: writer.root() });
      files.force('checkpoint', utf8(formatNote(text, key, await signer.sign(utf8(text)))));
    },
  };
}
