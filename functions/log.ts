import { keepingFiles } from '#core/sequencer/kept-files.ts';
import { noticeFileState } from '#core/state/notice-files.ts';
import { keptReport } from '#core/state/report.ts';
import { logRoutes } from '#core/wire/log.ts';
import { env } from './aws/env.ts';
import { s3LogFiles } from './aws/s3/log-files.ts';
import { store } from './aws/tables.ts';
import { logHandlers } from './handlers/log.ts';
import { serveEverybody } from './middleware/serve.ts';

/**
 * The log for everybody, byte for byte as the bucket holds it (C2SP tlog-tiles), what witnesses signed of it, the report made of it, and what the codes
 * in letters to persons open, sealed as it lies. This role reads and can do nothing else.
 */
const { LOG_BUCKET, WITNESSES } = env('LOG_BUCKET', 'WITNESSES', 'REPORT_TABLE', 'NOTICES_TABLE');

const files = keepingFiles(s3LogFiles(LOG_BUCKET));
const report = keptReport(store);
const notices = noticeFileState({ store });

export const handler = serveEverybody(
  logRoutes,
  logHandlers({ files, report, notices, witnesses: WITNESSES }),
);
