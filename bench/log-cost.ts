/**
 * What a million entries of the log cost, by how many entries a checkpoint covers: the requests that `sequence` makes for
 * a batch, counted from core/sequencer/, at list prices. A model, not a measurement; docs/log.md holds what it
 * prints. `npm run bench -- log-cost` prints it alone.
 */
import { functions } from '#lib/functions.ts';
import { price as scalePrice } from './scale.ts';

/** What has no source beside it is ours. */
export const assumed = {
  /** Decision 0024: an entry of the mean. */
  entryBytes: 450,
  /** A signed note of our form: three lines and a signature. */
  checkpointBytes: 250,
  /** core/state/log-stage.ts: entries in an item of the stage, at most, and what the item holds beside them. */
  stagePartBytes: 300_000,
  stageItemBytes: 150,
  /** A file that says where an entry is: its index and its hash. */
  placeBytes: 75,
  /** What stays of each tree beside its checkpoint: that this one follows on the last. */
  headBytes: 90,
  /** Places that are looked up for an entry: its own and its predecessor's. Fewer if this instance wrote or read one. */
  placesRead: 2,
  /** Lambda's memory for `sequence`. */
  lambdaMb: functions.Sequence.memoryMb,
  /**
   * How long it runs: about eighteen calls one behind the other, and for each entry some work, and its share of three calls
   * of which forty are made at once. Guesses.
   */
  lambdaMsPerBatch: 500,
  lambdaMsPerEntry: 2,
  /** `logRetentionDays` in prod: nothing that was written goes before. */
  keptYears: 10,
} as const;

/** AWS list prices, us-east-1, in dollars, without free tiers and discounts. docs/log.md says where and when seen. */
export const price = {
  ...scalePrice,
  /** Sign with an ECC key, Ed25519 among them. */
  kmsSign: 0.15 / 10_000,
  s3Put: 0.005 / 1000,
  s3Get: 0.0004 / 1000,
  s3GbMonth: 0.023,
} as const;

const GB = 1024 ** 3;
const TILE_WIDTH = 256;
const HASH_BYTES = 32;
const MILLION = 1_000_000;
/** Levels of tiles that a log of one million to sixteen has. */
const LEVELS = 3;

/** For one entry, except where a name says otherwise. */
export interface LogCost {
  entriesPerBatch: number;
  s3Puts: number;
  s3Gets: number;
  signatures: number;
  /** DynamoDB's units: of 1 KB written, of 4 KB read. */
  writeUnits: number;
  readUnits: number;
  /** In the bucket, where partial files stay beside what superseded them. */
  keptBytes: number;
  dollarsPerMillion: {
    s3: number;
    kms: number;
    dynamo: number;
    lambda: number;
    all: number;
    /** Of keeping them in the bucket. */
    keptMonth: number;
    kept: number;
  };
}

/** @param k entries that one checkpoint covers more than the last */
export function logCost(k: number): LogCost {
  const { entryBytes, checkpointBytes, placeBytes, headBytes, placesRead } = assumed;
  const bundles = filesOfLevel(0, k);
  const tiles = Array.from({ length: LEVELS }, (_, level) => filesOfLevel(level, k));
  const hashes = sum(tiles.map(({ hashes }) => hashes));
  const stage = stageItems(k);
  const stageUnits = sum(stage.map((bytes) => Math.ceil(bytes / 1024)));

  // Bundles, tiles, a place for each entry, which head follows on the last, checkpoint.
  const puts = bundles.files + sum(tiles.map(({ files }) => files)) + k + 2;
  // The bucket's checkpoint, before places are read, before staging and before publishing; places; and, as if no instance
  // ever had them in memory, the last bundle and each level's last tile.
  const gets = 4 + LEVELS + placesRead * k;
  // Staged and taken away again; the head moved, and marked as published.
  const writeUnits = 2 * stageUnits + 2;
  // The head twice, the stage twice.
  const readUnits = 2 + 2 * Math.ceil(sum(stage) / 4096);
  const keptBytes =
    bundles.hashes * (2 + entryBytes) + hashes * HASH_BYTES + k * placeBytes + headBytes + checkpointBytes;
  const seconds = (assumed.lambdaMsPerBatch + assumed.lambdaMsPerEntry * k) / 1000;

  const batches = MILLION / k;
  const s3 = batches * (puts * price.s3Put + gets * price.s3Get);
  const kms = batches * price.kmsSign;
  const dynamo = batches * (writeUnits * price.dynamoWrite + readUnits * price.dynamoRead);
  const lambda = batches * (seconds * (assumed.lambdaMb / 1024) * price.lambdaGbSecond + price.lambdaRequest);
  const keptMonth = ((batches * keptBytes) / GB) * price.s3GbMonth;
  return {
    entriesPerBatch: k,
    s3Puts: puts / k,
    s3Gets: gets / k,
    signatures: 1 / k,
    writeUnits: writeUnits / k,
    readUnits: readUnits / k,
    keptBytes: keptBytes / k,
    dollarsPerMillion: {
      s3,
      kms,
      dynamo,
      lambda,
      all: s3 + kms + dynamo + lambda,
      keptMonth,
      kept: keptMonth * 12 * assumed.keptYears,
    },
  };
}

/**
 * What a batch writes of one level of tiles in the mean, batches of `k` one behind the other: files, and hashes in them.
 * Level 0 is also what a batch writes of bundles, an entry for a hash.
 */
export function filesOfLevel(level: number, k: number): { files: number; hashes: number } {
  const added = k / TILE_WIDTH ** level;
  // A level is touched at all if a tile below it is filled.
  const touched = Math.min(1, added);
  // Batches begin at multiples of this in a tile, each as often.
  const step = level === 0 ? greatestCommonDivisor(k, TILE_WIDTH) : 1;
  const further = (added - touched * step) / TILE_WIDTH;
  return {
    files: touched + Math.max(0, further),
    // What is new, and again what lies before it in the tile that it begins in.
    hashes: added + (touched * (TILE_WIDTH - step)) / 2,
  };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** The sizes of the items in which a batch is staged. */
function stageItems(k: number): number[] {
  const each = assumed.entryBytes + 2;
  const most = Math.floor(assumed.stagePartBytes / each);
  return Array.from(
    { length: Math.ceil(k / most) },
    (_, part) => Math.min(most, k - part * most) * each + assumed.stageItemBytes,
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, count) => total + count, 0);
}

export const batchSizes = [1, 100, 1000] as const;

/** The tables of docs/log.md, in Markdown that is aligned for a terminal too. */
export function costTable(): string {
  const all = batchSizes.map(logCost);
  const requests = all.map((logCost) => [
    count(logCost.entriesPerBatch),
    figure(logCost.s3Puts),
    figure(logCost.s3Gets),
    figure(logCost.signatures),
    figure(logCost.writeUnits),
    figure(logCost.readUnits),
    count(Math.round(logCost.keptBytes)),
  ]);
  const costs = all.map(({ entriesPerBatch, dollarsPerMillion: value }) => [
    count(entriesPerBatch),
    ...[value.s3, value.kms, value.dynamo, value.lambda, value.all, value.keptMonth, value.kept].map(dollars),
  ]);
  return [
    'What an entry asks for, by how many a checkpoint covers:',
    markdown(
      ['entries a batch', 'S3 writes', 'S3 reads', 'KMS Sign', 'DynamoDB writes', 'reads', 'bytes kept'],
      requests,
    ),
    `What a million entries cost, and what keeping them does, ${assumed.keptYears} years in all:`,
    markdown(['entries a batch', 'S3', 'KMS', 'DynamoDB', 'Lambda', 'all', 'kept, a month', 'kept'], costs),
    `A thousand acts a day, each with a checkpoint of its own, cost ${dollars(aYear(1000, 1))} a year.`,
  ].join('\n\n');
}

/** What so many entries a day cost in a year, without what keeping them does. */
function aYear(perDay: number, entriesPerBatch: number): number {
  return ((perDay * 365) / MILLION) * logCost(entriesPerBatch).dollarsPerMillion.all;
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padStart(widths[i] ?? 0)).join(' | ')} |`;
  const rule = `|${widths.map((width) => `${'-'.repeat(width + 1)}:`).join('|')}|`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

function count(n: number): string {
  return n.toLocaleString('en-US');
}

function figure(n: number): string {
  return Number(n.toPrecision(3)).toString();
}

function dollars(n: number): string {
  return `$${n < 10 ? n.toFixed(2) : count(Number(n.toPrecision(3)))}`;
}

if (import.meta.main || process.argv[2] === 'log-cost') process.stdout.write(`${costTable()}\n`);
