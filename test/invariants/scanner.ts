import { DescribeLogGroupsCommand, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import {
  type _Record,
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { GetObjectCommand, ListBucketsCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { inParallel } from '#core/parallel.ts';
import { signed } from '#dev/cloud/gate/sign.ts';
import type { World } from '#dev/world.ts';
import { scan } from './tools.ts';

/** Looks for known values in everything that is at rest in the account, in the forms that code gives to values. */
export interface Find {
  where: string;
  what: string;
}

/** The forms of a value that are looked for: as it is, and as URLs, hex, and base64 at each of its three alignments. */
export function formsOf(value: string | Uint8Array): string[] {
  const bytes = Buffer.from(value);
  const aligned = [0, 1, 2].flatMap((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    // Only characters that the value alone decides: not those it shares with its neighbours.
    const core = text.slice(shift === 0 ? 0 : shift + 1, Math.floor(((shift + bytes.length) * 8) / 6));
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
  });
  const text = bytes.toString('latin1');
  const url = typeof value === 'string' ? [encodeURIComponent(value)] : [];
  return [...new Set([text, ...url, bytes.toString('hex'), bytes.toString('hex').toUpperCase(), ...aligned])];
}

/** @param values named, so that a finding says what was found and not what it is */
export async function findAnywhere(
  world: World,
  values: ReadonlyMap<string, string | Uint8Array>,
): Promise<{ finds: Find[]; looked: Record<string, number> }> {
  const forms = [...values].flatMap(([what, value]) => formsOf(value).map((form) => ({ what, form })));
  const finds: Find[] = [];
  const looked: Record<string, number> = {};
  // Side by side: one waits for the emulator while another searches.
  await Promise.all(
    [items, streamRecords, objects, logLines, messages].map(async (all) => {
      for await (const { sort, where, text } of all(world)) {
        looked[sort] = (looked[sort] ?? 0) + 1;
        for (const { what, form } of forms)
          if (text.includes(form)) finds.push({ where: `${sort} ${where}`, what });
      }
    }),
  );
  return { finds, looked };
}

interface Piece {
  sort: 'item' | 'stream record' | 'object' | 'log line' | 'message';
  where: string;
  text: string;
}

async function* items(world: World): AsyncGenerator<Piece> {
  const { TableNames = [] } = await world.aws.dynamo.send(new ListTablesCommand({}));
  for (const TableName of TableNames) {
    const items = scan(world, { TableName });
    for await (const item of whileThere(world, TableName, items)) {
      yield { sort: 'item', where: TableName, text: textOf(item) };
    }
  }
}

/** Other tests have tables of their own, and delete them while this looks. */
async function* whileThere<T>(world: World, table: string, pieces: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* pieces;
  } catch (error) {
    const isGone = error instanceof Error && error.name === 'ResourceNotFoundException';
    if (!isGone || Object.values(world.outputs).includes(table)) throw error;
  }
}

async function* streamRecords(world: World): AsyncGenerator<Piece> {
  const { streams } = world.aws;
  const { Streams = [] } = await streams.send(new ListStreamsCommand({}));
  for (const { StreamArn, TableName = '' } of Streams) {
    for await (const record of whileThere(world, TableName, recordsIn(world, StreamArn))) {
      yield { sort: 'stream record', where: TableName, text: textOf(record) };
    }
  }
}

async function* recordsIn(
  { aws: { streams } }: World,
  StreamArn: string | undefined,
): AsyncGenerator<_Record> {
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  for (const { ShardId } of StreamDescription?.Shards ?? []) {
    const start = await streams.send(
      new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
    );
    let at = start.ShardIterator;
    while (at !== undefined) {
      const page = await streams.send(new GetRecordsCommand({ ShardIterator: at }));
      yield* page.Records ?? [];
      // An open shard has no end: an empty page is the newest.
      at = (page.Records ?? []).length === 0 ? undefined : page.NextShardIterator;
    }
  }
}

async function* objects(world: World): AsyncGenerator<Piece> {
  const { s3 } = world.aws;
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  for (const { Name: Bucket = '' } of Buckets) {
    // What `cdk deploy` brought: our own code.
    if (Bucket.startsWith('cdk-')) continue;
    let from: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {};
    while (from !== undefined) {
      const page: Awaited<ReturnType<typeof listVersions>> = await listVersions(world, Bucket, from);
      yield* await inParallel(page.Versions ?? [], 8, async ({ Key, VersionId }): Promise<Piece> => {
        const object = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
        const body = Buffer.from((await object.Body?.transformToByteArray()) ?? []).toString('latin1');
        return {
          sort: 'object',
          where: `${Bucket}/${Key}`,
          text: `${Key} ${textOf(object.Metadata)} ${body}`,
        };
      });
      from = page.IsTruncated
        ? { KeyMarker: page.NextKeyMarker ?? '', VersionIdMarker: page.NextVersionIdMarker ?? '' }
        : undefined;
    }
  }
}

function listVersions(world: World, Bucket: string, from: { KeyMarker?: string; VersionIdMarker?: string }) {
  return world.aws.s3.send(new ListObjectVersionsCommand({ Bucket, ...from }));
}

async function* logLines(world: World): AsyncGenerator<Piece> {
  const { logs } = world.aws;
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({}));
  for (const { logGroupName = '' } of logGroups) {
    let next: string | undefined;
    do {
      const page = await logs.send(
        new FilterLogEventsCommand({ logGroupName, ...(next === undefined ? {} : { nextToken: next }) }),
      );
      for (const { message = '', logStreamName = '' } of page.events ?? []) {
        yield { sort: 'log line', where: logGroupName, text: `${logStreamName} ${message}` };
      }
      next = page.nextToken === next ? undefined : page.nextToken;
    } while (next !== undefined);
  }
}

async function* messages(world: World): AsyncGenerator<Piece> {
  const { QueueUrls = [] } = z
    .looseObject({ QueueUrls: z.array(z.string()).optional() })
    .parse(await sqs(world, 'ListQueues', {}));
  for (const QueueUrl of QueueUrls) {
    // Left visible: whoever is to have them still gets them.
    const answer = await sqs(world, 'ReceiveMessage', {
      QueueUrl,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 0,
    });
    const { Messages = [] } = z.looseObject({ Messages: z.array(z.unknown()).optional() }).parse(answer);
    for (const message of Messages) yield { sort: 'message', where: QueueUrl, text: textOf(message) };
  }
}

/** The project has no use for an SQS client otherwise. */
async function sqs(world: World, operation: string, input: unknown): Promise<unknown> {
  const { endpoint, region, credentials } = world.cloud;
  const body = Buffer.from(JSON.stringify(input));
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${operation}` };
  const { host: _, ...fields } = signed(
    { host: new URL(endpoint).host, service: 'sqs', region, body, headers },
    credentials,
  );
  const answer = await fetch(endpoint, { method: 'POST', headers: fields, body });
  if (!answer.ok) throw new Error(`SQS ${operation}: ${answer.status}`);
  return answer.json();
}

/** All of a value's texts and bytes in a row, the bytes as Latin-1 so that none is lost. */
function textOf(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  if (value instanceof Set || Array.isArray(value)) return [...value].map(textOf).join('\0');
  if (typeof value === 'object' && value !== null && !(value instanceof Date)) {
    return Object.entries(value)
      .map(([name, value]) => `${name}\0${textOf(value)}`)
      .join('\0');
  }
  return String(value);
}
