import {
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import type { LogFiles } from '#core/ports.ts';
import { s3 } from '../clients.ts';

/** The condition did not hold, another write was under way, or `If-Match` was asked of a file that is not there. */
const refusals = ['PreconditionFailed', 'ConditionalRequestConflict', 'NoSuchKey'];

/**
 * The log's files in S3. Object Lock keeps what is written from being changed; `If-None-Match` keeps it from being
 * written twice. A checkpoint's version is its entity tag.
 */
export function s3LogFiles(Bucket: string): LogFiles {
  const get = async (Key: string) => {
    try {
      const { Body, ETag } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      return { bytes: (await Body?.transformToByteArray()) ?? new Uint8Array(), etag: ETag };
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  };
  /** @returns false if the condition did not hold, or another write was under way at the same moment */
  const put = async (
    Key: string,
    Body: Uint8Array,
    ContentType: string,
    condition: Pick<PutObjectCommandInput, 'IfMatch' | 'IfNoneMatch'>,
  ): Promise<boolean> => {
    try {
      await s3.send(
        new PutObjectCommand({ Bucket, Key, Body, ContentType, ChecksumAlgorithm: 'SHA256', ...condition }),
      );
      return true;
    } catch (error) {
      if (error instanceof Error && refusals.includes(error.name)) return false;
      throw error;
    }
  };
  return {
    read: async (path) => (await get(path))?.bytes,
    create: (path, bytes) => put(path, bytes, 'application/octet-stream', { IfNoneMatch: '*' }),
    async checkpoint() {
      const present = await get('checkpoint');
      if (present === undefined) return undefined;
      if (present.etag === undefined) throw new Error('S3 gave no entity tag');
      return { bytes: present.bytes, version: present.etag };
    },
    publish: (checkpoint, over) =>
      put(
        'checkpoint',
        checkpoint,
        'text/plain; charset=utf-8',
        over === undefined ? { IfNoneMatch: '*' } : { IfMatch: over },
      ),
  };
}
