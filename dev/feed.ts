import { setTimeout as sleep } from 'node:timers/promises';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { streamPut } from '#client/cli/ingest/kinesis.ts';
import { asRefusal } from '#client/cli/ingest/options.ts';
import { eventLines, type FileOptions, type FileReading, fileReading } from '#client/cli/ingest/reading.ts';
import { streamStopped } from '#client/cli/ingest/send.ts';
import { type Put, SendError, sendEvents as send } from '#client/events.ts';
import { emptySummary, type FileSummary, mustBeUnderstood, summarise } from '#core/events/file.ts';
import type { IdentityEvent } from '#core/events/identity.ts';
import type { Aws } from './aws.ts';
import type { Outputs } from './world.ts';

/** What a file holds, before any of it is sent. */
export interface EventFile {
  read: FileReading;
  events: IdentityEvent[];
  summary: FileSummary;
}

/**
 * Reads a whole file of identity events first, so that what stops it stops it before anything is sent.
 *
 * @throws CommandError with line and reason
 */
export async function readEventFile(file: string, options: FileOptions): Promise<EventFile> {
  try {
    const read = await fileReading(file, options);
    const events: IdentityEvent[] = [];
    let summary = emptySummary;
    for await (const line of eventLines(file, read, options)) {
      summary = summarise(summary, line);
      if (line.event !== undefined) events.push(line.event);
    }
    mustBeUnderstood(summary);
    return { read, events, summary };
  } catch (error) {
    throw asRefusal(error, file);
  }
}

/** PutRecords on the stack's stream. */
export function kinesisPut(
  { kinesis }: Pick<Aws, 'kinesis'>,
  outputs: Pick<Outputs, 'EventStreamName'>,
): Put {
  return streamPut({ PutRecordsCommand }, kinesis, outputs.EventStreamName);
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
      throw error instanceof SendError ? new Error(`${streamStopped(error)}.`, { cause: error }) : error;
    },
  );
  if (Object.keys(refused).length > 0) throw new Error(`no identity events: ${JSON.stringify(refused)}`);
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
    for (const Item of Items) count += item.parse(Item).n;
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
