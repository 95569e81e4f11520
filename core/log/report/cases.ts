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
  const it = () => caseOf(report, entry.stream);
  const counted = (measure: Measure, n?: number) => count(month, it().traits, measure, n);
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
      answer(report, month, it(), 'granted', at);
      it().opened = true;
      break;
    case 'data.absent':
      answer(report, month, it(), 'absent', at);
      ended();
      break;
    case 'decision.approved':
      approve(report, month, it(), entry.data);
      break;
    case 'decision.rejected':
      // What was granted already was an emergency, whose answer that was.
      if (!answer(report, month, it(), 'rejected', at)) counted('emergenciesRejected');
      add(month.reasons, entry.data.because);
      ended();
      break;
    case 'collection.completed':
      if (!it().collected) counted('collected');
      it().collected = true;
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
      if (!it().collected) counted('uncollected');
      ended();
      break;
    case 'emergency.overdue':
      // It may owe more than one thing: it is one emergency.
      if (!it().overdue) counted('emergenciesOverdue');
      it().overdue = true;
      break;
    case 'authorisation.validated':
      settle(month, it(), entry.data.owed);
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
function approve(report: Counting, month: Month, it: CaseSoFar, data: Approval): void {
  const { status, narrowed, owed } = data;
  if (status === 'AwaitingDisclosure' && !it.approved) {
    it.approved = true;
    count(month, it.traits, 'approved');
    if (!narrowed) count(month, it.traits, 'approvedAsAsked');
    noteApproval(report, !narrowed);
    if (it.traits.priority === 'Emergency' && !it.signed) {
      it.debts = 'owed';
      count(month, it.traits, 'emergenciesOpened');
    }
  }
  it.signed = true;
  if (owed !== undefined) settle(month, it, owed);
}

function settle(month: Month, it: CaseSoFar, owed: number): void {
  if (owed > 0 || it.debts !== 'owed') return;
  it.debts = 'settled';
  count(month, it.traits, 'emergenciesSettled');
}

/** A case's first answer; there is one by every rule, and whatever the log says, one is counted. */
function answer(
  report: Counting,
  month: Month,
  it: CaseSoFar,
  how: 'granted' | 'absent' | 'rejected',
  at: string,
): boolean {
  if (it.answered) return false;
  it.answered = true;
  count(month, it.traits, how);
  if (isOverdue(report, it, Date.parse(at))) count(month, it.traits, 'late');
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
  const open = [...report.cases.values()].filter((it) => !it.answered && it.receivedAt !== undefined);
  return { requests: open.length, overdue: open.filter((it) => isOverdue(report, it, now)).length };
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
