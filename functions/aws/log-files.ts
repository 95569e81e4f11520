import { SignCommand } from '@aws-sdk/client-kms';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { utf8 } from '#core/bytes.ts';
import { checkpointText, openCheckpoint } from '#core/log/checkpoint.ts';
import { formatNote } from '#core/log/note.ts';
import { type Tile, tilePath } from '#core/log/tiles.ts';
import type { Hash } from '#core/log/tree.ts';
import { kms, s3 } from './clients.ts';
import { env } from './env.ts';
import { getLogObject, keepFile, logKey } from './log.ts';

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
  try {
    await s3.send(
      new PutObjectCommand({
        Bucket: LOG_BUCKET,
        Key,
        Body: bytes,
        ContentType: 'application/octet-stream',
        IfNoneMatch: '*',
        ChecksumAlgorithm: 'SHA256',
      }),
    );
  } catch (error) {
    if (!isTaken(error)) throw error;
    const there = await getLogObject(Key);
    if (there === undefined || Buffer.compare(there.bytes, bytes) !== 0)
      throw new Error('the bucket holds another file in this place');
  }
  keepFile(Key, bytes);
}

/** Publishes a checkpoint, unless one as large is there: what the bucket says never gets smaller. */
export async function publishCheckpoint({
  checkpoint,
  size,
}: {
  checkpoint: string;
  size: bigint;
}): Promise<void> {
  const key = await logKey();
  for (;;) {
    const there = await getLogObject('checkpoint');
    if (there !== undefined && openCheckpoint(new TextDecoder().decode(there.bytes), key).size >= size)
      return;
    try {
      await s3.send(
        new PutObjectCommand({
          Bucket: LOG_BUCKET,
          Key: 'checkpoint',
          Body: checkpoint,
          ContentType: 'text/plain; charset=utf-8',
          ChecksumAlgorithm: 'SHA256',
          ...(there === undefined ? { IfNoneMatch: '*' } : { IfMatch: there.etag }),
        }),
      );
      return;
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
  }
}

/** Whether a conditional write came too late, or at the same moment as another. */
function isTaken(error: unknown): boolean {
  const names = ['PreconditionFailed', 'ConditionalRequestConflict'];
  return error instanceof Error && names.includes(error.name);
}
