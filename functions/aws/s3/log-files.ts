import {
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { MAX_NOTE_CHARACTERS } from '#core/log/note.ts';
import type { CosignedFile, LogFiles } from '#core/ports.ts';
import { cosignedPath } from '#core/witnessing/cosigned.ts';
import { s3 } from '../clients.ts';

/** The condition did not hold, another write was under way, or `If-Match` was asked of a file that is not there. */
const refusals = ['PreconditionFailed', 'ConditionalRequestConflict', 'NoSuchKey'];

/**
 * The log's files in S3. Object Lock keeps what is written from being changed; `If-None-Match` keeps it from being
 * written twice. The version of a file that changes is its entity tag.
 */
export function s3LogFiles(Bucket: string): LogFiles {
  const { get, put } = objects(Bucket);
  const { present, replace } = movingFile(Bucket, 'checkpoint');
  return {
    read: async (path) => (await get(path))?.bytes,
    create: (path, bytes) => put(path, bytes, 'application/octet-stream', { IfNoneMatch: '*' }),
    checkpoint: present,
    publish: replace,
  };
}

/** The log's cosigned checkpoint in S3, which changes as the checkpoint does. */
export const s3CosignedFile = (Bucket: string): CosignedFile => movingFile(Bucket, cosignedPath);

function movingFile(Bucket: string, path: string): CosignedFile {
  const { get, put } = objects(Bucket);
  return {
    async present() {
      const present = await get(path);
      if (present === undefined) return undefined;
      if (present.etag === undefined) throw new Error('S3 gave no entity tag');
      return { bytes: present.bytes, version: present.etag };
    },
    replace: (bytes, over) =>
      put(
        path,
        bytes,
        'text/plain; charset=utf-8',
        over === undefined ? { IfNoneMatch: '*' } : { IfMatch: over },
      ),
  };
}

function objects(Bucket: string) {
  return {
    async get(Key: string) {
      try {
        const { Body, ContentLength = 0, ETag } = await s3.send(new GetObjectCommand({ Bucket, Key }));
        // Whoever has `cosign`'s role can write that one file, as large as S3 takes it: read, it would end each reader.
        if (Key === cosignedPath && ContentLength > MAX_NOTE_CHARACTERS) {
          await Body?.transformToWebStream().cancel();
          return { bytes: new Uint8Array(), etag: ETag };
        }
        return { bytes: (await Body?.transformToByteArray()) ?? new Uint8Array(), etag: ETag };
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
    /** @returns false if the condition did not hold, or another write was under way at the same moment */
    async put(
      Key: string,
      Body: Uint8Array,
      ContentType: string,
      condition: Pick<PutObjectCommandInput, 'IfMatch' | 'IfNoneMatch'>,
    ): Promise<boolean> {
      try {
        await s3.send(
          new PutObjectCommand({ Bucket, Key, Body, ContentType, ChecksumAlgorithm: 'SHA256', ...condition }),
        );
        return true;
      } catch (error) {
        if (error instanceof Error && refusals.includes(error.name)) return false;
        throw error;
      }
    },
  };
}
