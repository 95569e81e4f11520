import type { Entry } from '#core/log/entry.ts';
import {
  add,
  type CaseSoFar,
  type Counting,
  found,
  type Month,
  type Tally,
  type Traits,
} from './counting.ts';
import type { Measure, Report } from './figures.ts';
import { noteApproval } from './unnarrowed.ts';

/** The transparency report's counting of cases, by what each entry says of one. */

/** Counts what an entry says of a case. */
export function addCase(report: Counting, month: Month, entry: Entry, at: string): void {
  const value = () => caseOf(report, entry.stream);
  const counted = (measure: Measure, n?: number) => count(month, value().traits, measure, n);
  const ended = () => end(report, entry.stream);
  switch (entry.kind) {
    case 'request.received': {
      const { jurisdiction: country, instrument, priority, subjects } = entry.data;
      const traits = traitsOf(report, { country, instrument, priority });
      report.cases.set(entry.stream, { ...fresh(traits), receivedAt: Date.parse(at) });
      counted('requests');
      counted('subjects', subjects);
      break;
    }
    case 'grant.minted':
      answer(report, month, value(), 'granted', at);
      value().opened = true;
      break;
    case 'data.absent':
      answer(report, month, value(), 'absent', at);
      ended();
      break;
    case 'decision.approved':
      approve(report, month, value(), entry.data);
      break;
    case 'decision.rejected':
      // What was granted already was an emergency, whose answer that was.
      if (!answer(report, month, value(), 'rejected', at)) counted('emergenciesRejected');
      add(month.reasons, entry.data.because);
      ended();
      break;
    case 'collection.completed':
      if (!value().collected) counted('collected');
      value().collected = true;
      counted('records', entry.data.records);
      break;
    case 'case.withdrawn':
      counted('withdrawn');
      ended();
      break;
    case 'case.cancelled':
      counted('cancelled');
      ended();
      break;
    case 'case.suspended':
      counted('suspended');
      if (entry.data.reviewer !== undefined) counted('suspendedByReviewer');
      break;
    case 'case.invalid':
      counted('invalid');
      ended();
      break;
    case 'case.expired':
      counted('expired');
      if (!value().collected) counted('uncollected');
      ended();
      break;
    case 'emergency.overdue':
      // It may owe more than one thing: it is one emergency.
      if (!value().overdue) counted('emergenciesOverdue');
      value().overdue = true;
      break;
    case 'authorisation.validated':
      settle(month, value(), entry.data.owed);
      break;
    case 'deadline.passed':
      if (entry.data.part === 'whole') counted('deadlinesPassed');
      break;
    case 'notice.sent':
      counted('noticesSent');
      break;
    case 'notice.delayed':
      // Of a case that ended with nothing opened there will be no notice to put off.
      if (report.cases.has(entry.stream)) counted('noticesDelayed');
      break;
    case 'notice.overdue':
      counted('noticesOverdue');
  }
}

type Approval = Extract<Entry, { kind: 'decision.approved' }>['data'];

/** A case is approved once; whoever signs it after that signs what an emergency owed. */
function approve(report: Counting, month: Month, current: CaseSoFar, data: Approval): void {
  const { status, narrowed, owed } = data;
  if (status === 'AwaitingDisclosure' && !current.approved) {
    current.approved = true;
    count(month, current.traits, 'approved');
    if (!narrowed) count(month, current.traits, 'approvedAsAsked');
    noteApproval(report, !narrowed);
    if (current.traits.priority === 'Emergency' && !current.signed) {
      current.debts = 'owed';
      count(month, current.traits, 'emergenciesOpened');
    }
  }
  current.signed = true;
  if (owed !== undefined) settle(month, current, owed);
}

function settle(month: Month, current: CaseSoFar, owed: number): void {
  if (owed > 0 || current.debts !== 'owed') return;
  current.debts = 'settled';
  count(month, current.traits, 'emergenciesSettled');
}

/** A case's first answer; there is one by every rule, and whatever the log says, one is counted. */
function answer(
  report: Counting,
  month: Month,
  current: CaseSoFar,
  how: 'granted' | 'absent' | 'rejected',
  at: string,
): boolean {
  if (current.answered) return false;
  current.answered = true;
  count(month, current.traits, how);
  if (isOverdue(report, current, Date.parse(at))) count(month, current.traits, 'late');
  return true;
}

function isOverdue({ deadlineHours }: Counting, { traits, receivedAt }: CaseSoFar, at: number): boolean {
  const { priority } = traits;
  if (receivedAt === undefined || (priority !== 'Routine' && priority !== 'Emergency')) return false;
  return at - receivedAt > deadlineHours[priority] * 3_600_000;
}

/** Of what was never opened, nothing else will come. */
function end(report: Counting, stream: string): void {
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

function count(month: Month, { country, instrument, priority }: Traits, measure: Measure, n = 1): void {
  add(month.total, measure, n);
  add(found(month.countries, country, newTally), measure, n);
  add(found(month.instruments, instrument, newTally), measure, n);
  add(found(month.priorities, priority, newTally), measure, n);
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
  debts: 'none',
});

/** What came without its request is counted all the same, under a name that stands out. */
const unknownTraits: Traits = { country: 'unknown', instrument: 'unknown', priority: 'unknown' };

function caseOf(report: Counting, stream: string): CaseSoFar {
  return found(report.cases, stream, () => fresh(unknownTraits));
}

function traitsOf(report: Counting, traits: Traits): Traits {
  return found(report.traits, JSON.stringify(traits), () => traits);
}
