import { createHash } from 'node:crypto';
import { canonicalJson } from '#core/canonical.ts';
import { appendEntry, type EntryBody, noEntries, type StreamHead } from '#core/log/entry.ts';
import type { Chance, LogSigner } from '#core/ports.ts';
import { keepingFiles } from '#core/sequencer/kept-files.ts';
import { type SequencerPorts, sequencer } from '#core/sequencer/sequencer.ts';
import type { OutboxItem } from '#core/state/outbox.ts';
import { memoryKms } from '../../memory/kms.ts';
import { type MemoryLogFiles, memoryLogFiles } from '../../memory/log-files.ts';
import { type MemoryWatch, memoryChance, memoryWatch } from '../../memory/outside.ts';
import { type MemoryStore, memoryStore } from '../../memory/store.ts';

/** A log in memory, as a test has it to itself. */
export interface OwnLog {
  store: MemoryStore;
  files: MemoryLogFiles;
  signer: LogSigner;
  chance: Chance;
  watch: MemoryWatch;
  /** How many entries were in it before the test. */
  before: number;
}

const { log: signer } = memoryKms();

export function newLog(): OwnLog {
  const [store, files] = [memoryStore(), memoryLogFiles()];
  return { store, files, signer, chance: memoryChance(), watch: memoryWatch(), before: 0 };
}

/** Another log that is the same so far. */
export function copyOf(log: OwnLog): OwnLog {
  const head = log.store.items('log').find(({ pk }) => pk === 'head');
  const copy = { ...newLog(), before: Number(head?.size ?? 0) };
  for (const item of log.store.items('log')) copy.store.force('log', item);
  for (const { path, bytes } of log.files.versions) copy.files.force(path, bytes);
  return copy;
}

/** A log of so many entries, in one checkpoint. */
export async function logOf(acts: Acts, size: number): Promise<OwnLog> {
  const log = newLog();
  if (size > 0) await instanceOf(log).deliver(acts.many(size));
  return copyOf(log);
}

/** Disturbs a port: `over('store', store)`. */
export type Over = <T extends object>(name: string, port: T) => T;

/** A sequencer as a Lambda instance is started: with nothing in memory. */
export function instanceOf({ store, files, signer, chance, watch }: OwnLog, over: Over = (_, port) => port) {
  const ports: SequencerPorts = {
    store: over('store', store),
    files: keepingFiles(over('files', files)),
    signer: over('signer', signer),
    chance,
    watch,
  };
  return sequencer(ports);
}

/** Puts entries into the outbox, as commits do. */
export function commit({ store }: OwnLog, items: readonly Record<string, unknown>[]): void {
  for (const item of items) store.force('entries', item);
}

/** The entries of a stream, as acts commit them one after the other. */
export function streamOf(stream: string, acts: readonly { at: string; body: EntryBody }[]): OutboxItem[] {
  let last = noEntries;
  return acts.map(({ at, body }) => {
    const { entry, head } = appendEntry(stream, last, body, at);
    last = head;
    return { stream, n: entry.n, entry: canonicalJson(entry) };
  });
}

/** Makes entries of streams, as acts commit them: each case begins with its request, and then is looked at. */
export class Acts {
  private readonly heads = new Map<string, StreamHead>();
  private ms = Date.parse('2026-11-20T09:00:00.000Z');
  private count = 0;

  /** The name of a case that there is none of yet. */
  newCase(): string {
    return `case/${String(this.count++).padStart(6, '0')}`;
  }

  /** The next entry of a stream. */
  one(stream: string): OutboxItem {
    const before = this.heads.get(stream) ?? noEntries;
    const body = before.n === 0 ? received() : opened(`${stream} ${before.n}`);
    const { entry, head } = appendEntry(stream, before, body, new Date(this.ms++).toISOString());
    this.heads.set(stream, head);
    return { stream, n: entry.n, entry: canonicalJson(entry) };
  }

  /** Entries of several streams, committed in one transaction. */
  together(...streams: readonly string[]): OutboxItem[] {
    const items = streams.map((stream) => this.one(stream));
    const together = items.map(({ stream, n }) => ({ stream, n }));
    return items.map((item) => ({ ...item, together }));
  }

  /** So many entries, of as many streams. */
  many(count: number, streams = count): OutboxItem[] {
    const names = Array.from({ length: streams }, () => this.newCase());
    return Array.from({ length: count }, (_, i) => this.one(names[i % streams] ?? ''));
  }

  /** A case's first two, and two of one transaction. */
  four(): OutboxItem[] {
    const name = this.newCase();
    return [this.one(name), this.one(name), ...this.together(this.newCase(), this.newCase())];
  }
}

const commitment = (of: string) => createHash('sha256').update(of).digest('base64url');

function opened(of: string): EntryBody {
  return { kind: 'review.opened', data: { reviewer: commitment(of) } };
}

function received(): EntryBody {
  return {
    kind: 'request.received',
    data: {
      agency: 'lka-1.polizei',
      priority: 'Routine',
      instrument: 'EPOC',
      jurisdiction: 'DE',
      categories: ['SubscriberData'],
      subjects: 1,
      request: commitment('request'),
      resolved: commitment('resolved'),
      policyHash: 'sha-256=:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa=:',
    },
  };
}
