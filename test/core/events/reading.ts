import { gunzip } from '#client/cli/ingest/gunzip.ts';
import { type FileLine, readEvents, readingOf } from '#core/events/file.ts';
import { splitLines } from '#core/events/lines.ts';
import type { ReadingOptions } from '#core/events/reader.ts';
import type { FormatName } from '#core/events/readers.ts';

/** Reads files in tests as the commands do. */
export interface Given extends Partial<ReadingOptions> {
  format?: FormatName;
  skipMalformed?: boolean;
}

export const now = '2026-11-29T20:58:00.000Z';

export async function readLines(lines: readonly string[], given: Given = {}): Promise<FileLine[]> {
  const options = { now, ...given };
  const reading = await readingOf(lines, options, given.format);
  return Array.fromAsync(readEvents(lines, reading, options));
}

export async function readBytes(bytes: Uint8Array, given: Given = {}): Promise<FileLine[]> {
  return readLines(await Array.fromAsync(splitLines([bytes], gunzip)), given);
}

/** A line's account, or why it gave no event. */
export const gist = ({ event, skipped }: FileLine) => event?.account ?? skipped;

/** What a log-in says. */
export function loginIn({ event }: FileLine) {
  return event !== undefined && 'ip' in event ? event : undefined;
}
