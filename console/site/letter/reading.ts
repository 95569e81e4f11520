import { type ReadonlySignal, signal } from '@preact/signals';
import { keepingNewest } from '#client/log/browse.ts';
import type { PlacedEntry } from '#client/log/proven-bundle.ts';
import { isWholeChain, lookForCase } from '#client/notice/find.ts';
import { checkNotice, type NoticePart, openNotice } from '#client/notice/open.ts';
import {
  type CodeMistake,
  mistakeIn,
  type NoticeCode,
  parseCode,
  partsOfCode,
} from '#core/cases/notice-code.ts';
import type { NoticeFile } from '#core/cases/notice-file.ts';
import { LogError } from '#core/log/errors.ts';
import type { ReadFile, SignedCheckpoint } from '#core/log/reading.ts';

/**
 * What becomes of a code that a person typed. Nothing of the file is shown before the log is found to say that they were given
 * exactly it; where it does not, that is all that is shown.
 */
export type Reading =
  | { is: 'typing'; mistake?: CodeMistake }
  | { is: 'asking' }
  /** Nobody was given this code, a newer letter took its place, or the case is forgotten: the server cannot tell. */
  | { is: 'nothing' }
  /** It was sealed for another code, or changed. */
  | { is: 'unopened' }
  /** There is no checkpoint that can be believed. */
  | { is: 'no-log' }
  | { is: 'looking'; read: number; of: number }
  /** The whole log was read, and it does not commit to what opened. */
  | { is: 'unsaid' }
  /** Entries of the case are missing, or not in their order. */
  | { is: 'broken' }
  /** What the log says in the clear is something else. */
  | { is: 'differs'; of: readonly NoticePart[] }
  | { is: 'failed'; error: unknown }
  | { is: 'open'; letter: OpenLetter };

export interface OpenLetter {
  file: NoticeFile;
  /** The entry that commits to the file, by its index in the log. */
  committed: bigint;
  entries: readonly PlacedEntry[];
  /** Whether the log was read to its end: more may have happened. `failed`: it could not be. */
  later: { is: 'looking'; read: number; of: number } | { is: 'looked' } | { is: 'failed'; error: unknown };
}

/** As much of the site as a letter is read with. */
export interface LetterPorts {
  /** What stands below `/v1/`. */
  files: ReadFile;
  log: { read: ReadFile } | undefined;
  /** The newest checkpoint, verified; undefined where there is none. */
  checkpoint(): Promise<SignedCheckpoint | undefined>;
}

export interface LetterReading {
  state: ReadonlySignal<Reading>;
  open(typed: string): Promise<void>;
  /** Forgets all that was opened. */
  close(): void;
}

export function letterReading(ports: LetterPorts): LetterReading {
  const state = signal<Reading>({ is: 'typing' });
  let turn = 0;
  async function read(code: NoticeCode, show: (next: Reading) => boolean): Promise<void> {
    const parts = partsOfCode(code);
    const sealed = await ports.files(`notices/${parts.tag}`);
    if (sealed === undefined) return void show({ is: 'nothing' });
    const file = await openNotice(code, sealed);
    if (file === undefined) return void show({ is: 'unopened' });
    const { log } = ports;
    const checkpoint = await ports.checkpoint();
    if (log === undefined || checkpoint === undefined) return void show({ is: 'no-log' });
    await look(keepingNewest(log.read).read, checkpoint, { parts, file }, show);
  }
  return {
    state,
    async open(typed) {
      const own = ++turn;
      // What was closed, or asked for again, is shown no more.
      const show = (next: Reading) => {
        if (turn === own) state.value = next;
        return turn === own;
      };
      const code = parseCode(typed);
      if (code === undefined) {
        const mistake = mistakeIn(typed);
        show({ is: 'typing', ...(mistake === undefined ? {} : { mistake }) });
        return;
      }
      show({ is: 'asking' });
      try {
        await read(code, show);
      } catch (error) {
        show({ is: 'failed', error });
      }
    },
    close() {
      turn++;
      state.value = { is: 'typing' };
    },
  };
}

interface Opened {
  parts: ReturnType<typeof partsOfCode>;
  file: NoticeFile;
}

/** Reads on until the log is at its end, or nobody waits any more. */
async function look(
  read: ReadFile,
  of: SignedCheckpoint,
  { parts, file }: Opened,
  show: (next: Reading) => boolean,
): Promise<void> {
  let letter: OpenLetter | undefined;
  try {
    for await (const { entries, ...looked } of lookForCase(read, of, file)) {
      const known = entries.flatMap(({ entry }) => (entry === undefined ? [] : [entry]));
      const { committedBy, differs } = checkNotice(parts, file, known);
      const committing = entries.find(({ envelope }) => envelope.n === committedBy);
      if (committing === undefined) {
        if (!show({ is: 'looking', ...looked })) return;
        continue;
      }
      if (!isWholeChain(entries)) return void show({ is: 'broken' });
      if (differs.length > 0) return void show({ is: 'differs', of: differs });
      const isEnd = looked.read === looked.of;
      letter = {
        file,
        committed: committing.index,
        entries,
        later: isEnd ? { is: 'looked' } : { is: 'looking', ...looked },
      };
      if (!show({ is: 'open', letter })) return;
    }
    if (letter === undefined) show({ is: 'unsaid' });
  } catch (error) {
    // What was proven stays so, whatever comes after it. What does not verify says that the log is not to be believed.
    if (letter === undefined || error instanceof LogError) throw error;
    show({ is: 'open', letter: { ...letter, later: { is: 'failed', error } } });
  }
}
