import { SourceError } from '#client/log/source.ts';
import { openCheckpoint } from '#core/log/checkpoint.ts';
import { LogError } from '#core/log/errors.ts';
import type { VerifierKey } from '#core/log/note.ts';
import type { SignedCheckpoint } from '#core/log/reading.ts';
import type { Book } from './book.ts';
import { beginsWith } from './growth.ts';
import type { ProvenFiles } from './proven-files.ts';
import type { Waiting } from './waiting.ts';

/**
 * What others were shown of the same log: a witness, another's monitor or mirror. Two checkpoints that one key signed and of
 * which neither begins with the other prove a split view, whoever hands them over.
 */
export interface Other {
  /** What it is called to people. */
  name: string;
  /** The checkpoint that it has, as a signed note; undefined if it has none. @throws SourceError */
  read: () => Promise<string | undefined>;
}

/** Somebody who could not be asked, or has no checkpoint that this log's key signed. */
export interface Unasked {
  name: string;
  why: string;
}

/** A checkpoint may be newer than the one that was read a moment before, not newer than those of an hour. */
export const BEHIND_MS = 3_600_000;

export interface Compared {
  files: ProvenFiles;
  key: VerifierKey;
  book: Book;
  waiting: Waiting;
  now: number;
}

/** @returns those that could not be compared @throws FileFault */
export async function compareOthers(others: readonly Other[], to: Compared): Promise<Unasked[]> {
  const unasked: Unasked[] = [];
  for (const other of others) {
    const theirs = await checkpointOf(other, to.key);
    if ('why' in theirs) unasked.push({ name: other.name, why: theirs.why });
    else await compare(other.name, theirs, to);
  }
  return unasked;
}

async function checkpointOf({ read }: Other, key: VerifierKey): Promise<SignedCheckpoint | { why: string }> {
  try {
    const note = await read();
    if (note === undefined) return { why: 'it has no checkpoint of this log' };
    return { ...openCheckpoint(note, key), note };
  } catch (error) {
    if (error instanceof SourceError) return { why: error.message };
    if (error instanceof LogError) return { why: 'what it has is no checkpoint that this log’s key signed' };
    throw error;
  }
}

/** @throws FileFault */
export async function compare(name: string, theirs: SignedCheckpoint, to: Compared): Promise<void> {
  const { waiting, book, key, now } = to;
  const { of } = to.files;
  const topic = `behind ${name}`;
  const waited = waiting.for(topic);
  // What was ahead is compared as soon as this log is as large: somebody who is always ahead would never be.
  if (waited?.note !== undefined && BigInt(waited.size ?? 0) <= of.size) {
    await hold(name, { ...openCheckpoint(waited.note, key), note: waited.note }, to);
    waiting.set(topic, undefined);
  }
  if (theirs.size <= of.size) await hold(name, theirs, to);
  else if (waiting.for(topic) === undefined)
    waiting.set(topic, { since: now, size: String(theirs.size), note: theirs.note });
  const since = waiting.for(topic)?.since ?? now;
  const message = `${name} was shown a log that is larger than this one has been since`;
  book.settle(topic, now - since > BEHIND_MS ? [{ code: 'log-behind', message }] : []);
}

async function hold(name: string, theirs: SignedCheckpoint, { files, book }: Compared): Promise<void> {
  if (await beginsWith(files, theirs)) return;
  const message = `its key signed two histories: the one that is shown here, and the one that ${name} was shown`;
  book.fork(`${message}, of ${theirs.size} entries`, [files.of.note, theirs.note]);
}
