import { type Calendar, calendarOf } from '#core/cases/calendar.ts';
import type { CaseView } from '#core/cases/case.ts';
import { count, type Step, type Stopped, type Term } from '#core/cases/deadline.ts';
import type { Policy } from '#core/cases/policy.ts';

/** What a deadline was counted from, and what it is. */
export interface Counted extends Pick<CaseView, 'receivedAt' | 'dueAt'> {
  term: Term;
  stopped: Stopped | undefined;
}

/**
 * A deadline, counted again by the calendar of the policy that the provider publishes.
 *
 * @returns its steps; undefined where that does not give the provider's own date
 */
export function countedAgain(
  { receivedAt, dueAt, term, stopped }: Counted,
  policy: Policy | undefined,
): { steps: Step[]; calendar: Calendar } | undefined {
  if (policy === undefined) return undefined;
  const calendar = calendarOf(policy);
  const again = count(receivedAt, term, calendar, stopped);
  return again.dueAt === dueAt ? { steps: again.steps, calendar } : undefined;
}
