import { EventError, type EventErrorCode, type IdentityEvent, parseIdentityEvent } from './identity.ts';
import { parseSshdLine } from './sshd.ts';

/**
 * Files of identity events: JSON lines, or an sshd auth log.
 *
 * The two are held to different rules. JSON lines come from a backend that writes them for us, so one that is
 * malformed stops the file: something is broken there. An auth log is full of lines about other things; those are
 * skipped, counted and shown.
 */
export type FileFormat = 'jsonl' | 'sshd';

/** Why a line of an auth log gave no event: it tells of no log-in, or of one that cannot be. */
export type SkipReason = 'not-a-login' | EventErrorCode;

/** A line that has something on it. Lines count from 1, blank ones too, as an editor shows them. */
export type FileLine =
  | { line: number; event: IdentityEvent; skipped?: never }
  | { line: number; skipped: SkipReason; event?: never };

/** A malformed JSON line. Names the line and the reason, never what it says. */
export class EventFileError extends Error {
  override name = 'EventFileError';
  readonly code: EventErrorCode;
  readonly line: number;

  constructor(code: EventErrorCode, line: number) {
    super(`${code} in line ${line}`);
    this.code = code;
    this.line = line;
  }
}

/** What a file is, by its first line that is not blank. */
export function formatOf(line: string): FileFormat {
  return line.trimStart().startsWith('{') ? 'jsonl' : 'sshd';
}

/**
 * Reads a file's lines one by one, never holding more than one.
 *
 * @param lines without their line ends, from `splitLines`
 * @param year of every stamp, where the file is an auth log (`latestYear` finds the default)
 * @throws EventFileError at the first malformed JSON line; everything before it has been yielded
 */
export async function* readEvents(
  lines: Iterable<string> | AsyncIterable<string>,
  year: number,
): AsyncGenerator<FileLine> {
  let format: FileFormat | undefined;
  let line = 0;
  for await (const text of lines) {
    line += 1;
    if (text.trim() === '') continue;
    format ??= formatOf(text);
    yield format === 'jsonl' ? jsonLine(text, line) : logLine(text, line, year);
  }
}

function jsonLine(text: string, line: number): FileLine {
  try {
    return { line, event: parseIdentityEvent(wellEncoded(text)) };
  } catch (error) {
    throw error instanceof EventError ? new EventFileError(error.code, line) : error;
  }
}

function logLine(text: string, line: number, year: number): FileLine {
  try {
    const event = parseSshdLine(text, year);
    if (event === undefined) return { line, skipped: 'not-a-login' };
    wellEncoded(text);
    return { line, event };
  } catch (error) {
    if (error instanceof EventError) return { line, skipped: error.code };
    throw error;
  }
}

/** What was not UTF-8 has been replaced by U+FFFD, in which several accounts could become one. */
function wellEncoded(text: string): string {
  if (text.includes('\ufffd')) throw new EventError('encoding-invalid');
  return text;
}

/** What became of a file: how many lines gave events, and what was skipped, why, and where first. */
export interface FileSummary {
  events: number;
  skipped: Partial<Record<SkipReason, { count: number; firstLines: number[] }>>;
}

const FIRST_LINES = 5;

/** A summary with one more line in it. */
export function summarise(summary: FileSummary, { line, skipped: reason }: FileLine): FileSummary {
  if (reason === undefined) return { ...summary, events: summary.events + 1 };
  const { count, firstLines } = summary.skipped[reason] ?? { count: 0, firstLines: [] };
  const lines = count < FIRST_LINES ? [...firstLines, line] : firstLines;
  return { ...summary, skipped: { ...summary.skipped, [reason]: { count: count + 1, firstLines: lines } } };
}

export const emptySummary: FileSummary = { events: 0, skipped: {} };

/**
 * A file's bytes as lines, whatever chunks they come in. Ends lines at LF and CRLF only: `node:readline` also
 * breaks them at U+2028 and a lone CR, which an account in a JSON line may hold, and a broken line could be
 * made to read as somebody else's.
 */
export async function* splitLines(
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield withoutCr(line);
  }
  rest += decoder.decode();
  if (rest !== '') yield withoutCr(rest);
}

function withoutCr(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
