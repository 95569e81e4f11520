import { createReadStream } from 'node:fs';
import {
  type EventFileError,
  type FileFormat,
  type FileLine,
  type FileSummary,
  formatOf,
  readEvents,
  splitLines,
  type Tally,
} from '#core/events/file.ts';
import { latestYear } from '#core/events/sshd.ts';

/** Reads files of identity events line by line, and says in words what they hold. */

/** How to read a file: its format, and the year of an auth log's timestamps. */
export interface FileReading {
  format: FileFormat;
  year: number;
}

/** Decides how to read a file. */
export async function readingOf(file: string, givenYear?: number): Promise<FileReading> {
  const lines = () => splitLines(createReadStream(file));
  const now = new Date().toISOString();
  const thisYear = new Date(now).getUTCFullYear();
  for await (const line of lines()) {
    if (line.trim() === '') continue;
    const format = formatOf(line);
    if (format === 'jsonl') return { format, year: givenYear ?? thisYear };
    return { format, year: givenYear ?? (await latestYear(lines(), now)) ?? thisYear };
  }
  return { format: 'jsonl', year: givenYear ?? thisYear };
}

export interface LineOptions {
  /** Skips a malformed JSON line, as one of an auth log. */
  skipMalformed?: boolean;
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
export function eventLines(
  file: string,
  { year }: FileReading,
  { skipMalformed = false, bytes = Number.POSITIVE_INFINITY, onChunk = () => {} }: LineOptions = {},
): AsyncGenerator<FileLine> {
  async function* chunks() {
    for await (const chunk of createReadStream(file, { end: bytes - 1 })) {
      onChunk(chunk);
      yield chunk;
    }
  }
  return readEvents(splitLines(chunks()), year, { skipMalformed });
}

/** The result for a file's lines, in words: counts, reasons, the first place of each. */
export function describeFile({ summary, format, year }: FileReading & { summary: FileSummary }): string[] {
  const year_ = format === 'sshd' ? `, an sshd log read as of ${year}` : '';
  return [
    `${summary.events} events${year_}`,
    ...describeTally(summary.skipped, 'lines not understood as events'),
  ];
}

/** A line for each reason: how many, what, why, and the first place. */
export function describeTally<Code extends string>(tally: Tally<Code>, what: string): string[] {
  const reasons = Object.entries<{ count: number; firstLines: number[] } | undefined>(tally);
  return reasons.flatMap(([reason, lines]) => {
    if (lines === undefined) return [];
    const { count, firstLines } = lines;
    return `${count} ${what}: ${reason} (line ${firstLines.join(', ')}${count > firstLines.length ? ', …' : ''})`;
  });
}

/** The one line that says why a file was refused. */
export function fileRefusal(file: string, error: EventFileError): string {
  return `${file}:${error.line}: ${error.code}. Nothing of this file was ingested.`;
}
