import { canonicalJson } from '#core/canonical.ts';
import { appendEntry, type Entry, type EntryBody, noEntries, type StreamHead } from '#core/log/entry.ts';
import type { Chance, Clock } from '#core/ports.ts';
import { RegistryError, type RegistryErrorCode } from '#core/registry/errors.ts';
import {
  absent,
  equals,
  type Item,
  type Put,
  type Store,
  StoreConflict,
  type Test,
  type Write,
} from '#core/store/store.ts';
import type { TableName } from '#core/store/tables.ts';
import { writtenIn } from './outbox.ts';

/**
 * How state changes: a change is decided on what was read, and is written together with the entries that record it, on
 * the condition that nothing moved meanwhile (I6). Every module of this folder commits through here.
 */
export interface StatePorts {
  store: Store;
  clock: Clock;
  chance: Chance;
}

/** A change that is ready to be committed. */
export interface Prepared {
  /** Where the condition of one does not hold, somebody else was first. */
  writes: readonly Write[];
  /** What the log will say of it. */
  entries: readonly Entry[];
  /** Writes whose failed condition is an answer. It counts only where nobody else was first. */
  guards?: readonly Guard[] | undefined;
}

export interface Guard {
  write: Write;
  refusal: RegistryErrorCode;
}

/** Gives what happened its places in a stream. @returns the entries, and where the stream stands then */
export function record(
  stream: string,
  head: StreamHead,
  at: string,
  ...bodies: readonly EntryBody[]
): { entries: Entry[]; head: StreamHead } {
  const entries: Entry[] = [];
  let last = head;
  for (const body of bodies) {
    const next = appendEntry(stream, last, body, at);
    entries.push(next.entry);
    last = next.head;
  }
  return { entries, head: last };
}

/** An entry that stands alone: a stream of one. */
export function recordAlone(stream: string, at: string, body: EntryBody): Entry {
  return appendEntry(stream, noEntries, body, at).entry;
}

/** What is decided on by its version. */
interface Versioned {
  version: number;
  entries: StreamHead;
}

/**
 * Prepares an act on a thing with a version: the thing as it becomes, and the entry that records the act.
 *
 * @param attributes the item's key, and what indexes list it by, of the thing as it is stored
 * @param finish what the thing holds of its own entry, once that has its place
 */
export function prepareAct<T extends Versioned>(act: {
  table: TableName;
  stream: string;
  at: string;
  next: T;
  entry: EntryBody;
  attributes: (stored: T) => Item;
  finish?: (stored: T, entry: Entry) => T;
}): Prepared & { stored: T; entry: Entry } {
  const { table, stream, at, next, entry: body, attributes, finish } = act;
  const { entry, head } = appendEntry(stream, next.entries, body, at);
  const numbered: T = { ...next, version: next.version + 1, entries: head };
  const stored = finish?.(numbered, entry) ?? numbered;
  const put: Put = { table, put: { ...attributes(stored), ...stored }, when: asOfVersion(next.version) };
  return { stored, entry, entries: [entry], writes: [put] };
}

/** Holds while a thing has the version that was read; 0: while there is none. */
export function asOfVersion(version: number): Test {
  return version === 0 ? absent('pk') : equals('version', version);
}

/** The same for what has no version: holds while its stream stands where it was read. */
export function asOfEntry({ n }: StreamHead): Test {
  return n === 0 ? absent('pk') : equals('entries.n', n);
}

/**
 * Commits changes, and the entries that record them, all or nothing.
 *
 * @throws StoreConflict somebody else was first: read again, decide again
 * @throws RegistryError the refusal of the first guard that failed, where only guards did
 */
export async function commit(store: Store, ...changes: readonly Prepared[]): Promise<void> {
  const entries = changes.flatMap((change) => change.entries);
  const writes = [
    ...changes.flatMap((change) => change.writes),
    ...entries.map((_, i) => outboxPut(entries, i)),
  ];
  const guards = changes.flatMap((change) => change.guards ?? []);
  try {
    await store.write(...writes, ...guards.map(({ write }) => write));
  } catch (error) {
    throw refusalOf(error, writes.length, guards) ?? error;
  }
}

function refusalOf(error: unknown, unguarded: number, guards: readonly Guard[]): RegistryError | undefined {
  if (!(error instanceof StoreConflict)) return undefined;
  // The guards come last. What failed before them, somebody else changed: it may be the very thing that a guard looks at.
  const [first] = error.failed;
  const guard = first === undefined ? undefined : guards[first - unguarded];
  return guard === undefined ? undefined : new RegistryError(guard.refusal, { cause: error });
}

/**
 * An entry on its way to the log. The table's stream carries it to `sequence`, which keeps the entries of one transaction
 * together. An entry is written once: a second in the same place fails the transaction.
 */
function outboxPut(entries: readonly Entry[], i: number): Put {
  const places = entries.map(({ stream, n }) => ({ stream, n }));
  const entry = entries[i];
  if (entry === undefined) throw new RangeError('no such entry');
  const { stream, n, kind, at } = entry;
  const together = places.length === 1 ? {} : { together: places };
  return {
    table: 'entries',
    put: { stream, n, kind, written: writtenIn(at), entry: canonicalJson(entry), ...together },
    when: absent('n'),
  };
}

/** How often something is decided again while others are first. Many at once on one case take turns. */
const attempts = 12;
const firstPauseMs = 20;
const longestPauseMs = firstPauseMs * 2 ** 6;

/**
 * Reads, decides and commits; again from the start where somebody else was first.
 *
 * @throws StoreConflict if others were first every time: nothing was changed
 */
export async function decideUntilFirst<T>(
  { clock, chance }: Pick<StatePorts, 'clock' | 'chance'>,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof StoreConflict) || tries === attempts) throw error;
      await clock.pause(chance.fraction() * Math.min(firstPauseMs * 2 ** tries, longestPauseMs));
    }
  }
}
