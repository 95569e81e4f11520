import type { Counting } from './counting.ts';

/**
 * How many of the cases that were approved last were approved as they were asked, and nothing narrower: where it is
 * nearly all of them, somebody must look into whether the desk still judges (`limits.unnarrowed` of a policy).
 */

/** As many as a policy may ask about. */
const MOST_APPROVALS = 10_000;

/** The next case was approved. */
export function noteApproval({ lastApproved }: Counting, asAsked: boolean): void {
  lastApproved.push(asAsked);
  // Only now and then: each time would move them all.
  if (lastApproved.length >= 2 * MOST_APPROVALS) lastApproved.splice(0, MOST_APPROVALS);
}

/**
 * The share, from 0 to 1, of the last `of` cases that were approved which were approved as they were asked.
 *
 * @param of up to 10,000
 * @returns undefined while there are fewer
 */
export function unnarrowedShare({ lastApproved }: Counting, of: number): number | undefined {
  if (of < 1 || lastApproved.length < of) return undefined;
  return lastApproved.slice(-of).filter((asAsked) => asAsked).length / of;
}
