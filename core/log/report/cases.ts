import { timeOf } from '#core/instant.ts';
import type { EntryData } from '#core/log/kinds.ts';
import {
  add,
  type CaseSoFar,
  type Counting,
  getOrAdd,
  type Month,
  type Tally,
  type Traits,
} from './counting.ts';
import type { Measure, Report } from './figures.ts';
import { noteApproval } from './unnarrowed.ts';
import { beginWithheld, countInTable, delayWithheld, moveRevealed } from './withheld.ts';

/** The transparency report's counting of cases, by what each entry says of one. */

/** An entry of a case, as it is counted: in the month of its instant, for the case whose stream it stands in. */
export interface Counted {
  report: Counting;
  month: Month;
  stream: string;
  /** Unix milliseconds. */
  at: number;
}

export function countReceived(of: Counted, data: EntryData<'request.received'>): void {
  const { jurisdiction: country, instrument, priority, subjects, noticeBy } = data;
  const traits = traitsOf(of.report, { country, instrument, priority });
  const due = dueOf(data);
  of.report.cases.set(of.stream, { ...fresh(traits), receivedAt: of.at, ...due });
  beginWithheld(of, data);
  countCase(of, 'requests');
  countCase(of, 'subjects', subjects);
  if (data.notified !== undefined) countCase(of, 'authoritiesNotified');
  if (noticeBy === 'authority') countCase(of, 'noticesByAuthority');
  if (noticeBy === 'nobody') countCase(of, 'noticesForbidden');
}

/** What is no instant says nothing. */
function dueOf({ dueAt = '' }: { dueAt?: string | undefined }): { dueAt?: number } {
  const due = timeOf(dueAt);
  return Number.isNaN(due) ? {} : { dueAt: due };
}

/** From the question to the answer the time stands still, where the entry says so. */
export function noteAsked(of: Counted, { stops }: EntryData<'information.asked'>): void {
  const current = of.report.cases.get(of.stream);
  if (stops === true && current !== undefined) current.stoppedAt = of.at;
}

export function noteAnswered(of: Counted, data: EntryData<'information.given'>): void {
  const current = of.report.cases.get(of.stream);
  if (current !== undefined) Object.assign(current, { stoppedAt: undefined }, dueOf(data));
}

export function countGranted(of: Counted): void {
  countAnswer(of, 'granted');
  caseOf(of).opened = true;
}

export function countAbsent(of: Counted): void {
  countAnswer(of, 'absent');
  endCase(of);
}

export function countRejected(of: Counted, { because }: EntryData<'decision.rejected'>): void {
  // A case that was granted already was an emergency, and the grant was its answer.
  if (!countAnswer(of, 'rejected')) countCase(of, 'emergenciesRejected');
  add(of.month.reasons, because);
  endCase(of);
}

/** A notified authority's objection to all of a case ends it, decided or not. */
export function countObjected(of: Counted, { because, status }: EntryData<'authority.objected'>): void {
  countCase(of, 'authoritiesObjected');
  if (status === 'Suspended') countCase(of, 'suspended');
  if (status !== 'Rejected') return;
  // Grounds are counted of rejections alone, as the report has them.
  if (countAnswer(of, 'rejected')) add(of.month.reasons, because);
  endCase(of);
}

/** A case is approved once. A reviewer who signs it after that signs what an emergency owed. */
export function countApproved(of: Counted, data: EntryData<'decision.approved'>): void {
  const { status, narrowed, owed } = data;
  const current = caseOf(of);
  if (status === 'AwaitingDisclosure' && !current.approved) {
    current.approved = true;
    countCase(of, 'approved');
    if (!narrowed) countCase(of, 'approvedAsAsked');
    noteApproval(of.report, !narrowed);
    if (current.traits.priority === 'Emergency' && !current.signed) {
      current.obligations = 'owed';
      countCase(of, 'emergenciesOpened');
    }
  }
  current.signed = true;
  if (owed !== undefined) countOwed(of, { owed });
}

/** An emergency's obligations are fulfilled with the entry that says that it owes nothing more. */
export function countOwed(of: Counted, { owed }: { owed: number }): void {
  const current = caseOf(of);
  if (owed > 0 || current.obligations !== 'owed') return;
  current.obligations = 'fulfilled';
  countCase(of, 'emergenciesSettled');
}

export function countOverdue(of: Counted): void {
  // It may owe more than one thing: it is one emergency.
  if (!caseOf(of).overdue) countCase(of, 'emergenciesOverdue');
  caseOf(of).overdue = true;
}

export function countCollected(of: Counted, { records }: EntryData<'collection.completed'>): void {
  if (!caseOf(of).collected) countCase(of, 'collected');
  caseOf(of).collected = true;
  countCase(of, 'records', records);
}

export function countSuspended(of: Counted, { reviewer }: EntryData<'case.suspended'>): void {
  countCase(of, 'suspended');
  if (reviewer !== undefined) countCase(of, 'suspendedByReviewer');
}

export function countExpired(of: Counted, { because }: EntryData<'case.expired'>): void {
  countCase(of, 'expired');
  // What nobody decided could not be collected.
  if (because !== 'undecided' && !caseOf(of).collected) countCase(of, 'uncollected');
  endCase(of);
}

/** The end of a case that is one more of what a measure counts. */
export function countEnd(measure: Measure): (of: Counted) => void {
  return (of) => {
    countCase(of, measure);
    endCase(of);
  };
}

/** What the log withheld of a case is in its tables from now on. */
export function countRevealed(of: Counted, data: EntryData<'case.revealed'>): void {
  const current = of.report.cases.get(of.stream);
  if (current !== undefined) {
    const { country = data.jurisdiction, instrument = data.instrument, priority } = current.traits;
    current.traits = traitsOf(of.report, { country, instrument, priority });
  }
  moveRevealed(of, data);
}

export function countDelayed(of: Counted, data: EntryData<'notice.delayed'>): void {
  delayWithheld(of, data);
  // A case that ended with nothing opened has no notice to delay.
  if (of.report.cases.has(of.stream)) countCase(of, 'noticesDelayed');
}

/** A case's first answer. By every rule there is one; whatever the log says, one is counted. */
function countAnswer(of: Counted, how: 'granted' | 'absent' | 'rejected'): boolean {
  const current = caseOf(of);
  if (current.answered) return false;
  current.answered = true;
  countCase(of, how);
  if (isOverdue(of.report, current, of.at)) countCase(of, 'late');
  return true;
}

/** By the instant that the log says it was due at; of an older entry, by the hours since its receipt. */
function isOverdue({ deadlineHours }: Counting, current: CaseSoFar, at: number): boolean {
  const { traits, receivedAt, dueAt, stoppedAt = Number.POSITIVE_INFINITY } = current;
  const { priority } = traits;
  if (dueAt !== undefined) return Math.min(at, stoppedAt) > dueAt;
  if (receivedAt === undefined || (priority !== 'Routine' && priority !== 'Emergency')) return false;
  return at - receivedAt > deadlineHours[priority] * 3_600_000;
}

/** Of a case that was never opened, nothing else will come. */
function endCase({ report, stream }: Counted): void {
  if (report.cases.get(stream)?.opened === false) report.cases.delete(stream);
}

/** How many requests have no answer at the log's last instant, and how many of them are past the deadline. */
export function waiting(report: Counting): Report['waiting'] {
  const now = Date.parse(report.until ?? '');
  const open = [...report.cases.values()].filter(
    (current) => !current.answered && current.receivedAt !== undefined,
  );
  return { requests: open.length, overdue: open.filter((current) => isOverdue(report, current, now)).length };
}

/** Counts for a case's month, and there for each of its traits. */
export function countCase(of: Counted, measure: Measure, n = 1): void {
  const { month } = of;
  const { country, instrument, priority } = caseOf(of).traits;
  add(month.total, measure, n);
  countInTable(of, 'countries', country, [measure, n]);
  countInTable(of, 'instruments', instrument, [measure, n]);
  add(getOrAdd(month.priorities, priority, newTally), measure, n);
}

const newTally = (): Tally<Measure> => new Map();

const fresh = (traits: Traits): CaseSoFar => ({
  traits,
  signed: false,
  approved: false,
  answered: false,
  opened: false,
  collected: false,
  overdue: false,
  obligations: 'none',
});

/** What came without its request is counted all the same, under a name that stands out. */
const unknownTraits: Traits = { country: 'unknown', instrument: 'unknown', priority: 'unknown' };

function caseOf({ report, stream }: Counted): CaseSoFar {
  return getOrAdd(report.cases, stream, () => fresh(unknownTraits));
}

function traitsOf(report: Counting, traits: Traits): Traits {
  return getOrAdd(report.traits, JSON.stringify(traits), () => traits);
}
