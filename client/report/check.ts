import { newestCheckpoint } from '#client/log/entries.ts';
import type { Log } from '#client/log/log.ts';
import { checkGrowth } from '#client/log/proven-bundle.ts';
import { openCheckpoint } from '#core/log/checkpoint.ts';
import { LogError } from '#core/log/errors.ts';
import { type Report, regulationHours } from '#core/log/report/figures.ts';
import { reportOf } from '#core/log/report/reading.ts';
import { type Difference, firstDifference } from './compare.ts';

/** Making a report out of a log's files, and holding a published one against them. Nothing that was read is believed. */

/**
 * The report as of the newest checkpoint.
 *
 * @param only one period: `2026`, `2026-10`
 * @throws LogError file-missing where there is no checkpoint or a bundle is not there; and whatever else is wrong
 */
export async function makeReport(log: Log, only?: string): Promise<Report> {
  return reportOf(log.read, await newestCheckpoint(log), { deadlineHours: regulationHours, only });
}

/** Where a published report is wrong. */
export interface Wrong extends Difference {
  /** Of LogError, where its checkpoint is not this log's. */
  code?: string;
}

/**
 * Counts the very entries again that a published report says it counted, by the deadlines that it says, and holds its checkpoint
 * against the newest one.
 *
 * @returns what was recomputed, where that first differs from what was published, and how large the log is by now
 * @throws LogError if the log cannot be read
 */
export async function checkReport(
  log: Log,
  published: Report,
): Promise<{ report?: Report; wrong?: Wrong | undefined; size: bigint }> {
  const { checkpoint: note } = published.log;
  // Outside of what is caught below: if this one does not hold, the log cannot be read.
  const newest = await newestCheckpoint(log);
  const { size } = newest;
  try {
    const of = { ...openCheckpoint(note, log.key), note };
    const { deadlineHours } = published;
    // The log has grown since: its last bundle may be a longer one now.
    const report = await reportOf(log.read, of, { deadlineHours, size: size > of.size ? size : of.size });
    // What was counted must be of the log as it is now, and not of one beside it.
    if (size > of.size) await checkGrowth(log.read, of, newest);
    return { report, wrong: firstDifference(published, report), size };
  } catch (error) {
    if (!(error instanceof LogError) || !notThisLog.includes(error.code)) throw error;
    const place = 'log.checkpoint';
    const wrong = { place, published: JSON.stringify(note), recomputed: undefined, code: error.code };
    return { wrong, size };
  }
}

/** The published checkpoint was not signed by the log's key, or the log has other entries than it was signed over. */
const notThisLog: readonly string[] = [
  'note-malformed',
  'note-unsigned',
  'checkpoint-malformed',
  'origin-differs',
  'not-included',
];
