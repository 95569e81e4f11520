import { EventError, type EventErrorCode, type IdentityEvent, parseIdentityEvent } from './identity.ts';
import type { SkipReason } from './reader.ts';
import type { FormatName } from './readers.ts';
import { parseSshdLine } from './sshd.ts';

/**
 * Files of identity events: JSON lines, or an sshd auth log.
 *
 * The two are held to different rules. JSON lines come from a backend that writes them for us, so one that is
 * malformed stops the file: something is broken there, and only who knows what may say that it is to be skipped. An
 * auth log is full of lines about other things; those are skipped, counted and shown.
 */
export type FileFormat = FormatName;

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

/** Characters of a line that is read at all: 16 times the longest event. */
const LONGEST_LINE = 65_536;

/** What a file is, by its first line that is not blank. */
export function formatOf(line: string): FileFormat {
  return line.trimStart().startsWith('{') ? 'jsonl' : 'sshd';
}

/**
 * Reads a file's lines one by one, never holding more than one.
 *
 * @param lines without their line ends, from `splitLines`
 * @param year of every stamp, where the file is an auth log (`latestYear` finds the default)
 * @param skipMalformed a malformed JSON line is yielded as skipped, as one of an auth log is
 * @throws EventFileError at the first malformed JSON line; everything before it has been yielded
 */
export async function* readEvents(
  lines: Iterable<string> | AsyncIterable<string>,
  year: number,
  { skipMalformed = false } = {},
): AsyncGenerator<FileLine> {
  let format: FileFormat | undefined;
  let line = 0;
  for await (const text of lines) {
    line += 1;
    if (text.trim() === '') continue;
    format ??= formatOf(text);
    const stops = format === 'jsonl' && !skipMalformed;
    yield fileLine(line, stops, () => (format === 'jsonl' ? jsonLine(text) : logLine(text, year)));
  }
}

function fileLine(line: number, stops: boolean, read: () => IdentityEvent | undefined): FileLine {
  try {
    const event = read();
    return event === undefined ? { line, skipped: 'not-a-login' } : { line, event };
  } catch (error) {
    if (!(error instanceof EventError)) throw error;
    if (stops) throw new EventFileError(error.code, line);
    return { line, skipped: error.code };
  }
}

function jsonLine(text: string): IdentityEvent {
  return parseIdentityEvent(wellEncoded(whole(text)));
}

function logLine(text: string, year: number): IdentityEvent | undefined {
  const event = parseSshdLine(whole(text), year);
  if (event !== undefined) wellEncoded(text);
  return event;
}

/** `splitLines` cuts what is longer. */
function whole(text: string): string {
  if (text.length > LONGEST_LINE) throw new EventError('event-too-large');
  return text;
}

/** What was not UTF-8 has been replaced by U+FFFD, in which several accounts could become one. */
function wellEncoded(text: string): string {
  if (text.includes('\ufffd')) throw new EventError('encoding-invalid');
  return text;
}

/** How many lines there were of each code, and which came first. */
export type Tally<Code extends string> = Partial<Record<Code, { count: number; firstLines: number[] }>>;

const FIRST_LINES = 5;

/** A tally with one more line in it. */
export function tallied<Code extends string>(tally: Tally<Code>, code: Code, line: number): Tally<Code> {
  const { count, firstLines } = tally[code] ?? { count: 0, firstLines: [] };
  const lines = count < FIRST_LINES ? [...firstLines, line] : firstLines;
  return { ...tally, [code]: { count: count + 1, firstLines: lines } };
}

/** What became of a file: how many lines gave events, and what was skipped, why, and where first. */
export interface FileSummary {
  events: number;
  skipped: Tally<SkipReason>;
}

/** A summary with one more line in it. */
export function summarise(summary: FileSummary, { line, skipped }: FileLine): FileSummary {
  return skipped === undefined
    ? { ...summary, events: summary.events + 1 }
    : { ...summary, skipped: tallied(summary.skipped, skipped, line) };
}

export const emptySummary: FileSummary = { events: 0, skipped: {} };

/**
 * A file's bytes as lines, whatever chunks they come in. Ends lines at LF and CRLF only: `node:readline` also
 * breaks them at U+2028 and a lone CR, which an account in a JSON line may hold, and a broken line could be
 * made to read as somebody else's.
 *
 * Of a line that does not end, only so much is held that it still counts as too long, with or without a CR:
 * `readEvents` refuses it unread, since what a cut leaves could read as somebody else's too.
 */
export async function* splitLines(
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_LINE) rest = rest.slice(0, LONGEST_LINE + '\r\n'.length);
    for (const line of lines) yield withoutCr(line);
  }
  rest += decoder.decode();
  if (rest !== '') yield withoutCr(rest);
}

function withoutCr(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
