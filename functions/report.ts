import { makeReport } from '#core/transparency.ts';
import { env } from './aws/env.ts';
import { logSigner } from './aws/log-key.ts';
import { logger, watch } from './aws/observe.ts';
import { s3LogFiles } from './aws/s3/log-files.ts';
import { store } from './aws/tables.ts';

/** Makes the transparency report, by the clock. */
const { POLICY, LOG_BUCKET } = env('POLICY', 'LOG_BUCKET', 'REPORT_TABLE');

const ports = {
  files: s3LogFiles(LOG_BUCKET),
  signer: logSigner,
  store,
  watch,
};

export async function handler(): Promise<void> {
  const made = await makeReport(ports, POLICY);
  if (made !== undefined) logger.info('transparency report', made);
}
