import { parseInstant } from '#core/instant.ts';
import { type Entry, readEntry } from '#core/log/entry.ts';
import { LogError } from '#core/log/errors.ts';
import type { Measure, ProviderMeasure, Report } from './figures.ts';

/**
 * The transparency report's counting: a fold over a log's entries. It keeps a few numbers a month, and for each case
 * what its later entries do not say again: a rejected or withdrawn case is forgotten, one that was opened is kept,
 * since whether anybody was told of it may be an entry of years later.
 */

/** What a report tells requests apart by. */
export interface Traits {
  country: string;
  instrument: string;
  priority: string;
}

interface CaseSoFar {
  traits: Traits;
  receivedAt?: number;
  answered: boolean;
  opened: boolean;
  collected: boolean;
  overdue: boolean;
}

export type Tally<M extends string> = Map<M, number>;

/** What was counted in one month. */
export interface Month {
  total: Tally<Measure>;
  countries: Map<string, Tally<Measure>>;
  instruments: Map<string, Tally<Measure>>;
  priorities: Map<string, Tally<Measure>>;
  reasons: Tally<string>;
  provider: Tally<ProviderMeasure>;
  refused: Tally<string>;
  strangers: Tally<string>;
}

/** A report that is being counted. */
export interface Counting {
  deadlineHours: Report['deadlineHours'];
  months: Map<string, Month>;
  cases: Map<string, CaseSoFar>;
  /** One object for all cases alike: they are many. */
  traits: Map<string, Traits>;
  forgotten: Set<string>;
  from?: string;
  until?: string;
  unknownEntries: number;
}

/** Begins a report. @param deadlineHours from receipt to answer, by priority */
export function createReport(deadlineHours: Report['deadlineHours']): Counting {
  return {
    deadlineHours,
    months: new Map(),
    cases: new Map(),
    traits: new Map(),
    forgotten: new Set(),
    unknownEntries: 0,
  };
}

export const newMonth = (): Month => ({
  total: new Map(),
  countries: new Map(),
  instruments: new Map(),
  priorities: new Map(),
  reasons: new Map(),
  provider: new Map(),
  refused: new Map(),
  strangers: new Map(),
});

/**
 * Counts the log's next entry. What is of a kind or version that is not known here is passed over, and that is counted.
 *
 * @throws LogError entry-malformed, for an entry without an instant too: it belongs to no period
 */
export function addEntry(report: Counting, bytes: Uint8Array): void {
  const { envelope, entry } = readEntry(bytes);
  const at = parseInstant(envelope.at);
  if (at === undefined) throw new LogError('entry-malformed');
  if (report.from === undefined || at < report.from) report.from = at;
  if (report.until === undefined || at > report.until) report.until = at;
  if (entry === undefined) {
    report.unknownEntries++;
    return;
  }
  const month = found(report.months, at.slice(0, 'YYYY-MM'.length), newMonth);
  addCase(report, month, entry, at);
  addProvider(report, month, entry);
}

function addCase(report: Counting, month: Month, entry: Entry, at: string): void {
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
      // An emergency owes its validation whether or not there was anything to open.
      it().opened = true;
      break;
    case 'decision.rejected':
      if (answer(report, month, it(), 'rejected', at)) add(month.reasons, entry.data.because ?? 'unstated');
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
    case 'notice.overdue':
      counted('noticesOverdue');
  }
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

/** Kinds of entry of which each is one more. */
const counters: Partial<Record<Entry['kind'], ProviderMeasure>> = {
  'preservation.received': 'preservations',
  'key.enrolled': 'keysEnrolled',
  'key.revoked': 'keysRevoked',
  'account.erased': 'accountsErased',
  'vault.policy-differs': 'vaultPoliciesDiffering',
  'sweep.done': 'sweeps',
  'reconciliation.done': 'reconciliations',
  'deployment.made': 'deployments',
  'policy.changed': 'policyChanges',
};

function addProvider(report: Counting, { provider, refused, strangers }: Month, entry: Entry): void {
  const counter = counters[entry.kind];
  if (counter !== undefined && !isSecondLook(entry)) add(provider, counter);
  switch (entry.kind) {
    case 'sweep.done':
      if (differs(entry.data)) add(provider, 'sweepsDiffering');
      break;
    case 'reconciliation.done':
      if (differs(entry.data)) add(provider, 'reconciliationsDiffering');
      break;
    case 'vault.key-forgotten': {
      // Several keys may share a month.
      const month = `${entry.data.purpose} ${entry.data.epoch}`;
      if (!report.forgotten.has(month)) add(provider, 'monthsForgotten');
      report.forgotten.add(month);
      break;
    }
    case 'request.refused':
      add(refused, entry.data.code);
      break;
    case 'strangers.refused':
      for (const [code, n] of Object.entries(entry.data.counts)) add(strangers, code, n);
  }
}

/** An hour that was compared again is no further hour; what that found is found. */
const isSecondLook = ({ kind, stream }: Entry) =>
  kind === 'reconciliation.done' && stream.split('/').length > 2;

const differs = ({ missing, surplus }: { missing: number; surplus: number }) => missing + surplus > 0;

function count(month: Month, { country, instrument, priority }: Traits, measure: Measure, n = 1): void {
  add(month.total, measure, n);
  add(found(month.countries, country, newTally), measure, n);
  add(found(month.instruments, instrument, newTally), measure, n);
  add(found(month.priorities, priority, newTally), measure, n);
}

const newTally = (): Tally<Measure> => new Map();

/** A log may say any number: what is too large to be exact stays at the largest that is. */
export function add<M extends string>(tally: Tally<M>, measure: M, n = 1): void {
  tally.set(measure, Math.min((tally.get(measure) ?? 0) + n, Number.MAX_SAFE_INTEGER));
}

const fresh = (traits: Traits): CaseSoFar => ({
  traits,
  answered: false,
  opened: false,
  collected: false,
  overdue: false,
});

/** What came without its request is counted all the same, under a name that stands out. */
const unknownTraits: Traits = { country: 'unknown', instrument: 'unknown', priority: 'unknown' };

function caseOf(report: Counting, stream: string): CaseSoFar {
  return found(report.cases, stream, () => fresh(unknownTraits));
}

function traitsOf(report: Counting, traits: Traits): Traits {
  return found(report.traits, JSON.stringify(traits), () => traits);
}

export function found<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
