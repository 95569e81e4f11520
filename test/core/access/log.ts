import type { Logged, PublishedLog } from '#core/access/ports.ts';
import { toHex, utf8 } from '#core/bytes.ts';
import { checkpointText } from '#core/log/checkpoint.ts';
import { type Entry, readEntry } from '#core/log/entry.ts';
import { formatNote } from '#core/log/note.ts';
import { readBundles, readCheckpoint, readProven, type SignedCheckpoint } from '#core/log/reading.ts';
import { tilePath } from '#core/log/tiles.ts';
import { leafHash } from '#core/log/tree.ts';
import { LogWriter } from '#core/log/writing.ts';
import type { LogSigner } from '#core/ports.ts';
import type { MemoryStore } from '../../memory/store.ts';

/** A log in memory: real tiles, proofs and checkpoints, published when a test says so. */
export interface MemoryLog {
  /** Takes what was committed since and signs a checkpoint over it. */
  publish(): Promise<void>;
  read(): Promise<PublishedLog | undefined>;
  /** All that is published, in its order. */
  entries(): Entry[];
  /** Where the index says that an entry is. Somebody who writes tables can change it. */
  readonly places: Map<string, bigint>;
}

export const placeName = (stream: string, n: number) => `${stream} ${n}`;

export function memoryLog(store: MemoryStore, signer: LogSigner): MemoryLog {
  const files = new Map<string, Uint8Array>();
  const places = new Map<string, bigint>();
  const writer = new LogWriter();
  const published: Entry[] = [];
  const readFile = async (path: string) => files.get(path);
  let seen = 0;

  async function publish(): Promise<void> {
    const changes = store.changes.slice(seen);
    seen = store.changes.length;
    const texts = changes.flatMap(({ table, old, new: item }) =>
      table === 'entries' && old === undefined && item !== undefined ? [String(item.entry)] : [],
    );
    if (texts.length === 0) return;
    const from = writer.size;
    for (const { tile, bytes } of writer.append(texts.map(utf8))) files.set(tilePath(tile), bytes);
    for (const [i, text] of texts.entries()) {
      const { entry } = readEntry(utf8(text));
      if (entry === undefined) throw new Error('an entry of no known kind');
      published.push(entry);
      places.set(placeName(entry.stream, entry.n), from + BigInt(i));
    }
    const key = await signer.key();
    const text = checkpointText({ origin: key.name, size: writer.size, root: writer.root() });
    files.set('checkpoint', utf8(formatNote(text, key, await signer.sign(utf8(text)))));
  }

  async function find(
    checkpoint: SignedCheckpoint,
    stream: string,
    n: number,
    hash: string | undefined,
  ): Promise<Logged | undefined> {
    const index = places.get(placeName(stream, n));
    if (index === undefined || index >= checkpoint.size) return undefined;
    const proven = await readProven(readFile, index, checkpoint);
    const { entry } = readEntry(proven.bytes);
    const isIt = entry?.stream === stream && entry.n === n;
    if (!isIt || (hash !== undefined && toHex(leafHash(proven.bytes)) !== hash))
      throw new Error('the log holds another entry in this place');
    return { entry, proven };
  }

  async function* between({ size }: SignedCheckpoint, from: bigint, to: bigint): AsyncGenerator<Entry> {
    for await (const { entries } of readBundles(readFile, from, to, size)) {
      for (const bytes of entries) {
        const { entry } = readEntry(bytes);
        if (entry !== undefined) yield entry;
      }
    }
  }

  return {
    publish,
    places,
    entries: () => [...published],
    async read() {
      const checkpoint = await readCheckpoint(readFile, await signer.key());
      if (checkpoint === undefined) return undefined;
      return {
        checkpoint,
        find: (stream, n, hash) => find(checkpoint, stream, n, hash),
        entries: (from, to) => between(checkpoint, from, to),
      };
    },
  };
}
