import middy from '@middy/core';
import { parseTilePath } from '#core/log/tiles.ts';
import { WireError } from '#core/problem.ts';
import { readLogFile } from './aws/log-bucket.ts';
import { logger } from './aws/observe.ts';
import { readReport } from './aws/report.ts';
import type { Answer, Arrived } from './middleware/event.ts';
import { problem } from './middleware/problem.ts';
import { routes } from './middleware/routes.ts';

/**
 * The log for everybody, byte for byte as the bucket holds it (C2SP tlog-tiles), and the report made of it. This role
 * reads and can do nothing else.
 */
const open = (answer: (event: Arrived) => Promise<Answer>) =>
  middy<Arrived, Answer>().use(problem(logger)).handler(answer);

export const handler = routes({
  'GET /log/checkpoint': open(() =>
    // It moves with every act, and whoever waits for it waits for the newest.
    file('checkpoint', { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-cache' }),
  ),
  'GET /log/tile/{path+}': open(async ({ pathParameters }) => {
    const path = `tile/${pathParameters?.path ?? ''}`;
    if (parseTilePath(path) === undefined) throw new WireError('not-found');
    return file(path, {
      'content-type': 'application/octet-stream',
      'cache-control': 'public, max-age=31536000, immutable',
    });
  }),
  'GET /transparency': open(async () => {
    const kept = await readReport();
    if (kept === undefined) throw new WireError('not-found');
    const headers = { 'content-type': 'application/json', 'cache-control': 'public, max-age=60' };
    return { statusCode: 200, headers: { ...headers, ...anybody }, body: kept.report };
  }),
});

/** A page of anybody's may read it. */
const anybody = { 'access-control-allow-origin': '*' };

async function file(path: string, headers: Record<string, string>): Promise<Answer> {
  const bytes = await readLogFile(path);
  if (bytes === undefined) throw new WireError('not-found');
  return {
    statusCode: 200,
    headers: { ...headers, ...anybody },
    body: Buffer.from(bytes).toString('base64'),
    isBase64Encoded: true,
  };
}
