import { GetObjectCommand, NoSuchKey } from '@aws-sdk/client-s3';
import type { ReadFile } from '#core/log/reading.ts';
import { s3 } from './clients.ts';
import { env } from './env.ts';

/** The log's files, out of the Object Lock bucket. */
const { LOG_BUCKET } = env('LOG_BUCKET');

/** Files of the log that this instance has read or written. No file but the checkpoint ever changes. */
const kept = new Map<string, Uint8Array>();
const keptFiles = 64;

export function keepFile(path: string, bytes: Uint8Array): void {
  kept.delete(path);
  kept.set(path, bytes);
  const [oldest] = kept.keys();
  if (kept.size > keptFiles && oldest !== undefined) kept.delete(oldest);
}

/** Reads one of the log's files out of the bucket. */
export const readLogFile: ReadFile = async (path) => {
  const known = kept.get(path);
  if (known !== undefined) return known;
  const object = await getLogObject(path);
  if (object !== undefined && path !== 'checkpoint') keepFile(path, object.bytes);
  return object?.bytes;
};

/** An object of the bucket as it is now, and its entity tag. */
export async function getLogObject(
  path: string,
): Promise<{ bytes: Uint8Array; etag: string | undefined } | undefined> {
  try {
    const { Body, ETag } = await s3.send(new GetObjectCommand({ Bucket: LOG_BUCKET, Key: path }));
    return { bytes: (await Body?.transformToByteArray()) ?? new Uint8Array(), etag: ETag };
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}
