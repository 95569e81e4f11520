import { dueOf, isAskedBack, isDue } from '#client/queue.ts';
import type { ReviewLine } from '#client/reviewer.ts';

/**
 * How the time of a case stands. `late`: over. `soon`: less than a quarter of it is left. `still`: it does not run until the
 * agency answers. `none`: it was answered, or ended.
 */
export type DueState = 'late' | 'soon' | 'running' | 'still' | 'none';

const soonShare = 0.25;

export function dueState(line: ReviewLine, now: number): DueState {
  if (!isDue(line)) return 'none';
  if (isAskedBack(line) && line.due?.since !== undefined) return 'still';
  const due = Date.parse(dueOf(line));
  const left = due - now;
  if (left < 0) return 'late';
  return left < soonShare * (due - Date.parse(line.receivedAt)) ? 'soon' : 'running';
}
