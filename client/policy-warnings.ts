import type { Policy } from '#core/cases/policy.ts';
import { hoursOf } from '#core/cases/policy-kept.ts';

/** What is lawful and unusual: the policy can be used, and somebody should have meant it. */
export type Warning =
  | { code: 'calendar-ends'; through: string }
  | { code: 'calendar-missing' }
  | { code: 'collect-long'; hours: number; days: number }
  | { code: 'collect-short'; hours: number; days: number }
  | { code: 'receipt-unpreserved' }
  | { code: 'sources-unread'; sources: number }
  | { code: 'witnesses-hasty'; seconds: number; least: number }
  | { code: 'witnesses-required' };

const day = 86_400_000;
/** Of the laws that say how long an agency has to fetch what was provided, the shortest and the longest: cf. docs/cases.md. */
const [shortestDays, longestDays] = [10, 45];
const soonDays = 365;
/** A witness answers in seconds; a call that it failed is made again after some. */
const leastPatienceSeconds = 10;

/** @param now an instant */
export function warningsOf(policy: Policy, now: string): Warning[] {
  const { calendar, collectHours, preservation, sources = [], witnessed } = policy;
  const warnings: Warning[] = [];
  if (collectHours < hoursOf({ days: shortestDays }))
    warnings.push({ code: 'collect-short', hours: collectHours, days: shortestDays });
  if (collectHours > hoursOf({ days: longestDays }))
    warnings.push({ code: 'collect-long', hours: collectHours, days: longestDays });
  if (calendar === undefined) warnings.push({ code: 'calendar-missing' });
  else if (Date.parse(calendar.holidays.through) < Date.parse(now) + soonDays * day)
    warnings.push({ code: 'calendar-ends', through: calendar.holidays.through });
  if (preservation.onReceipt !== true) warnings.push({ code: 'receipt-unpreserved' });
  const unread = sources.filter(({ read }) => read === 'cf').length;
  if (unread > 0) warnings.push({ code: 'sources-unread', sources: unread });
  if (
    witnessed !== undefined &&
    witnessed.collect !== 'off' &&
    witnessed.patienceSeconds < leastPatienceSeconds
  )
    warnings.push({
      code: 'witnesses-hasty',
      seconds: witnessed.patienceSeconds,
      least: leastPatienceSeconds,
    });
  if (witnessed?.collect === 'require') warnings.push({ code: 'witnesses-required' });
  return warnings;
}
