import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import {
  GetObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { BatchGetCommand, GetCommand, PutCommand, paginateScan } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { toBase64, toHex, utf8 } from '#core/bytes.ts';
import { checkpointText, openCheckpoint } from '#core/log/checkpoint.ts';
import { readEntry } from '#core/log/entry.ts';
import { decodeBundle, newTiles, parseTilePath, type Tile, tilePath } from '#core/log/tiles.ts';
import { chunks, inParallel } from '#core/parallel.ts';
import type { Cloud } from '#dev/cloud/cloud.ts';
import type { OutboxItem } from '#functions/aws/entries.ts';
import { type Bytes, NaiveTree, naiveLeaf } from '../core/log/naive.ts';
import { Acts, type Instance, newInstance, newLog, type OwnLog, signedBy } from './sequencing.ts';

/**
 * Looks through all of a log and the table behind it, and remembers what it saw: what was there must be the same, what
 * is new must be right. The tree is RFC 6962's, recomputed by other code than the log's.
 */
export class Audit {
  private readonly log: OwnLog;
  /** The log's entries, in its order, and as `<stream> <n>`. */
  private readonly entries: Bytes[] = [];
  readonly told: string[] = [];
  private readonly tree = new NaiveTree(this.entries);
  private readonly streams = new Map<string, { n: number; hash: string }>();
  private readonly committed = new Map<string, string>();
  /** Entity tags of the files, by key: each has one version. */
  private readonly files = new Map<string, string>();
  private readonly checkpoints = new Set<string>();
  /** Entries whose places nobody noted. */
  private readonly unplaced = new Set<number>();

  constructor(log: OwnLog) {
    this.log = log;
  }

  get size(): number {
    return this.entries.length;
  }

  /** Says what was committed, to be looked for the next time. */
  expect(items: readonly OutboxItem[]): void {
    for (const { stream, n, entry } of items) this.committed.set(`${stream} ${n}`, entry);
  }

  /** An entry that its stream begins with, because there is none before it. */
  expectFrom(item: OutboxItem): void {
    this.expect([item]);
    const { previous = '' } = readEntry(utf8(item.entry)).envelope;
    this.streams.set(item.stream, { n: item.n - 1, hash: previous });
  }

  /**
   * Makes the log larger as a sequencer would leave it, except that no places are noted: for tests that need a size.
   * What it writes is looked through like all else.
   */
  async enlarge(items: readonly OutboxItem[]): Promise<void> {
    this.expect(items);
    const { aws, bucket, table } = this.log;
    const [from, size] = [this.size, this.size + items.length];
    const larger = new NaiveTree([...this.entries, ...items.map(({ entry }) => utf8(entry))]);
    const root = larger.mth();
    const origin = this.log.key.name;
    const checkpoint = await signedBy(this.log, checkpointText({ origin, size: BigInt(size), root }));
    const files = [...larger.files(size)].filter(([Key]) => !this.files.has(Key));
    await inParallel(files, 8, ([Key, Body]) =>
      aws.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body })),
    );
    await aws.s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'checkpoint', Body: checkpoint }));
    const head = { size, root: toBase64(root), checkpoint, published: size, staged: { id: '-', parts: 1 } };
    await aws.dynamo.send(new PutCommand({ TableName: table, Item: { ...headKey, ...head } }));
    for (let index = from; index < size; index++) this.unplaced.add(index);
  }

  /** @param items committed since the last time: all have to be in the log, once each, and nothing else */
  async verify(items: readonly OutboxItem[] = []): Promise<void> {
    this.expect(items);
    const versions = await this.versions();
    const files = versions.filter(({ Key }) => Key !== 'checkpoint');
    assert.equal(new Set(files.map(({ Key }) => Key)).size, files.length, 'a file was written twice');
    for (const { Key, ETag } of files) assert.equal(ETag, this.files.get(Key) ?? ETag, Key);
    const fresh = files.filter(({ Key }) => !this.files.has(Key));
    const bodies = new Map(
      await inParallel(fresh, 8, async (each) => [each.Key, await this.body(each)] as const),
    );

    // Newest first, as S3 lists them.
    const checkpoints = versions.filter(({ Key }) => Key === 'checkpoint').toReversed();
    const newer = checkpoints.slice(this.checkpoints.size);
    assert.deepEqual(
      new Set(checkpoints.map((checkpoint) => checkpoint.VersionId)).intersection(this.checkpoints),
      this.checkpoints,
    );
    const notes = await inParallel(newer, 8, async (each) =>
      openCheckpoint(new TextDecoder().decode(await this.body(each)), this.log.key),
    );
    const expected = new Map<string, Tile>();
    const before = this.size;
    for (const { size, root } of notes) {
      const from = BigInt(this.size);
      assert.ok(size > from, 'a checkpoint that is no larger than the one before');
      for (const tile of newTiles(from, size)) expected.set(tilePath(tile), tile);
      this.append(from, size, bodies);
      assert.deepEqual(Buffer.from(root), Buffer.from(this.tree.mth(0, Number(size))), 'another root');
    }
    // What a published tree consists of is there, and nothing else is.
    assert.deepEqual([...bodies.keys()].sort(), [...expected.keys()].sort());
    for (const [path, bytes] of bodies) {
      const tile = parseTilePath(path);
      assert.ok(tile);
      assert.deepEqual(Buffer.from(bytes), this.contentOf(tile), path);
    }
    for (const { Key, ETag } of fresh) this.files.set(Key, ETag);
    for (const { VersionId } of newer) this.checkpoints.add(VersionId);
    await this.tableAgrees(before, notes.at(-1)?.root);
    const missing =
      this.committed.size === this.size ? [] : new Set(this.committed.keys()).difference(new Set(this.told));
    assert.deepEqual([...missing], [], 'not in the log');
  }

  /** All versions of all objects: by key, the newest first. */
  async versions(): Promise<Version[]> {
    const all: Version[] = [];
    for (let at: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {}; at !== undefined; ) {
      const answer: ListObjectVersionsCommandOutput = await this.log.aws.s3.send(
        new ListObjectVersionsCommand({ Bucket: this.log.bucket, ...at }),
      );
      assert.equal(answer.DeleteMarkers?.length ?? 0, 0);
      all.push(...z.array(version).parse(answer.Versions ?? []));
      const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = answer;
      at =
        answer.IsTruncated && KeyMarker !== undefined
          ? { KeyMarker, ...(VersionIdMarker === undefined ? {} : { VersionIdMarker }) }
          : undefined;
    }
    return all;
  }

  private async body({ Key, VersionId }: Version): Promise<Bytes> {
    const { Body } = await this.log.aws.s3.send(
      new GetObjectCommand({ Bucket: this.log.bucket, Key, VersionId }),
    );
    return (await Body?.transformToByteArray()) ?? new Uint8Array();
  }

  /** Takes entries from the bundles that a checkpoint of a size made: each the next of its stream, as committed. */
  private append(from: bigint, size: bigint, bodies: ReadonlyMap<string, Bytes>): void {
    for (const tile of newTiles(from, size).filter(({ level }) => level === 'entries')) {
      const all = decodeBundle(bodies.get(tilePath(tile)) ?? new Uint8Array(), tile);
      for (const bytes of all.slice(this.size - Number(tile.index) * 256)) {
        const { stream, n, previous } = readEntry(bytes).envelope;
        assert.equal(new TextDecoder().decode(bytes), this.committed.get(`${stream} ${n}`), `${stream} ${n}`);
        const last = this.streams.get(stream);
        assert.equal(n, (last?.n ?? 0) + 1, `${stream}: not the next`);
        assert.equal(previous, last?.hash);
        this.streams.set(stream, { n, hash: toHex(naiveLeaf(bytes)) });
        this.entries.push(bytes);
        this.told.push(`${stream} ${n}`);
      }
    }
    assert.equal(this.size, Number(size));
  }

  private contentOf({ level, index, width }: Tile): Buffer {
    const from = Number(index) * 256;
    const places = Array.from({ length: width }, (_, i) => from + i);
    if (level === 'entries') {
      const entries = places.map((i) => this.entries[i] ?? new Uint8Array());
      return Buffer.concat(
        entries.flatMap((entry) => [Uint8Array.of(entry.length >> 8, entry.length & 255), entry]),
      );
    }
    const span = 256 ** level;
    return Buffer.concat(places.map((i) => this.tree.mth(i * span, (i + 1) * span)));
  }

  /** The head is where the bucket is, every entry's place is noted, and nothing is left of what was staged. */
  private async tableAgrees(from: number, root: Bytes | undefined): Promise<void> {
    const { aws, table } = this.log;
    const pages = paginateScan(
      { client: aws.dynamo },
      {
        TableName: table,
        FilterExpression: 'NOT begins_with(pk, :place)',
        ExpressionAttributeValues: { ':place': 'place#' },
        ConsistentRead: true,
      },
    );
    const others = (await Array.fromAsync(pages)).flatMap(({ Items = [] }) => Items);
    assert.deepEqual(
      others.map(({ pk, size, published }) => ({ pk, size, published })),
      this.size === 0 ? [] : [{ pk: 'head', size: this.size, published: this.size }],
    );
    if (root !== undefined) assert.equal(others[0]?.root, toBase64(root));
    const fresh = this.entries
      .map((bytes, index) => ({ bytes, index }))
      .filter(({ index }) => index >= from && !this.unplaced.has(index))
      .map(({ bytes, index }) => ({ ...readEntry(bytes).envelope, index }));
    const noted = await inParallel(chunks(fresh, 100), 8, async (some) => {
      const Keys = some.map(({ stream, n }) => ({ pk: `place#${stream}`, sk: String(n) }));
      const { Responses } = await aws.dynamo.send(
        new BatchGetCommand({ RequestItems: { [table]: { Keys } } }),
      );
      return z.array(place).parse(Responses?.[table]);
    });
    const indices = new Map(noted.flat().map(({ pk, sk, index }) => [`${pk} ${sk}`, index]));
    for (const { stream, n, index } of fresh)
      assert.equal(indices.get(`place#${stream} ${n}`), String(index), `${stream} ${n}`);
  }
}

/** A log of a test's own, who writes it, and who looks through it. */
export interface Own {
  log: OwnLog;
  audit: Audit;
  it: Instance;
}

export async function newOwn(cloud: Cloud, key: string): Promise<Own> {
  const log = await newLog(cloud, key);
  return { log, audit: new Audit(log), it: await newInstance(log) };
}

export const acts = new Acts();

/** Brings a log to two entries before a tile is full: the next four fill it and begin another. */
export async function nearlyFull({ audit }: Own): Promise<void> {
  await audit.enlarge(acts.many(256 - ((audit.size + 2) % 256)));
  await audit.verify();
}

export const headKey = { pk: 'head', sk: '-' };

/** The head as the table holds it. */
export async function headOf({ log: { aws, table } }: Own): Promise<Record<string, unknown> | undefined> {
  return (await aws.dynamo.send(new GetCommand({ TableName: table, Key: headKey }))).Item;
}

/** A case's first two, and two of one transaction. */
export function four(): OutboxItem[] {
  const name = `case/${randomUUID()}`;
  return [acts.one(name), acts.one(name), ...acts.together(`case/${randomUUID()}`, `case/${randomUUID()}`)];
}

const version = z.object({ Key: z.string(), VersionId: z.string(), ETag: z.string() });
type Version = z.infer<typeof version>;
const place = z.object({ pk: z.string(), sk: z.string(), index: z.string() });
