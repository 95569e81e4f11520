import { printable } from '#client/printable.ts';
import type { Figure } from '#core/log/report/bands.ts';
import type { Measure, ProviderMeasure } from '#core/log/report/figures.ts';

/** A report's figures and keys in words, for the page and for the terminal alike. */

export const measureNames: Record<Measure, string> = {
  requests: 'Requests',
  subjects: 'Subjects asked about',
  approved: 'Approved',
  approvedAsAsked: '… of which as asked, not narrowed',
  granted: 'Granted',
  absent: 'Nothing held',
  rejected: 'Rejected',
  late: 'Answered late',
  deadlinesPassed: 'Deadlines that passed without an answer',
  collected: 'Collected',
  records: 'Records handed over',
  withdrawn: 'Withdrawn',
  cancelled: 'Cancelled',
  suspended: 'Suspended',
  suspendedByReviewer: '… of which by a reviewer',
  invalid: 'Approved, but too wide to open',
  expired: 'Expired',
  uncollected: 'Expired uncollected',
  emergenciesOpened: 'Emergencies opened on one signature',
  emergenciesSettled: '… of which signed and validated in time',
  emergenciesRejected: 'Emergencies rejected after they were granted',
  emergenciesOverdue: 'Emergencies not signed or validated in time',
  authoritiesNotified: 'Enforcing authorities notified',
  authoritiesConsented: '… of which consented',
  authoritiesObjected: '… of which objected, to all or a part',
  noticesSent: 'Notices sent',
  noticesDelayed: 'Notices put off',
  noticesOverdue: 'Notices overdue',
  noticesByAuthority: 'Requests of which the authority tells the person',
  noticesForbidden: 'Requests of which an order forbade telling the person',
  noticesTold: 'Times that an authority said that it told the person',
};

/** Of those, as a table's columns have room for. */
export const columnNames: Record<Measure, string> = {
  ...measureNames,
  subjects: 'Subjects',
  approvedAsAsked: 'As asked',
  absent: 'Not held',
  late: 'Late',
  deadlinesPassed: 'Deadline passed',
  records: 'Records',
  emergenciesOpened: 'Opened on one signature',
  emergenciesSettled: 'Settled in time',
  emergenciesRejected: 'Rejected after',
  emergenciesOverdue: 'Not settled in time',
  authoritiesNotified: 'Notified',
  authoritiesConsented: 'Consented',
  authoritiesObjected: 'Objected',
  noticesOverdue: 'Notices overdue',
  noticesByAuthority: 'Authority tells',
  noticesForbidden: 'Telling forbidden',
  noticesTold: 'Authority told',
};

export const providerNames: Record<ProviderMeasure, string> = {
  preservations: 'Preservation orders received',
  preservationsExtended: 'Preservations extended',
  preservationsRequested: 'Preservations that became part of a request',
  keysEnrolled: 'Keys enrolled',
  keysRevoked: 'Keys revoked',
  accountsErased: 'Accounts erased',
  monthsForgotten: 'Months of data whose key was destroyed',
  sweeps: 'Sweeps of the rights to open',
  sweepsDiffering: '… of which found a difference',
  reconciliations: 'Hours compared with the key service’s own record',
  reconciliationsDiffering: '… of which found a difference',
  vaultPoliciesDiffering: 'Vault keys found under another policy',
  recordsUnproven: 'Records found that Writ did not write, none of which was believed',
  deployments: 'Deployments',
  policyChanges: 'Changes of the disclosure policy',
  decoysAsked: 'Times somebody asked for an account that nobody has reason to ask for',
};

const numbers = new Intl.NumberFormat('en');

/** `1,234`, `1–4`; `·` for what is not given. */
export function figureText(figure: Figure | bigint): string {
  if (figure === null) return '·';
  if (typeof figure === 'bigint') return numbers.format(figure);
  if (typeof figure === 'number') return numbers.format(figure);
  return `${numbers.format(figure.from)}–${numbers.format(figure.to)}`;
}

/** `1 request`, `1–4 requests`. */
export function counted(figure: Figure, one: string, many: string): string {
  return `${figureText(figure)} ${figure === 1 ? one : many}`;
}

const regions = new Intl.DisplayNames('en', { type: 'region' });

/** A country's name; whatever is no ISO 3166-1 code, as it stands. */
export function countryName(code: string): string {
  return /^[A-Z]{2}$/.test(code) ? (regions.of(code) ?? code) : printable(code);
}

const months = new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric', timeZone: 'UTC' });
const shortMonths = new Intl.DateTimeFormat('en', { month: 'short', timeZone: 'UTC' });
const days = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });

/** `October 2026` of `2026-10`; a year stays as it is. */
export function periodName(period: string): string {
  return /^\d{4}-\d{2}$/.test(period) ? months.format(new Date(`${period}-01T00:00:00Z`)) : printable(period);
}

/** `Oct` of `2026-10`. */
export function shortMonth(month: string): string {
  return shortMonths.format(new Date(`${month}-01T00:00:00Z`));
}

/** `14 October 2026`, in UTC. */
export function dayName(instant: string): string {
  return days.format(new Date(instant));
}

/** `10 days`, `8 hours`. */
export function hoursText(hours: number): string {
  return hours % 24 === 0 ? counted(hours / 24, 'day', 'days') : counted(hours, 'hour', 'hours');
}
