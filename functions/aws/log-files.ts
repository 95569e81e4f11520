import { SignCommand } from '@aws-sdk/client-kms';
import { PutObjectCommand, type PutObjectCommandInput } from '@aws-sdk/client-s3';
import { utf8 } from '#core/bytes.ts';
import { checkpointText, openCheckpoint } from '#core/log/checkpoint.ts';
import { formatNote } from '#core/log/note.ts';
import { readCheckpoint, type SignedCheckpoint } from '#core/log/reading.ts';
import { type Tile, tilePath } from '#core/log/tiles.ts';
import type { Hash } from '#core/log/tree.ts';
import { kms, s3 } from './clients.ts';
import { env } from './env.ts';
import { getLogObject, keepFile } from './log-bucket.ts';
import { logKey } from './log-key.ts';

/** Writing the log's files, for `sequence` alone: nobody else may (the bucket's policy), and nothing twice. */
const { LOG_BUCKET, LOG_KEY } = env('LOG_BUCKET', 'LOG_KEY');

/** The checkpoint of a size, signed by the log's key in KMS, and tried as anybody will try it. */
export async function signCheckpoint(tree: { size: bigint; root: Hash }): Promise<string> {
  const key = await logKey();
  const text = checkpointText({ origin: key.name, ...tree });
  const { Signature } = await kms.send(
    new SignCommand({
      KeyId: LOG_KEY,
      Message: utf8(text),
      MessageType: 'RAW',
      SigningAlgorithm: 'ED25519_SHA_512',
    }),
  );
  if (Signature === undefined) throw new Error('KMS gave no signature');
  const note = formatNote(text, key, Signature);
  openCheckpoint(note, key);
  return note;
}

/**
 * Object Lock keeps what is written from being changed; `If-None-Match` keeps it from being written twice. What is there
 * already, whoever crashed had written: it is the same, or the bucket holds another log.
 */
export async function writeOnce(tile: Tile, bytes: Uint8Array): Promise<void> {
  const Key = tilePath(tile);
  for (;;) {
    const written = await put(Key, bytes, 'application/octet-stream', { IfNoneMatch: '*' });
    const there = written ? { bytes } : await getLogObject(Key);
    // Refused, and still nothing there: another's write is under way, which may yet come to nothing.
    if (there === undefined) continue;
    if (Buffer.compare(there.bytes, bytes) !== 0)
      throw new Error('the bucket holds another file in this place');
    keepFile(Key, bytes);
    return;
  }
}

/** What the bucket says of the log, and by which entity tag. */
export interface Published extends SignedCheckpoint {
  etag: string;
}

/** The bucket's checkpoint, verified; undefined before there is any. */
export async function publishedCheckpoint(): Promise<Published | undefined> {
  const there = await getLogObject('checkpoint');
  if (there === undefined) return undefined;
  if (there.etag === undefined) throw new Error('S3 gave no entity tag');
  const { bytes, etag } = there;
  const checkpoint = await readCheckpoint(async () => bytes, await logKey());
  return checkpoint === undefined ? undefined : { ...checkpoint, etag };
}

/**
 * Publishes a checkpoint, in the place of one and of no other: what the bucket says never gets smaller.
 *
 * @param over the one that it follows; undefined for the first
 * @returns false if that is not the bucket's any more
 */
export async function publishCheckpoint(checkpoint: string, over: Published | undefined): Promise<boolean> {
  const condition = over === undefined ? { IfNoneMatch: '*' } : { IfMatch: over.etag };
  return put('checkpoint', utf8(checkpoint), 'text/plain; charset=utf-8', condition);
}

/** @returns false if the condition did not hold, or another write was under way at the same moment */
async function put(
  Key: string,
  Body: Uint8Array,
  ContentType: string,
  condition: Pick<PutObjectCommandInput, 'IfMatch' | 'IfNoneMatch'>,
): Promise<boolean> {
  try {
    await s3.send(
      new PutObjectCommand({
        Bucket: LOG_BUCKET,
        Key,
        Body,
        ContentType,
        ChecksumAlgorithm: 'SHA256',
        ...condition,
      }),
    );
    return true;
  } catch (error) {
    const names = ['PreconditionFailed', 'ConditionalRequestConflict'];
    if (error instanceof Error && names.includes(error.name)) return false;
    throw error;
  }
}
