import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { RefusedError } from '#client/errors.ts';
import { prepare, send } from '#client/exchange.ts';
import { type Entry, readEntry } from '#core/log/entry.ts';
import type { VerifierKey } from '#core/log/note.ts';
import { type ReadFile, readBundles, readCheckpoint } from '#core/log/reading.ts';
import { newTiles, tilePath } from '#core/log/tiles.ts';
import { inParallel } from '#core/parallel.ts';
import { placePath, placesAtOnce } from '#core/state/log-places.ts';
import type { OutboxItem } from '#core/state/outbox.ts';
import { type Cloud, connect, startCloud } from '#dev/cloud/cloud.ts';
import { home } from '#dev/cloud/emulator.ts';
import { until } from '#dev/feed.ts';
import { logFiles, logKeyOf } from '#dev/log.ts';
import { makeWorld, readWorld, type World } from '#dev/world.ts';
import { adaptersOf, newInstance, newLog, newLogKey, type OwnLog } from '../test/integration/own-log.ts';
import { syntheticLog } from './synthetic-log.ts';

/**
 * How fast the log grows: what `sequence` does for a batch, in this process, beside the bare S3 writes of the same
 * files to the same emulator; and, on the running stack, how long it takes from an act's commit to the checkpoint in
 * the bucket that covers it. The emulator answers each call in milliseconds of one core, which it shares with all else:
 * the ratios and the counts are Writ's, the times are this machine's.
 */
export async function sequencing(): Promise<void> {
  const given = process.env.WRIT_STATE;
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const stateDir = join(home, '.writ/bench');
  const cloud = given === undefined ? await startCloud({ stateDir, say }) : connect(given);
  try {
    const world =
      given === undefined
        ? await makeWorld(cloud, { say })
        : await readWorld(cloud, join(given, 'local.json'));
    await batches(cloud);
    await fromCommitToCheckpoint(refusals(world));
  } finally {
    await cloud.stop();
    if (given === undefined) rmSync(stateDir, { recursive: true, force: true });
  }
}

/** What is measured: entries a batch, and how many batches. */
const sizes = [
  [1, 60],
  [100, 12],
  [1000, 5],
] as const;
/** Entries in the log before anything is measured. */
const before = 1000;
/** S3 writes at once, as core/sequencer/publish.ts makes them: places, and beside them bundles and tiles. */
const atOnce = placesAtOnce + 8;

const services = {
  'S3 writes': ['PutObjectCommand'],
  'S3 reads': ['GetObjectCommand'],
  'DynamoDB writes': ['PutItemCommand', 'UpdateItemCommand', 'BatchWriteItemCommand', 'DeleteItemCommand'],
  'DynamoDB reads': ['GetItemCommand', 'BatchGetItemCommand', 'QueryCommand'],
  'KMS Sign': ['SignCommand'],
} as const;

async function batches(cloud: Cloud): Promise<void> {
  const key = await newLogKey(cloud);
  print('');
  print(
    'sequence, in this process: calls for an entry, and time beside the bare S3 writes of the same files',
  );
  row('entries a batch', 'entries/s', 'ms a batch', 'S3 alone, ms', '× S3 alone', ...Object.keys(services));
  for (const [size, times] of sizes) {
    const value = await measured(cloud, key, size, times);
    const [ms, floor] = [median(value.ms), median(value.floor)];
    const perEntry = Object.values(services).map((names) => {
      const calls = value.calls.filter((name) => names.some((one) => one === name)).length;
      return Number((calls / (size * times)).toPrecision(3)).toString();
    });
    row(
      String(size),
      ((size * 1000) / ms).toFixed(0),
      ms.toFixed(1),
      floor.toFixed(1),
      (ms / floor).toFixed(1),
      ...perEntry,
    );
  }
}

async function measured(cloud: Cloud, key: string, size: number, times: number) {
  const [log, beside] = [await newLog(cloud, key), await newLog(cloud, key)];
  const instance = await newInstance(cloud, log);
  const items = Array.from(syntheticLog(before + size * times), outboxItem);
  await instance.deliver(items.slice(0, before));
  const all = { ms: [] as number[], floor: [] as number[], calls: [] as string[] };
  for (let from = before; from < items.length; from += size) {
    const batch = items.slice(from, from + size);
    all.calls.push(
      ...(await callsOf(cloud, async () => {
        all.ms.push(await timed(() => instance.deliver(batch)));
      })),
    );
    const files = await filesBetween(log, from, batch);
    all.floor.push(await timed(() => bareWrites(beside, files)));
  }
  return all;
}

/** The calls to AWS that an act makes, by name. A call is what the code asked for, with all that the SDK does to get it through. */
async function callsOf(cloud: Cloud, act: () => Promise<void>): Promise<string[]> {
  const { dynamo, s3, kms } = (await adaptersOf(cloud)).clients;
  const calls: string[] = [];
  const noting = { step: 'initialize', priority: 'high', name: 'noting' } as const;
  const note = (name: string | undefined) => {
    calls.push(String(name));
  };
  dynamo.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        note(commandName);
        return next(args);
      },
    noting,
  );
  s3.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        note(commandName);
        return next(args);
      },
    noting,
  );
  kms.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        note(commandName);
        return next(args);
      },
    noting,
  );
  try {
    await act();
  } finally {
    for (const { middlewareStack } of [dynamo, s3, kms]) middlewareStack.remove('noting');
  }
  return calls;
}

function outboxItem(bytes: Uint8Array): OutboxItem {
  const { stream, n } = readEntry(bytes).envelope;
  return { stream, n, entry: new TextDecoder().decode(bytes) };
}

type File = { Key: string; Body: Uint8Array };

/** The files that a batch made; the checkpoint last. */
async function filesBetween(
  { aws, bucket }: OwnLog,
  from: number,
  batch: readonly OutboxItem[],
): Promise<File[]> {
  const paths = [
    ...newTiles(BigInt(from), BigInt(from + batch.length)).map(tilePath),
    ...batch.map(placePath),
    `head/${from}`,
    'checkpoint',
  ];
  return inParallel(paths, atOnce, async (Key) => {
    const { Body } = await aws.s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
    return { Key, Body: (await Body?.transformToByteArray()) ?? new Uint8Array() };
  });
}

async function bareWrites({ aws, bucket }: OwnLog, files: readonly File[]): Promise<void> {
  const write = (file: File) =>
    aws.s3.send(new PutObjectCommand({ Bucket: bucket, ...file, ChecksumAlgorithm: 'SHA256' }));
  await inParallel(files.slice(0, -1), atOnce, write);
  await inParallel(files.slice(-1), atOnce, write);
}

/** How often the bucket is looked at: what a time can be off by, upwards. */
const lookEveryMs = 20;

/** A log, and an act that leaves an entry in it. */
interface Watched {
  read: ReadFile;
  key: VerifierKey;
  act(): Promise<void>;
  /** Whether an entry tells one of those acts, and nothing that the clock or somebody else did. */
  isAct(entry: Entry): boolean;
}

/**
 * The acts are requests refused to a key that has proven itself: the cheapest that leaves an entry. Such an entry is
 * committed a moment after the instant that it names, which is what is counted from.
 */
function refusals(world: World): Watched {
  const { session, id } = world.agency;
  return {
    read: logFiles(world),
    key: logKeyOf(world),
    act: async () => {
      const refused = await send(session, await prepare(session, 'POST', '/v1/requests', {})).catch(
        (error: unknown) => error instanceof RefusedError || Promise.reject(error),
      );
      if (refused !== true) throw new Error('a request of nothing was not refused');
    },
    isAct: (entry) => entry.kind === 'request.refused' && entry.data.agency === id,
  };
}

async function fromCommitToCheckpoint(log: Watched): Promise<void> {
  print('');
  print(
    `from an act's commit to the checkpoint that covers it, on the running stack (looked for every ${lookEveryMs} ms)`,
  );
  row('acts', 'entries', 'checkpoints', 'p50 ms', 'p99 ms', 'max ms');
  for (const [name, bursts, acts] of [
    ['one at a time', 100, 1],
    ['5 at once', 20, 5],
    ['25 at once', 5, 25],
  ] as const) {
    const { waits, checkpoints } = await waitsOf(log, bursts, acts);
    const figures = [quantile(waits, 0.5), quantile(waits, 0.99), Math.max(...waits)];
    row(name, String(waits.length), String(checkpoints), ...figures.map((ms) => ms.toFixed(0)));
  }
}

/** Makes acts and waits until the log has them, again and again. */
async function waitsOf({ read, key, act, isAct }: Watched, bursts: number, acts: number) {
  const look = async () => (await readCheckpoint(read, key))?.size ?? 0n;
  const start = await look();
  const seen: { size: bigint; at: number }[] = [];
  let over = false;
  const watch = async () => {
    for (let size = start; !over; await sleep(lookEveryMs)) {
      const newer = await look();
      if (newer > size) seen.push({ size: newer, at: Date.now() });
      size = newer;
    }
  };
  const watching = watch();
  try {
    for (let i = 1; i <= bursts; i++) {
      await Promise.all(Array.from({ length: acts }, act));
      const has = () => (seen.at(-1)?.size ?? start) >= start + BigInt(i * acts);
      await until('the log has what was done', async () => has(), 60_000);
    }
  } finally {
    over = true;
    await watching;
  }
  const waits: number[] = [];
  const size = seen.at(-1)?.size ?? start;
  for await (const { from, entries } of readBundles(read, start, size, size)) {
    for (const [i, bytes] of entries.entries()) {
      const { entry } = readEntry(bytes);
      const covered = seen.find((each) => each.size > from + BigInt(i));
      if (entry !== undefined && isAct(entry) && covered !== undefined)
        waits.push(covered.at - Date.parse(entry.at));
    }
  }
  return { waits, checkpoints: seen.length };
}

async function timed(act: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await act();
  return performance.now() - start;
}

function quantile(all: readonly number[], q: number): number {
  return all.toSorted((a, b) => a - b)[Math.min(all.length - 1, Math.floor(all.length * q))] ?? Number.NaN;
}

const median = (all: readonly number[]) => quantile(all, 0.5);

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function row(...cells: readonly string[]): void {
  print(
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(16) : cell.padStart(Math.max(12, cell.length + 1))))
      .join(''),
  );
}

if (import.meta.main || process.argv[2] === 'log-sequencing') await sequencing();
