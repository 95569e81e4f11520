import { utf8 } from '#core/bytes.ts';
import { tagPattern } from '#core/cases/notice-code.ts';
import { atomOf, newestEntries } from '#core/log/feed.ts';
import { parseTilePath } from '#core/log/tiles.ts';
import type { TrustPolicy } from '#core/log/trust-policy.ts';
import type { LogFiles } from '#core/ports.ts';
import { WireError } from '#core/problem.ts';
import type { noticeFileState } from '#core/state/notice-files.ts';
import type { keptReport } from '#core/state/report.ts';
import type { logRoutes } from '#core/wire/log.ts';
import {
  type Cosigned,
  claimed,
  cosignedPath,
  readCosigned,
  withCosignatures,
} from '#core/witnessing/cosigned.ts';
import { type Answer, type Arrived, anybody } from '../middleware/event.ts';

export interface LogPorts {
  files: Pick<LogFiles, 'read'>;
  report: Pick<ReturnType<typeof keptReport>, 'read'>;
  notices: Pick<ReturnType<typeof noticeFileState>, 'get'>;
  /** Whose cosignatures are shown. */
  witnesses: TrustPolicy;
}

/** It moves with every act, and its readers wait for the newest. */
const ofCheckpoint = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-cache' };

/** What the log's routes answer: bytes as the bucket has them, and a checkpoint with what witnesses signed of it. */
export function logHandlers({
  files,
  report,
  notices,
  witnesses,
}: LogPorts): Readonly<Record<keyof typeof logRoutes, (event: Arrived) => Promise<Answer>>> {
  async function file(path: string, headers: Record<string, string>): Promise<Answer> {
    const found = await files.read(path);
    if (found === undefined) throw new WireError('not-found');
    return bytes(found, headers);
  }
  async function readCosignedFile(): Promise<Cosigned | undefined> {
    if (witnesses.witnesses.length === 0) return undefined;
    const found = await files.read(cosignedPath);
    return found && readCosigned(found, witnesses);
  }

  return {
    readCheckpoint: async () => {
      const [checkpoint, cosigned] = await Promise.all([files.read('checkpoint'), readCosignedFile()]);
      if (checkpoint === undefined) throw new WireError('not-found');
      return bytes(
        cosigned === undefined ? checkpoint : withCosignatures(checkpoint, cosigned),
        ofCheckpoint,
      );
    },
    readCosigned: async () => {
      const [checkpoint, cosigned] = await Promise.all([files.read('checkpoint'), readCosignedFile()]);
      if (checkpoint === undefined || cosigned === undefined) throw new WireError('not-found');
      // A witness cosigns many logs: another's checkpoint in this place is somebody else's doing.
      if (claimed(checkpoint).origin !== cosigned.origin) throw new WireError('not-found');
      return bytes(utf8(cosigned.note), ofCheckpoint);
    },
    readTile: async ({ pathParameters }) => {
      const path = `tile/${pathParameters?.path ?? ''}`;
      if (parseTilePath(path) === undefined) throw new WireError('not-found');
      return file(path, {
        'content-type': 'application/octet-stream',
        'cache-control': 'public, max-age=31536000, immutable',
      });
    },
    readFeed: async ({ requestContext: { domainName, path } }) => {
      const feed = await newestEntries(files.read);
      if (feed === undefined) throw new WireError('not-found');
      // By the address that was asked, under which the page is too.
      const site = `https://${domainName}${path.slice(0, -'log/feed'.length)}`;
      return bytes(utf8(atomOf(feed, site)), {
        'content-type': 'application/atom+xml; charset=utf-8',
        'cache-control': 'public, max-age=60',
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
  };
}

function bytes(body: Uint8Array, headers: Record<string, string>): Answer {
  return {
    statusCode: 200,
    headers: { ...headers, ...anybody },
    body: Buffer.from(body).toString('base64'),
    isBase64Encoded: true,
  };
}
