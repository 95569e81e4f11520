import { calendarOf } from './calendar.ts';
import { count } from './deadline.ts';
import type { Policy } from './policy.ts';

/**
 * Until when the agency is to answer what the desk asks: cf. Regulation (EU) 2023/1543 Art. 10(6), which gives the issuing
 * authority five days. Both sides are shown it. Nothing is decided by its passing: the reviewers may have waited long
 * enough, or not.
 *
 * @param at when the question was asked
 * @returns undefined where the policy gives no time
 */
export function answerBy(at: string, policy: Pick<Policy, 'dialogue' | 'calendar'>): string | undefined {
  const { dialogue } = policy;
  return dialogue && count(at, dialogue.answerWithin, calendarOf(policy)).dueAt;
}
