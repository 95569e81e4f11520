import { createReadStream } from 'node:fs';
import {
  EventFileError,
  type FileLine,
  type FileSummary,
  type Reading,
  readEvents,
  readingOf,
  type Tally,
} from '#core/events/file.ts';
import { BytesError, splitLines } from '#core/events/lines.ts';
import type { Assumption, ReadingOptions, SkipReason } from '#core/events/reader.ts';
import { type FormatName, readers } from '#core/events/readers.ts';
import { counted } from '../common.ts';
import { gunzip } from './gunzip.ts';

/** Reads files of identity events line by line, and says in words what they hold. */

export interface FileOptions extends ReadingOptions {
  /** What the file is, where the caller knows. Default: as its first line says. */
  format?: FormatName;
  /** Skips a malformed line in every format. */
  skipMalformed?: boolean;
}

/** How a file is read: what it was found to be, and what was given or assumed. Kept with the batch. */
export interface FileReading extends Reading, Pick<ReadingOptions, 'map' | 'only'> {
  zone?: string;
  failedToo: boolean;
}

/**
 * Decides how to read a file.
 *
 * @throws EventFileError
 */
export async function fileReading(file: string, options: FileOptions): Promise<FileReading> {
  const { zone, failedToo = false, format, map, only } = options;
  const reading = await asFileError(readingOf(splitLines(createReadStream(file), gunzip), options, format));
  return {
    ...reading,
    ...(zone === undefined ? {} : { zone }),
    ...(map === undefined ? {} : { map }),
    ...(only === undefined ? {} : { only }),
    failedToo,
  };
}

export interface LineOptions {
  /** How many bytes to read: the size that the file had earlier. */
  bytes?: number;
  /** Called with the bytes as they are read. */
  onChunk?: (chunk: Uint8Array) => void;
}

/**
 * A file's lines one by one, never holding more than one.
 *
 * @throws EventFileError with line and reason
 */
export async function* eventLines(
  file: string,
  reading: FileReading,
  options: FileOptions,
  { bytes = Number.POSITIVE_INFINITY, onChunk = () => {} }: LineOptions = {},
): AsyncGenerator<FileLine> {
  async function* chunks() {
    for await (const chunk of createReadStream(file, { end: bytes - 1 })) {
      onChunk(chunk);
      yield chunk;
    }
  }
  const lines = readEvents(splitLines(chunks(), gunzip), reading, options);
  for (;;) {
    const next = await asFileError(lines.next());
    if (next.done === true) return;
    yield next.value;
  }
}

/** What is wrong with a file's bytes is wrong with the file. */
async function asFileError<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof BytesError ? new EventFileError(error.code, 0) : error;
  }
}

/** What a file was taken for, and what was assumed of it. */
export function describeReading({ format, zone, years, failedToo, map, only }: FileReading): string {
  const { title, stampOf } = readers[format];
  const inYears =
    years === undefined
      ? ''
      : `, ${years.first === years.last ? `of ${years.first}` : `from ${years.first} to ${years.last}`}`;
  const stamps =
    stampOf === undefined || zone === undefined ? '' : `; times without a zone taken as ${zone}${inYears}`;
  const taken =
    map === undefined || only !== undefined
      ? ''
      : '; each line taken for a log-in that succeeded, where the format does not say so (--only says which are)';
  return `read as ${title}${stamps}${taken}${failedToo ? '; failed tries taken too' : ''}`;
}

/** What the lines were that gave no event. Every other code: lines that cannot be events. */
const skippedAs: Partial<Record<SkipReason, string>> = {
  header: 'lines of column names',
  'not-sshd': 'lines of other programs',
  'not-a-login': 'lines of other things',
  'failed-try': 'failed tries left out (--failed-too takes them)',
  'without-address': 'log-ins from no address',
};

const assumedAs: Readonly<Record<Assumption, string>> = {
  'hour-twice':
    'events of an hour that the clocks showed twice, taken for the first unless the lines before say otherwise',
  'in-seconds': 'times taken as seconds since 1970',
  'in-milliseconds': 'times taken as milliseconds since 1970',
  'in-microseconds': 'times taken as microseconds since 1970',
  'in-nanoseconds': 'times taken as nanoseconds since 1970',
};

/** The result for a file's lines, in words: what it was taken for, counts, reasons, the first place of each. */
export function describeFile({ summary, read }: { summary: FileSummary; read: FileReading }): string[] {
  const { events, failed, lines, skipped, assumed } = summary;
  const tries = failed === 0 ? '' : ` (${failed} of them failed tries)`;
  return [
    `${events === 0 ? 'no events' : counted(events, 'event')}${tries} in ${counted(lines, 'line')}, ${describeReading(read)}`,
    ...describeTally(skipped, (reason) => skippedAs[reason] ?? 'lines not understood as events'),
    ...describeTally(assumed, (reason) => assumedAs[reason]),
  ];
}

/** A line for each reason: how many, what, why, and the first place. */
export function describeTally<Code extends string>(
  tally: Tally<Code>,
  what: (code: Code) => string,
): string[] {
  return namesOf(tally).flatMap((reason) => {
    const lines = tally[reason];
    if (lines === undefined) return [];
    const { count, firstLines } = lines;
    return `${count} ${count === 1 ? ofOne(what(reason)) : what(reason)}: ${reason} (line ${firstLines.join(', ')}${count > firstLines.length ? ', …' : ''})`;
  });
}

/** The same words of one: lines, events, tries, times, log-ins. */
const ofOne = (words: string) =>
  words.replace(
    /^((?:failed )?)(lines|events|tries|times|log-ins)/,
    (_, before, many) => `${before}${many === 'tries' ? 'try' : many.slice(0, -1)}`,
  );

function namesOf<Code extends string>(tally: Tally<Code>): Code[] {
  return Object.keys(tally).filter((name): name is Code => Object.hasOwn(tally, name));
}
