import { namesIn } from '#core/exhaustive.ts';
import { EventError, type EventErrorCode, isFailedTry } from './identity.ts';
import { type BytesErrorCode, LONGEST_LINE } from './lines.ts';
import { type Years, yearFinder } from './placing.ts';
import {
  type Assumption,
  type EventReader,
  type LineOutcome,
  ReadingError,
  type ReadingErrorCode,
  type ReadingOptions,
  type SkipReason,
} from './reader.ts';
import { type FormatName, readers } from './readers.ts';

/**
 * Files of identity events, in any of the formats of core/events/readers.ts: what a file is, of which years, what its lines
 * give, and how many were what.
 */
export const formatNames = namesIn(readers);

/** A line that has something on it. Lines count from 1, blank ones too, as an editor shows them. */
export type FileLine = LineOutcome & { line: number };

/**
 * Why a file stops at a line.
 *
 * - `json-array`: its first line begins an array; one event a line is read.
 * - `format-unknown`: its first line is of no format that is read.
 * - `file-empty`, `nothing-understood`: no line of it tells of anything.
 */
export type FileErrorCode =
  | EventErrorCode
  | ReadingErrorCode
  | BytesErrorCode
  | 'json-array'
  | 'format-unknown'
  | 'file-empty'
  | 'nothing-understood';

/** A line that stops its file. Names the line and the reason, never what it says. Line 0: the file as a whole. */
export class EventFileError extends Error {
  override name = 'EventFileError';
  readonly code: FileErrorCode;
  readonly line: number;
  /** Which column of a CSV file, from 1. */
  readonly column: number | undefined;

  constructor(code: FileErrorCode, line: number, column?: number) {
    super(line === 0 ? code : `${code} in line ${line}`);
    this.code = code;
    this.line = line;
    this.column = column;
  }
}

/**
 * What a file is, by its first line that is not blank.
 *
 * @throws EventFileError `json-array`, `format-unknown`
 */
export function formatOf(text: string, line: number): FormatName {
  const found = formatNames.find((name) => readers[name].recognises(text));
  if (found !== undefined) return found;
  throw new EventFileError(/^\s*\[\s*(?:[{\]]|$)/.test(text) ? 'json-array' : 'format-unknown', line);
}

/** How a file is read: its format, and the years of stamps that name none. */
export interface Reading {
  format: FormatName;
  /** Of what takes its years from the lines. Not known: every line that needs one stops the file. */
  years?: Years;
}

/**
 * Finds out how a file is read. Of a format whose stamps may name no year it looks at every line.
 *
 * @param format where the caller knows it
 * @throws EventFileError `file-empty`, `json-array`, `format-unknown`
 */
export async function readingOf(
  lines: AsyncIterable<string> | Iterable<string>,
  { now, zone, year }: Pick<ReadingOptions, 'now' | 'zone' | 'year'>,
  given?: FormatName,
): Promise<Reading> {
  let format = given;
  let line = 0;
  let finder: ReturnType<typeof yearFinder> | undefined;
  for await (const text of lines) {
    line += 1;
    if (text.trim() === '') continue;
    format ??= formatOf(text, line);
    const { stampOf } = readers[format];
    if (stampOf === undefined || zone === undefined) return { format };
    finder ??= yearFinder(zone);
    const stamp = text.length > LONGEST_LINE ? undefined : stampOf(text);
    if (stamp !== undefined) finder.see(stamp);
  }
  if (format === undefined || line === 0) throw new EventFileError('file-empty', 0);
  const years = finder?.years(now, year);
  return typeof years === 'object' ? { format, years } : { format };
}

/**
 * Reads a file's lines one by one, never holding more than one.
 *
 * @param lines without their line ends, from `splitLines`
 * @param reading from `readingOf`
 * @param skipMalformed a malformed line is yielded as skipped in any format, as one of a log is
 * @throws EventFileError at the first line that stops the file; everything before it has been yielded
 */
export async function* readEvents(
  lines: Iterable<string> | AsyncIterable<string>,
  { format, years }: Reading,
  { skipMalformed = false, ...options }: ReadingOptions & { skipMalformed?: boolean },
): AsyncGenerator<FileLine> {
  const reader: EventReader = readers[format];
  const take = reader.begin(years === undefined ? options : { ...options, year: years.first });
  const stops = reader.malformed === 'stops' && !skipMalformed;
  let line = 0;
  for await (const text of lines) {
    line += 1;
    if (text.trim() === '') continue;
    yield { line, ...outcome(line, stops, () => wellEncoded(take(whole(text), line))) };
  }
}

function outcome(line: number, stops: boolean, read: () => LineOutcome): LineOutcome {
  try {
    return read();
  } catch (error) {
    if (error instanceof ReadingError) throw new EventFileError(error.code, line, error.column);
    if (!(error instanceof EventError)) throw error;
    if (stops) throw new EventFileError(error.code, line);
    return { skipped: error.code };
  }
}

/** `splitLines` cuts what is longer. */
function whole(text: string): string {
  if (text.length > LONGEST_LINE) throw new EventError('event-too-large');
  return text;
}

/** What was not UTF-8 has been replaced by U+FFFD, in which several accounts could become one. */
function wellEncoded(outcome: LineOutcome): LineOutcome {
  const { event } = outcome;
  const names = event === undefined ? [] : [event.account, event.kind === 'username' ? event.username : ''];
  if (names.some((name) => name.includes('\ufffd'))) throw new EventError('encoding-invalid');
  return outcome;
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

/** What became of a file: how many lines gave events, and what was skipped or assumed, why, and where first. */
export interface FileSummary {
  /** Lines with something on them. */
  lines: number;
  events: number;
  /** How many of the events are tries that failed. */
  failed: number;
  skipped: Tally<SkipReason>;
  assumed: Tally<Assumption>;
}

/** A summary with one more line in it. */
export function summarise(summary: FileSummary, outcome: FileLine): FileSummary {
  const { line } = outcome;
  const lines = summary.lines + 1;
  if (outcome.event === undefined)
    return { ...summary, lines, skipped: tallied(summary.skipped, outcome.skipped, line) };
  const { assumed } = outcome;
  return {
    ...summary,
    lines,
    events: summary.events + 1,
    failed: summary.failed + (isFailedTry(outcome.event) ? 1 : 0),
    assumed: assumed === undefined ? summary.assumed : tallied(summary.assumed, assumed, line),
  };
}

export const emptySummary: FileSummary = { lines: 0, events: 0, failed: 0, skipped: {}, assumed: {} };

/** @throws EventFileError `nothing-understood`: no line is a log-in, nor anything else that the format has */
export function mustBeUnderstood({ events, skipped }: FileSummary): void {
  if (events === 0 && skipped['not-a-login'] === undefined && skipped['failed-try'] === undefined)
    throw new EventFileError('nothing-understood', 0);
}
