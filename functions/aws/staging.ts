import { randomUUID } from 'node:crypto';
import { DeleteCommand, PutCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { decodeBundle, encodeBundle } from '#core/log/tiles.ts';
import { inParallel } from '#core/parallel.ts';
import { dynamo } from './clients.ts';
import { env } from './env.ts';

/**
 * What is on its way into the log: entries lie in the log's table, before a head names them until the bucket has them.
 * They are told apart by the size of the tree that they were staged on first of all: see `unstageBelow`.
 */
const { LOG_TABLE } = env('LOG_TABLE');

/** Where entries are staged, and in how many parts. */
export const stagedSchema = z.object({ id: z.string(), parts: z.int().positive() });
export type Staged = z.infer<typeof stagedSchema>;

// A head outlives a deployment: who stages otherwise must still find what it names.
const STAGE = 'stage';
const onto = (size: bigint) => size.toString().padStart(20, '0');
const partKey = (id: string, part: number) => ({ pk: STAGE, sk: `${id}#${String(part).padStart(6, '0')}` });

/** An item of a table holds 400 KB. */
const partBytes = 300_000;
const atOnce = 8;

/** A place for entries that are to go behind a tree of some size; nothing is there yet. */
export function newStage(size: bigint, entries: readonly Uint8Array[]) {
  const parts = inParts(entries);
  return { staged: { id: `${onto(size)}#${randomUUID()}`, parts: parts.length }, parts };
}

export async function putStaged({ staged: { id }, parts }: ReturnType<typeof newStage>): Promise<void> {
  await inParallel([...parts.entries()], atOnce, ([part, some]) =>
    dynamo.send(
      new PutCommand({
        TableName: LOG_TABLE,
        Item: { ...partKey(id, part), width: some.length, entries: encodeBundle(some) },
      }),
    ),
  );
}

/** Entries in parts that an item holds. */
function inParts(entries: readonly Uint8Array[]): Uint8Array[][] {
  const parts: Uint8Array[][] = [[]];
  let bytes = 0;
  for (const entry of entries) {
    bytes += entry.length + 2;
    if (bytes > partBytes) {
      parts.push([]);
      bytes = entry.length + 2;
    }
    parts.at(-1)?.push(entry);
  }
  return parts;
}

const partSchema = z.object({ width: z.int().positive(), entries: z.instanceof(Uint8Array) });

/** Staged entries, in their order; undefined unless all parts are there. */
export async function stagedEntries({ id, parts }: Staged): Promise<Uint8Array[] | undefined> {
  const pages = paginateQuery(
    { client: dynamo },
    {
      TableName: LOG_TABLE,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :id)',
      ExpressionAttributeValues: { ':pk': STAGE, ':id': `${id}#` },
      ConsistentRead: true,
    },
  );
  const found = [];
  for await (const { Items = [] } of pages) found.push(...Items.map((item) => partSchema.parse(item)));
  return found.length === parts
    ? found.flatMap(({ width, entries }) => decodeBundle(entries, { width }))
    : undefined;
}

/** Takes away what no head names. */
export async function unstage({ id, parts }: Staged): Promise<void> {
  await remove(Array.from({ length: parts }, (_, part) => partKey(id, part)));
}

/**
 * Takes away all that was staged on a smaller tree than one that is in the bucket: what made it, and what sequencers
 * left that ended before they moved the head. They can move it no more: a head only grows.
 */
export async function unstageBelow(size: bigint): Promise<void> {
  const pages = paginateQuery(
    { client: dynamo },
    {
      TableName: LOG_TABLE,
      KeyConditionExpression: 'pk = :pk AND sk < :size',
      ExpressionAttributeValues: { ':pk': STAGE, ':size': onto(size) },
      ProjectionExpression: 'pk, sk',
      ConsistentRead: true,
    },
  );
  for await (const { Items = [] } of pages) await remove(z.array(keySchema).parse(Items));
}

const keySchema = z.object({ pk: z.string(), sk: z.string() });

async function remove(keys: readonly z.infer<typeof keySchema>[]): Promise<void> {
  for (const Key of keys) await dynamo.send(new DeleteCommand({ TableName: LOG_TABLE, Key }));
}
