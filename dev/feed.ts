import { createReadStream } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { type Put, SendError, sendEvents as send } from '#client/events.ts';
import {
  type EventFileError,
  emptySummary,
  type FileFormat,
  type FileLine,
  type FileSummary,
  formatOf,
  readEvents,
  splitLines,
  summarise,
  type Tally,
} from '#core/events/file.ts';
import type { IdentityEvent } from '#core/events/identity.ts';
import { latestYear } from '#core/events/sshd.ts';
import type { Aws } from './aws.ts';
import type { Outputs } from './world.ts';

/** How a file is to be read: what it is, and the year that an auth log's stamps are of. */
export interface FileReading {
  format: FileFormat;
  year: number;
}

/** Finds out how a file is to be read. */
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
  /** A malformed JSON line is skipped as one of an auth log is. */
  skipMalformed?: boolean;
  /** How much of the file is read: what it had earlier. */
  bytes?: number;
  /** Told the bytes as they are read. */
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

/** What a file holds, before any of it is sent. */
export interface EventFile extends FileReading {
  events: IdentityEvent[];
  summary: FileSummary;
}

/**
 * Reads a whole file of identity events first, so that a malformed line stops it before anything is sent.
 *
 * @throws EventFileError with line and reason
 */
export async function readEventFile(file: string, givenYear?: number): Promise<EventFile> {
  const reading = await readingOf(file, givenYear);
  const events: IdentityEvent[] = [];
  let summary = emptySummary;
  for await (const line of eventLines(file, reading)) {
    summary = summarise(summary, line);
    if (line.event !== undefined) events.push(line.event);
  }
  return { events, summary, ...reading };
}

/** What became of a file's lines, in words for a person: counts, reasons, where first. */
export function describeFile({ summary, format, year }: FileReading & { summary: FileSummary }): string[] {
  const year_ = format === 'sshd' ? `, an sshd log read as of ${year}` : '';
  return [
    `${summary.events} events${year_}`,
    ...describeTally(summary.skipped, 'lines not understood as events'),
  ];
}

/** One line a reason: how many, what, why, and where first. */
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

/** PutRecords on the stack's stream. */
export function kinesisPut(
  { kinesis }: Pick<Aws, 'kinesis'>,
  outputs: Pick<Outputs, 'EventStreamName'>,
): Put {
  return async (records) => {
    const { Records = [] } = await kinesis.send(
      new PutRecordsCommand({ StreamName: outputs.EventStreamName, Records: records }),
    );
    return Records.map(({ ErrorCode }) => ErrorCode);
  };
}

/**
 * Hands events to the stream as the provider's backend does, through its SDK. If the stream does not take all of
 * them, the error says how many are safely in.
 */
export async function sendEvents(
  aws: Aws,
  outputs: Outputs,
  events: readonly IdentityEvent[],
  progress: (sent: number) => void = () => {},
): Promise<void> {
  const { refused } = await send(events, { put: kinesisPut(aws, outputs), progress }).catch(
    (error: unknown) => {
      throw error instanceof SendError ? new Error(streamStopped(error), { cause: error }) : error;
    },
  );
  if (Object.keys(refused).length > 0) throw new Error(`no identity events: ${JSON.stringify(refused)}`);
}

/** The one line that says how far sending came. */
export function streamStopped({ position, code, cause }: SendError): string {
  const why = cause === undefined ? code : `${code}: ${cause instanceof Error ? cause.message : cause}`;
  return `The stream took the first ${position} events, then no more (${why}).`;
}

/** How many of these events become records: a username is only a way to find an account. */
export function recordsExpected(events: Iterable<IdentityEvent>): number {
  return [...events].filter(({ kind }) => kind !== 'username').length;
}

/** How many sealed records the vault holds. An item holds several, and says how many. */
export async function countSealed(aws: Aws, outputs: Outputs): Promise<number> {
  const pages = paginateScan(
    { client: aws.dynamo },
    {
      TableName: outputs.VaultTableName,
      ProjectionExpression: '#n',
      ExpressionAttributeNames: { '#n': 'n' },
      FilterExpression: 'begins_with(sk, :rec)',
      ExpressionAttributeValues: { ':rec': 'rec#' },
    },
  );
  const item = z.object({ n: z.int().positive() });
  let count = 0;
  for await (const { Items = [] } of pages) {
    for (const it of Items) count += item.parse(it).n;
  }
  return count;
}

/** Waits for a condition, looking again and again. @throws Error naming what did not happen */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  patienceMs = 30_000,
): Promise<T> {
  for (const end = Date.now() + patienceMs; ; await sleep(100)) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (Date.now() > end) throw new Error(`This did not happen within ${patienceMs / 1000} s: ${what}`);
  }
}
