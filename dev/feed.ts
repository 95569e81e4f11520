import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { paginateScan } from '@aws-sdk/lib-dynamodb';
import {
  type EventFileError,
  emptySummary,
  type FileSummary,
  formatOf,
  readEvents,
  splitLines,
  summarise,
} from '#core/events/file.ts';
import { eventText, type IdentityEvent } from '#core/events/identity.ts';
import { latestYear } from '#core/events/sshd.ts';
import type { Aws } from './aws.ts';
import type { Outputs } from './world.ts';

/** Kinesis takes 500 records a call. */
const recordsPerCall = 500;

/** What a file holds, before any of it is sent. */
export interface EventFile {
  events: IdentityEvent[];
  summary: FileSummary;
  format: 'jsonl' | 'sshd';
  /** The year that an auth log's stamps were read with. */
  year: number;
}

/**
 * Reads a whole file of identity events first, so that a malformed line stops it before anything is sent.
 *
 * @throws EventFileError with line and reason
 */
export async function readEventFile(file: string, givenYear?: number): Promise<EventFile> {
  const lines = () => splitLines(createReadStream(file));
  const now = new Date().toISOString();
  let format: EventFile['format'] = 'jsonl';
  for await (const line of lines()) {
    if (line.trim() === '') continue;
    format = formatOf(line);
    break;
  }
  const year = givenYear ?? (await latestYear(lines(), now)) ?? new Date(now).getUTCFullYear();
  const events: IdentityEvent[] = [];
  let summary = emptySummary;
  for await (const line of readEvents(lines(), year)) {
    summary = summarise(summary, line);
    if (line.event !== undefined) events.push(line.event);
  }
  return { events, summary, format, year };
}

/** What became of a file's lines, in words for a person: counts, reasons, where first. */
export function describeFile({ summary, format, year }: EventFile): string[] {
  const skipped = Object.entries(summary.skipped).map(
    ([reason, { count, firstLines }]) =>
      `${count} lines not understood as events: ${reason} (line ${firstLines.join(', ')}${count > firstLines.length ? ', …' : ''})`,
  );
  const year_ = format === 'sshd' ? `, an sshd log read as of ${year}` : '';
  return [`${summary.events} events${year_}`, ...skipped];
}

/** The one line that says why a file was refused. */
export function fileRefusal(file: string, error: EventFileError): string {
  return `${file}:${error.line}: ${error.code}. Nothing of this file was ingested.`;
}

/**
 * Hands events to the stream as the provider's backend does. What Kinesis does not take is sent again, and if it
 * never does, the error says how many are safely in.
 */
export async function sendEvents(
  aws: Aws,
  outputs: Outputs,
  events: readonly IdentityEvent[],
  progress: (sent: number) => void = () => {},
): Promise<void> {
  let sent = 0;
  for (let i = 0; i < events.length; i += recordsPerCall) {
    let batch = events.slice(i, i + recordsPerCall).map((event) => ({
      Data: Buffer.from(eventText(event)),
      // One subject's events go the same way; the account itself is not to stand in a key.
      PartitionKey: createHash('sha256').update(event.account).digest('hex'),
    }));
    for (let attempt = 0; batch.length > 0; attempt++) {
      if (attempt === 8) throw new Error(`the stream took ${sent} of ${events.length} events, then no more`);
      if (attempt > 0) await sleep(100 * 2 ** attempt);
      const { Records = [] } = await aws.kinesis.send(
        new PutRecordsCommand({ StreamName: outputs.EventStreamName, Records: batch }),
      );
      const left = batch.filter((_, at) => Records[at]?.ErrorCode !== undefined);
      sent += batch.length - left.length;
      batch = left;
      progress(sent);
    }
  }
}

/** How many sealed records the vault holds. */
export async function countSealed(aws: Aws, outputs: Outputs): Promise<number> {
  const pages = paginateScan(
    { client: aws.dynamo },
    {
      TableName: outputs.VaultTableName,
      Select: 'COUNT',
      FilterExpression: 'begins_with(sk, :rec)',
      ExpressionAttributeValues: { ':rec': 'rec#' },
    },
  );
  let count = 0;
  for await (const page of pages) count += page.Count ?? 0;
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
