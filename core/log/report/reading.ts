import { type ReadFile, readWhole, type SignedCheckpoint } from '#core/log/reading.ts';
import type { Report } from './figures.ts';
import { addEntry, createReport } from './report.ts';
import { finishReport } from './tables.ts';

/**
 * Makes the transparency report of a log as a checkpoint has it. Every entry is read, and what was read is the
 * checkpoint's tree or there is no report.
 *
 * @param of a checkpoint whose signature was verified
 * @param how `deadlineHours` by priority; `only` one period (`2026`, `2026-10`); `size` of the tree that the files are
 *   those of, where that has grown since
 * @throws LogError file-missing, file-malformed, entry-malformed; not-included if the entries are not the checkpoint's
 */
export async function reportOf(
  read: ReadFile,
  of: SignedCheckpoint,
  how: { deadlineHours: Report['deadlineHours']; only?: string | undefined; size?: bigint },
): Promise<Report> {
  const counting = createReport(how.deadlineHours);
  for await (const { entries } of readWhole(read, of, how.size)) {
    for (const bytes of entries) addEntry(counting, bytes);
  }
  return finishReport(counting, of, how.only);
}
