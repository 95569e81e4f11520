import { GetObjectCommand, ListObjectsV2Command, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { chunks } from '#core/parallel.ts';
import { readTrailFile } from '#core/trail/cloudtrail.ts';
import type { Trail, TrailPart } from '#core/trail/hourly.ts';
import type { Span } from '#core/trail/reconcile.ts';
import { s3 } from '../clients.ts';

/**
 * CloudTrail's files in a trail's bucket, by day and named by when they were delivered, to the minute:
 *
 *   <folder>/YYYY/MM/DD/<account>_CloudTrail_<region>_<YYYYMMDDTHHmmZ>_<unique>.json.gz
 *
 * A file may hold an event from any time before its delivery: mostly minutes, and nothing is guaranteed.
 */
export function s3Trail(bucket: string, folder: string): Trail {
  return {
    async *read(span) {
      for (const some of chunks(await Array.fromAsync(deliveredFiles(bucket, folder, span)), atOnce))
        yield* await Promise.all(some.map((file) => readFile(bucket, file)));
    },
    async everDelivered() {
      const { Contents = [] } = await s3.send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix: `${folder}/`, MaxKeys: 1 }),
      );
      return Contents.length > 0;
    },
  };
}

/** Files in memory at once. */
const atOnce = 4;
const minuteMs = 60_000;
const dayMs = 86_400_000;

interface Delivered {
  key: string;
  delivered: string;
}

async function* deliveredFiles(
  bucket: string,
  folder: string,
  { from, to }: Span,
): AsyncGenerator<Delivered> {
  const [first, last] = [Date.parse(from), Date.parse(to)];
  for (let day = first - (first % dayMs); day <= last; day += dayMs) {
    const dayFolder = new Date(day).toISOString().slice(0, 'YYYY-MM-DD'.length).replaceAll('-', '/');
    const pages = paginateListObjectsV2(
      { client: s3 },
      { Bucket: bucket, Prefix: `${folder}/${dayFolder}/` },
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

async function readFile(bucket: string, { key, delivered }: Delivered): Promise<TrailPart> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return { delivered, ...(await readTrailFile((await Body?.transformToByteArray()) ?? new Uint8Array())) };
}
