import { hoursOfTerms } from '#core/cases/deadline.ts';
import type { Policy } from '#core/cases/policy.ts';
import { readCheckpoint } from '#core/log/reading.ts';
import { countLog } from '#core/log/report/reading.ts';
import { finishReport } from '#core/log/report/tables.ts';
import { unnarrowedShare } from '#core/log/report/unnarrowed.ts';
import type { LogFiles, LogSigner, Watch } from '#core/ports.ts';
import { keptReport } from '#core/state/report.ts';
import type { Store } from '#core/store/store.ts';

export interface TransparencyPorts {
  files: Pick<LogFiles, 'read'>;
  signer: Pick<LogSigner, 'key'>;
  store: Store;
  watch: Pick<Watch, 'count'>;
}

/** What of a policy the report depends on. */
export interface ReportPolicy {
  deadlines: Pick<Policy['deadlines'], 'Routine' | 'Emergency'>;
  limits: Pick<Policy['limits'], 'unnarrowed'>;
}

/**
 * Makes the transparency report out of the public log and of nothing else, so that anybody who has the log makes the
 * same one. Counts `ApprovedAsAsked` where the desk narrows almost nothing any more.
 *
 * @returns how many entries the report counts, and whether it was kept; undefined if the log has not grown since the last
 */
export async function makeReport(
  { files, signer, store, watch }: TransparencyPorts,
  { deadlines, limits }: ReportPolicy,
): Promise<{ size: string; stored: boolean } | undefined> {
  const checkpoint = await readCheckpoint(files.read, await signer.key());
  const kept = await keptReport(store).read();
  if (checkpoint === undefined || (kept !== undefined && kept.size >= checkpoint.size)) return undefined;
  const counting = await countLog(files.read, checkpoint, { deadlineHours: hoursOfTerms(deadlines) });
  const report = finishReport(counting, checkpoint);
  const stored = await keptReport(store).keep(report);
  const share = unnarrowedShare(counting, limits.unnarrowed.of);
  if (share !== undefined && share >= limits.unnarrowed.share) watch.count('ApprovedAsAsked');
  return { size: report.log.size, stored };
}
