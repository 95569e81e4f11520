import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { fromBase64, toBase64, utf8 } from '#core/bytes.ts';
import { readEntry } from '#core/log/entry.ts';
import { readEdge, readTile } from '#core/log/reading.ts';
import { decodeBundle, TILE_WIDTH, TileWriter, tileAt } from '#core/log/tiles.ts';
import { EMPTY_ROOT, type Hash, leafHash, sameHash } from '#core/log/tree.ts';
import { type LogFile, LogWriter } from '#core/log/writing.ts';
import { chunks, inParallel } from '#core/parallel.ts';
import { batchWrites, writeBatch } from './batch.ts';
import { dynamo, lostRace } from './clients.ts';
import type { OutboxItem } from './entries.ts';
import { env } from './env.ts';
import { placeKey } from './log.ts';
import { readLogFile } from './log-bucket.ts';
import {
  type Published,
  publishCheckpoint,
  publishedCheckpoint,
  signCheckpoint,
  writeOnce,
} from './log-files.ts';
import { count } from './observe.ts';
import { newStage, putStaged, stagedEntries, stagedSchema, unstage, unstageBelow } from './staging.ts';

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
  /** Where the newest entries are staged. */
  staged: stagedSchema,
});
export type Head = z.infer<typeof headSchema>;

const headKey = { pk: 'head', sk: '-' };

/** Calls to DynamoDB and S3 at once. */
const atOnce = 8;

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
 * @throws Error if the head and the bucket are of different logs
 */
export async function settle(): Promise<Head | undefined> {
  for (;;) {
    const head = await readHead();
    if (head === undefined || head.published === head.size) return head;
    const there = await publishedCheckpoint();
    const settled = sizeOf(there) < head.size ? await write(head, there) : await isThere(head, there);
    if (!settled) continue;
    await unstageBelow(head.size);
    if (!(await markPublished(head))) continue;
    count('EntriesPublished', Number(head.size - head.published));
    return { ...head, published: head.size };
  }
}

const sizeOf = (there: Published | undefined) => there?.size ?? 0n;

const anotherLog = () => new Error('the bucket holds another log than the head');

/**
 * Whether the bucket's checkpoint is the head's; false if the head has moved on as well. A head that was lost, or
 * restored from a backup, would fork the log: it stops before anything is signed or written, for nothing that is can be
 * taken back.
 *
 * @throws Error if it is of another log
 */
async function isThere(head: Head | undefined, there: Published | undefined): Promise<boolean> {
  const { size, root } = head ?? { size: 0n, root: EMPTY_ROOT };
  if (sizeOf(there) === size && sameHash(there?.root ?? EMPTY_ROOT, root)) return true;
  if ((await readHead())?.size === head?.size) throw anotherLog();
  return false;
}

/**
 * Writes what a head says beyond the bucket's checkpoint, and publishes it.
 *
 * @returns false if another was first
 * @throws Error if the bucket's checkpoint is not the one that the head was made on
 */
async function write(head: Head, there: Published | undefined): Promise<boolean> {
  const entries = await stagedEntries(head.staged);
  if (entries === undefined) {
    // Whoever takes it away has published it first.
    if (sizeOf(await publishedCheckpoint()) === sizeOf(there))
      throw new Error('what the head says is staged is not there');
    return false;
  }
  const files = await filesOf(head, there?.root ?? EMPTY_ROOT, entries);
  await Promise.all([
    writePlaces(head.published, entries),
    inParallel(files, atOnce, ({ tile, bytes }) => writeOnce(tile, bytes)),
  ]);
  return publishCheckpoint(head.checkpoint, there);
}

/**
 * Stages entries behind a head, signs the checkpoint that covers them, and moves the head: from then on they are in
 * the log, whoever writes them to the bucket.
 *
 * @param head as `settle` answered it
 * @throws ConditionalCheckFailedException if the head has moved: nothing is in the log then
 * @throws Error if the head and the bucket are of different logs
 */
export async function stage(head: Head | undefined, items: readonly OutboxItem[]): Promise<void> {
  const entries = items.map(({ entry }) => utf8(entry));
  const from = head?.size ?? 0n;
  const writer = await writerAt(from, head?.root ?? EMPTY_ROOT);
  writer.append(entries.map(leafHash));
  const [size, root] = [writer.size, writer.root()];

  const its = newStage(from, entries);
  let checkpoint: string;
  try {
    await Promise.all([putStaged(its), publishedCheckpoint().then((there) => isThere(head, there))]);
    checkpoint = await signCheckpoint({ size, root });
  } catch (error) {
    await unstage(its.staged);
    throw error;
  }
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
          ':staged': its.staged,
          ':was': from,
          ...(head === undefined ? {} : { ':wasRoot': toBase64(head.root) }),
        },
      }),
    );
  } catch (error) {
    // A call that timed out may have moved the head after all: only what surely is not in it is thrown away.
    if (lostRace(error) && (await readHead())?.staged.id !== its.staged.id) await unstage(its.staged);
    throw error;
  }
}

/** The edge of the tree as the bucket has it. @throws Error if it is another tree */
async function writerAt(size: bigint, root: Hash): Promise<TileWriter> {
  const writer = new TileWriter(size, await readEdge(readLogFile, size));
  if (!sameHash(writer.root(), root)) throw anotherLog();
  return writer;
}

/** Notes where each entry is. They are there before the next head, so nobody places an entry twice. */
async function writePlaces(from: bigint, entries: readonly Uint8Array[]): Promise<void> {
  const puts = entries.map((bytes, i) => {
    const { stream, n } = readEntry(bytes).envelope;
    return { PutRequest: { Item: { ...placeKey(stream, n), index: (from + BigInt(i)).toString() } } };
  });
  await inParallel(chunks(puts, batchWrites), atOnce, (some) => writeBatch(LOG_TABLE, some));
}

/**
 * The bundles and tiles that a head has and the one before had not.
 *
 * @param root of the tree before
 * @throws Error unless the entries are those that the head was made of
 */
async function filesOf(head: Head, root: Hash, entries: readonly Uint8Array[]): Promise<LogFile[]> {
  const from = head.published;
  const writer = new LogWriter(await writerAt(from, root), await lastBundle(from));
  const files = writer.append(entries);
  if (!sameHash(writer.root(), head.root)) throw new Error('what is staged is not what the head says');
  return files;
}

/** The entries of the bundle that is not full yet at a size. */
async function lastBundle(size: bigint): Promise<Uint8Array[]> {
  if (size % BigInt(TILE_WIDTH) === 0n) return [];
  const tile = tileAt('entries', size - 1n, size);
  return decodeBundle(await readTile(readLogFile, tile), tile);
}

/** Says that the bucket has all of a head. @returns false if another said it first */
async function markPublished({ size }: Head): Promise<boolean> {
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
    return true;
  } catch (error) {
    if (!lostRace(error)) throw error;
    return false;
  }
}
