import { readCheckpoint } from '#core/log/reading.ts';
import { reportOf } from '#core/log/report/reading.ts';
import { env } from './aws/env.ts';
import { readLogFile } from './aws/log-bucket.ts';
import { logKey } from './aws/log-key.ts';
import { logger } from './aws/observe.ts';
import { readReport, storeReport } from './aws/report.ts';

/**
 * Makes the transparency report, by the clock: out of the public log in the bucket and of nothing else, so that whoever
 * has the log makes the same one.
 */
const { POLICY } = env('POLICY');

export async function handler(): Promise<void> {
  const checkpoint = await readCheckpoint(readLogFile, await logKey());
  const kept = await readReport();
  if (checkpoint === undefined || (kept !== undefined && kept.size >= checkpoint.size)) return;
  const report = await reportOf(readLogFile, checkpoint, { deadlineHours: POLICY.deadlineHours });
  const stored = await storeReport(report);
  logger.info('transparency report', { size: report.log.size, stored });
}
