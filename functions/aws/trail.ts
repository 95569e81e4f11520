import { GetObjectCommand, ListObjectsV2Command, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { chunks } from '#core/parallel.ts';
import { type KmsCall, type Malformed, readTrailFile } from '#core/trail/cloudtrail.ts';
import type { Span } from '#core/trail/reconcile.ts';
import { s3 } from './clients.ts';
import { env } from './env.ts';

/**
 * CloudTrail's files in a trail's bucket, by day and named by when they were delivered, to the minute:
 *
 *   <folder>/YYYY/MM/DD/<account>_CloudTrail_<region>_<YYYYMMDDTHHmmZ>_<unique>.json.gz
 *
 * A file may hold an event from any time before its delivery: mostly minutes, and nothing is guaranteed.
 */
const { TRAIL_BUCKET, TRAIL_FOLDER } = env('TRAIL_BUCKET', 'TRAIL_FOLDER');

/** Files in memory at once. */
const atOnce = 4;
const minuteMs = 60_000;
const dayMs = 86_400_000;

export interface TrailPart {
  /** When it was delivered: an instant. */
  delivered: string;
  calls: KmsCall[];
  malformed: Malformed[];
}

/** What the files say that were delivered from one instant to another, as their names have it. */
export async function* readTrail(span: Span): AsyncGenerator<TrailPart> {
  for (const some of chunks(await Array.fromAsync(deliveredFiles(span)), atOnce))
    yield* await Promise.all(some.map(readFile));
}

/** Whether any file was ever delivered. */
export async function everDelivered(): Promise<boolean> {
  const { Contents = [] } = await s3.send(
    new ListObjectsV2Command({ Bucket: TRAIL_BUCKET, Prefix: `${TRAIL_FOLDER}/`, MaxKeys: 1 }),
  );
  return Contents.length > 0;
}

interface Delivered {
  key: string;
  delivered: string;
}

async function* deliveredFiles({ from, to }: Span): AsyncGenerator<Delivered> {
  const [first, last] = [Date.parse(from), Date.parse(to)];
  for (let day = first - (first % dayMs); day <= last; day += dayMs) {
    const folder = new Date(day).toISOString().slice(0, 'YYYY-MM-DD'.length).replaceAll('-', '/');
    const pages = paginateListObjectsV2(
      { client: s3 },
      { Bucket: TRAIL_BUCKET, Prefix: `${TRAIL_FOLDER}/${folder}/` },
    );
    for await (const { Contents = [] } of pages) {
      for (const { Key: key = '', LastModified = new Date(day) } of Contents) {
        const delivered = deliveryOf(key) ?? LastModified.toISOString();
        // A name has minutes: what was delivered within the first may be from after `from`.
        const at = Date.parse(delivered);
        if (at > first - minuteMs && at <= last) yield { key, delivered };
      }
    }
  }
}

const name = /_(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)Z_[^/]*$/;

function deliveryOf(key: string): string | undefined {
  const [, year, month, day, hour, minute] = name.exec(key) ?? [];
  const text = `${year}-${month}-${day}T${hour}:${minute}:00.000Z`;
  return Number.isNaN(Date.parse(text)) ? undefined : text;
}

async function readFile({ key, delivered }: Delivered): Promise<TrailPart> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: TRAIL_BUCKET, Key: key }));
  return { delivered, ...(await readTrailFile((await Body?.transformToByteArray()) ?? new Uint8Array())) };
}
