import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { BytesError, type Gunzip } from '#core/events/lines.ts';

/** Unpacks gzip as it comes, however many members it has (RFC 1952), and holds no more of it than a chunk. */
export const gunzip: Gunzip = async function* gunzip(chunks) {
  const source = Readable.from(chunks, { objectMode: false });
  const unpacked = createGunzip();
  let failure: unknown;
  source.once('error', (error: unknown) => {
    failure = error;
    unpacked.destroy();
  });
  try {
    for await (const chunk of source.pipe(unpacked)) yield chunk;
  } catch (cause) {
    throw failure ?? new BytesError('gzip-damaged', { cause });
  } finally {
    source.destroy();
  }
};
