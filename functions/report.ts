import { readCheckpoint } from '#core/log/reading.ts';
import { countLog } from '#core/log/report/reading.ts';
import { finishReport } from '#core/log/report/tables.ts';
import { unnarrowedShare } from '#core/log/report/unnarrowed.ts';
import { env } from './aws/env.ts';
import { readLogFile } from './aws/log-bucket.ts';
import { logKey } from './aws/log-key.ts';
import { count, logger } from './aws/observe.ts';
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
  const { deadlineHours, limits } = POLICY;
  const counting = await countLog(readLogFile, checkpoint, { deadlineHours });
  const report = finishReport(counting, checkpoint);
  const stored = await storeReport(report);
  logger.info('transparency report', { size: report.log.size, stored });
  const share = unnarrowedShare(counting, limits.unnarrowed.of);
  if (share !== undefined && share >= limits.unnarrowed.share) count('ApprovedAsAsked');
}
