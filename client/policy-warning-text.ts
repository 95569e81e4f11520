import { counted } from './counted.ts';
import type { Warning } from './policy-warnings.ts';

/** What a warning of a policy says. */
export function warningText(warning: Warning): string {
  switch (warning.code) {
    case 'collect-short':
      return `An agency has ${counted(warning.hours, 'hour')} to collect. That is less than ${warning.days} days: over holidays nobody may be there.`;
    case 'collect-long':
      return `An agency has ${counted(warning.hours, 'hour')} to collect. That is more than ${warning.days} days: a right that nobody uses stays open.`;
    case 'calendar-missing':
      return 'There is no calendar: days are those of UTC, and no holiday moves the end of a period.';
    case 'calendar-ends':
      return `The holidays are known through ${warning.through}. After that a period may end on one.`;
    case 'receipt-unpreserved':
      return 'Nothing is preserved when a request arrives: what it asks for may be forgotten before it is answered.';
    case 'sources-unread':
      return `${counted(warning.sources, 'source was', 'sources were')} not read for this policy (cf.). Counsel reads them before it is adopted.`;
    case 'witnesses-hasty':
      return `A collection waits ${counted(warning.seconds, 'second')} for witnesses. Less than ${warning.least} seconds is too short for a witness that answers late once.`;
    case 'witnesses-required':
      return 'Nothing can be collected while too few witnesses answer, in an emergency neither.';
  }
}
