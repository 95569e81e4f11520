import { randomUUID } from 'node:crypto';
import {
  BatchWriteCommand,
  type BatchWriteCommandInput,
  type BatchWriteCommandOutput,
  DeleteCommand,
  GetCommand,
  PutCommand,
  paginateQuery,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { fromBase64, toBase64, utf8 } from '#core/bytes.ts';
import { readEntry } from '#core/log/entry.ts';
import { readEdge, readTile, tileAt } from '#core/log/reading.ts';
import { decodeBundle, encodeBundle, newTiles, TILE_WIDTH, TileWriter } from '#core/log/tiles.ts';
import { EMPTY_ROOT, type Hash, leafHash, sameHash } from '#core/log/tree.ts';
import { chunks, inParallel } from '#core/parallel.ts';
import { dynamo, lostRace } from './clients.ts';
import type { OutboxItem } from './entries.ts';
import { env } from './env.ts';
import { placeKey, readLogFile } from './log.ts';
import { publishCheckpoint, signCheckpoint, writeOnce } from './log-files.ts';
import { count } from './observe.ts';

/**
 * How the log grows. One item, the head, is the authority on what the tree is; it moves by compare-and-swap and names
 * what is staged for the bucket. Whatever a head says is written to the bucket before the next head can be made.
 */
const { LOG_TABLE } = env('LOG_TABLE');

const hash = z.string().transform((text): Hash => fromBase64(text) ?? new Uint8Array());

const headSchema = z.object({
  size: z.coerce.bigint(),
  root: hash,
  /** The signed checkpoint of this size. */
  checkpoint: z.string(),
  /** How many entries a checkpoint in the bucket covers for certain: all, or those before the staged ones. */
  published: z.coerce.bigint(),
  /** Where the newest entries are staged, and in how many parts. */
  staged: z.object({ id: z.string(), parts: z.int().positive() }),
});
export type Head = z.infer<typeof headSchema>;

const headKey = { pk: 'head', sk: '-' };
const stageKey = (id: string, part: number) => ({ pk: `stage#${id}`, sk: String(part).padStart(6, '0') });

/** An item of a table holds 400 KB. */
const partBytes = 300_000;
/** Calls to DynamoDB and S3 at once; a BatchWriteItem takes 25 items. */
const atOnce = 8;
const itemsACall = 25;

async function readHead(): Promise<Head | undefined> {
  const { Item } = await dynamo.send(
    new GetCommand({ TableName: LOG_TABLE, Key: headKey, ConsistentRead: true }),
  );
  return Item === undefined ? undefined : headSchema.parse(Item);
}

/**
 * The head, once the bucket has all that it says. Whatever another sequencer staged and did not get to write is
 * written now: the files are the same whoever writes them.
 *
 * @returns undefined while the log is empty
 */
export async function settle(): Promise<Head | undefined> {
  for (;;) {
    const head = await readHead();
    if (head === undefined || head.published === head.size) return head;
    const entries = await stagedEntries(head);
    if (entries === undefined) {
      // Whoever takes it away has published it first.
      if ((await readHead())?.published === head.published)
        throw new Error('what the head says is staged is not there');
      continue;
    }
    await writePlaces(head.published, entries);
    await writeFiles(head, entries);
    await publishCheckpoint(head);
    await markPublished(head);
    count('EntriesPublished', entries.length);
  }
}

/**
 * Stages entries behind a head, signs the checkpoint that covers them, and moves the head: from then on they are in
 * the log, whoever writes them to the bucket.
 *
 * @param head as `settle` answered it
 * @throws ConditionalCheckFailedException if the head has moved: nothing is in the log then
 */
export async function stage(head: Head | undefined, items: readonly OutboxItem[]): Promise<void> {
  const entries = items.map(({ entry }) => utf8(entry));
  const writer = await writerAt(head?.size ?? 0n, head?.root ?? EMPTY_ROOT);
  writer.append(entries.map(leafHash));
  const [size, root] = [writer.size, writer.root()];

  const parts = inParts(entries);
  const staged = { id: randomUUID(), parts: parts.length };
  await inParallel([...parts.entries()], atOnce, ([part, some]) =>
    dynamo.send(
      new PutCommand({
        TableName: LOG_TABLE,
        Item: { ...stageKey(staged.id, part), width: some.length, entries: encodeBundle(some) },
      }),
    ),
  );
  const checkpoint = await signCheckpoint({ size, root }).catch(async (error: unknown) => {
    await unstage(staged);
    throw error;
  });
  try {
    await dynamo.send(
      new UpdateCommand({
        TableName: LOG_TABLE,
        Key: headKey,
        UpdateExpression:
          'SET #size = :size, #root = :root, #checkpoint = :checkpoint, #staged = :staged, #published = :was',
        ConditionExpression:
          head === undefined
            ? 'attribute_not_exists(pk)'
            : '#size = :was AND #root = :wasRoot AND #published = :was',
        ExpressionAttributeNames: {
          '#size': 'size',
          '#root': 'root',
          '#checkpoint': 'checkpoint',
          '#staged': 'staged',
          '#published': 'published',
        },
        ExpressionAttributeValues: {
          ':size': size,
          ':root': toBase64(root),
          ':checkpoint': checkpoint,
          ':staged': staged,
          ':was': head?.size ?? 0n,
          ...(head === undefined ? {} : { ':wasRoot': toBase64(head.root) }),
        },
      }),
    );
  } catch (error) {
    // A call that timed out may have moved the head after all: only what surely is not in it is thrown away.
    if (lostRace(error) && (await readHead())?.staged.id !== staged.id) await unstage(staged);
    throw error;
  }
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

/** The edge of the tree as the bucket has it. @throws Error if it is another tree than the head's */
async function writerAt(size: bigint, root: Hash): Promise<TileWriter> {
  const writer = new TileWriter(size, await readEdge(readLogFile, size));
  if (!sameHash(writer.root(), root)) throw new Error('the bucket holds another tree than the head');
  return writer;
}

const stagedPart = z.object({ width: z.int().positive(), entries: z.instanceof(Uint8Array) });

async function stagedEntries({ staged }: Head): Promise<Uint8Array[] | undefined> {
  const pages = paginateQuery(
    { client: dynamo },
    {
      TableName: LOG_TABLE,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': stageKey(staged.id, 0).pk },
      ConsistentRead: true,
    },
  );
  const parts = [];
  for await (const { Items = [] } of pages) parts.push(...Items.map((item) => stagedPart.parse(item)));
  return parts.length === staged.parts
    ? parts.flatMap(({ width, entries }) => decodeBundle(entries, { width }))
    : undefined;
}

/** Notes where each entry is. They are there before the next head, so nobody places an entry twice. */
async function writePlaces(from: bigint, entries: readonly Uint8Array[]): Promise<void> {
  const puts = entries.map((bytes, i) => {
    const { stream, n } = readEntry(bytes).envelope;
    return { PutRequest: { Item: { ...placeKey(stream, n), index: (from + BigInt(i)).toString() } } };
  });
  await inParallel(chunks(puts, itemsACall), atOnce, async (some) => {
    let RequestItems: BatchWriteCommandInput['RequestItems'] = { [LOG_TABLE]: some };
    while (Object.keys(RequestItems ?? {}).length > 0) {
      const { UnprocessedItems }: BatchWriteCommandOutput = await dynamo.send(
        new BatchWriteCommand({ RequestItems }),
      );
      RequestItems = UnprocessedItems;
    }
  });
}

/** Writes the bundles and tiles that a head has and the one before had not. */
async function writeFiles(head: Head, entries: readonly Uint8Array[]): Promise<void> {
  const from = head.published;
  const writer = new TileWriter(from, await readEdge(readLogFile, from));
  const tiles = writer.append(entries.map(leafHash));
  if (!sameHash(writer.root(), head.root)) throw new Error('what is staged is not what the head says');
  const first = from - (from % BigInt(TILE_WIDTH));
  const all = [...(await lastBundle(from)), ...entries];
  const bundles = newTiles(from, head.size)
    .filter(({ level }) => level === 'entries')
    .map((tile) => {
      const start = Number(tile.index * BigInt(TILE_WIDTH) - first);
      return { tile, bytes: encodeBundle(all.slice(start, start + tile.width)) };
    });
  await inParallel([...bundles, ...tiles], atOnce, ({ tile, bytes }) => writeOnce(tile, bytes));
}

/** The entries of the bundle that is not full yet at a size. */
async function lastBundle(size: bigint): Promise<Uint8Array[]> {
  if (size % BigInt(TILE_WIDTH) === 0n) return [];
  const tile = tileAt('entries', size - 1n, size);
  return decodeBundle(await readTile(readLogFile, tile), tile);
}

/** Says that the bucket has all of a head, and takes away what was staged for it. */
async function markPublished({ size, staged }: Head): Promise<void> {
  try {
    await dynamo.send(
      new UpdateCommand({
        TableName: LOG_TABLE,
        Key: headKey,
        UpdateExpression: 'SET #published = :size',
        ConditionExpression: '#size = :size AND #published < :size',
        ExpressionAttributeNames: { '#size': 'size', '#published': 'published' },
        ExpressionAttributeValues: { ':size': size },
      }),
    );
  } catch (error) {
    // Another said it first.
    if (!lostRace(error)) throw error;
    return;
  }
  await unstage(staged);
}

async function unstage({ id, parts }: Head['staged']): Promise<void> {
  for (let part = 0; part < parts; part++) {
    await dynamo.send(new DeleteCommand({ TableName: LOG_TABLE, Key: stageKey(id, part) }));
  }
}
