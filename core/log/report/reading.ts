import { type ReadFile, readWhole, type SignedCheckpoint } from '#core/log/reading.ts';
import { type Counting, createReport } from './counting.ts';
import type { Report } from './figures.ts';
import { addEntry } from './report.ts';
import { finishReport } from './tables.ts';

interface How {
  /** By priority. */
  deadlineHours: Report['deadlineHours'];
  /** Of the tree that the files are those of, where that has grown since. */
  size?: bigint;
}

/**
 * Counts a log as a checkpoint has it. Every entry is read, and what was read is the checkpoint's tree or nothing is
 * counted.
 *
 * @param of a checkpoint whose signature was verified
 * @throws LogError file-missing, file-malformed, entry-malformed; not-included if the entries are not the checkpoint's
 */
export async function countLog(read: ReadFile, of: SignedCheckpoint, how: How): Promise<Counting> {
  const counting = createReport(how.deadlineHours);
  for await (const { entries } of readWhole(read, of, how.size)) {
    for (const bytes of entries) addEntry(counting, bytes);
  }
  return counting;
}

/**
 * Makes the transparency report of a log as a checkpoint has it.
 *
 * @param how `only` one period (`2026`, `2026-10`)
 * @throws LogError as `countLog`
 */
export async function reportOf(
  read: ReadFile,
  of: SignedCheckpoint,
  how: How & { only?: string | undefined },
): Promise<Report> {
  return finishReport(await countLog(read, of, how), of, how.only);
}
