import type { Policy } from '#core/cases/policy.ts';
import { hoursOf } from '#core/cases/policy-kept.ts';
import { counted } from '../common.ts';

/** What is lawful and unusual: the policy can be used, and somebody should have meant it. */
export interface Warning {
  code:
    | 'calendar-ends'
    | 'calendar-missing'
    | 'collect-long'
    | 'collect-short'
    | 'receipt-unpreserved'
    | 'sources-unread';
  text: string;
}

const day = 86_400_000;
/** Of the laws that say how long an agency has to fetch what was provided, the shortest and the longest: cf. docs/cases.md. */
const [shortestDays, longestDays] = [10, 45];
const soonDays = 365;

/** @param now an instant */
export function warningsOf(policy: Policy, now: string): Warning[] {
  const { calendar, collectHours, preservation, sources = [] } = policy;
  const warnings: Warning[] = [];
  const warn = (code: Warning['code'], text: string) => warnings.push({ code, text });
  if (collectHours < hoursOf({ days: shortestDays }))
    warn(
      'collect-short',
      `An agency has ${counted(collectHours, 'hour')} to collect. That is less than ${shortestDays} days: over holidays nobody may be there.`,
    );
  if (collectHours > hoursOf({ days: longestDays }))
    warn(
      'collect-long',
      `An agency has ${counted(collectHours, 'hour')} to collect. That is more than ${longestDays} days: a right that nobody uses stays open.`,
    );
  if (calendar === undefined)
    warn(
      'calendar-missing',
      'There is no calendar: days are those of UTC, and no holiday moves the end of a period.',
    );
  else if (Date.parse(calendar.holidays.through) < Date.parse(now) + soonDays * day)
    warn(
      'calendar-ends',
      `The holidays are known through ${calendar.holidays.through}. After that a period may end on one.`,
    );
  if (preservation.onReceipt !== true)
    warn(
      'receipt-unpreserved',
      'Nothing is preserved when a request arrives: what it asks for may be forgotten before it is answered.',
    );
  const unread = sources.filter(({ read }) => read === 'cf').length;
  if (unread > 0)
    warn(
      'sources-unread',
      `${counted(unread, 'source was', 'sources were')} not read for this policy (cf.). Counsel reads them before it is adopted.`,
    );
  return warnings;
}
