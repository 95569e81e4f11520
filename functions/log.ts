import { tagPattern } from '#core/cases/notice-code.ts';
import { parseTilePath } from '#core/log/tiles.ts';
import { WireError } from '#core/problem.ts';
import { keepingFiles } from '#core/sequencer/kept-files.ts';
import { noticeFileState } from '#core/state/notice-files.ts';
import { keptReport } from '#core/state/report.ts';
import { logRoutes } from '#core/wire/everybody.ts';
import { env } from './aws/env.ts';
import { s3LogFiles } from './aws/s3/log-files.ts';
import { store } from './aws/tables.ts';
import { type Answer, anybody } from './middleware/event.ts';
import { serveEverybody } from './middleware/serve.ts';

/**
 * The log for everybody, byte for byte as the bucket holds it (C2SP tlog-tiles), the report made of it, and what the codes
 * in letters to persons open, sealed as it lies. This role reads and can do nothing else.
 */
const { LOG_BUCKET } = env('LOG_BUCKET', 'REPORT_TABLE', 'NOTICES_TABLE');

const files = keepingFiles(s3LogFiles(LOG_BUCKET));
const report = keptReport(store);
const notices = noticeFileState({ store });

export const handler = serveEverybody(logRoutes, {
  readCheckpoint: () =>
    // It moves with every act, and its readers wait for the newest.
    file('checkpoint', { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-cache' }),
  readTile: async ({ pathParameters }) => {
    const path = `tile/${pathParameters?.path ?? ''}`;
    if (parseTilePath(path) === undefined) throw new WireError('not-found');
    return file(path, {
      'content-type': 'application/octet-stream',
      'cache-control': 'public, max-age=31536000, immutable',
    });
  },
  readNotice: async ({ pathParameters }) => {
    const tag = pathParameters?.tag ?? '';
    const sealed = tagPattern.test(tag) ? await notices.get(tag) : undefined;
    if (sealed === undefined) throw new WireError('not-found');
    return bytes(sealed, { 'content-type': 'application/octet-stream', 'cache-control': 'no-store' });
  },
  readReport: async () => {
    const kept = await report.read();
    if (kept === undefined) throw new WireError('not-found');
    const headers = { 'content-type': 'application/json', 'cache-control': 'public, max-age=60' };
    return { statusCode: 200, headers: { ...headers, ...anybody }, body: kept.report };
  },
});

async function file(path: string, headers: Record<string, string>): Promise<Answer> {
  const found = await files.read(path);
  if (found === undefined) throw new WireError('not-found');
  return bytes(found, headers);
}

function bytes(body: Uint8Array, headers: Record<string, string>): Answer {
  return {
    statusCode: 200,
    headers: { ...headers, ...anybody },
    body: Buffer.from(body).toString('base64'),
    isBase64Encoded: true,
  };
}
