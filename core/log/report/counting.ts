import type { Measure, ProviderMeasure, Report } from './figures.ts';
import type { Withheld, WithheldTally } from './withheld.ts';

/**
 * What is kept while a log is counted: a few numbers a month, and for each case what its later entries do not say again.
 * A case that ended before anything was opened is dropped. One that was opened is kept, since the person may be notified
 * years later.
 */

/** What a report tells requests apart by. Undefined: the log withholds it still. */
export interface Traits {
  country: string | undefined;
  instrument: string | undefined;
  priority: string;
}

export interface CaseSoFar {
  traits: Traits;
  receivedAt?: number;
  /** When it was to be answered by, where the log says so: by the days of the policy's calendar. */
  dueAt?: number;
  /** Since when its time stands still. */
  stoppedAt?: number | undefined;
  /** Whether any reviewer approved, and whether as many did as it took. */
  signed: boolean;
  approved: boolean;
  answered: boolean;
  opened: boolean;
  collected: boolean;
  overdue: boolean;
  /** Of an emergency that was opened on one signature. */
  obligations: 'none' | 'owed' | 'fulfilled';
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
  /** Cases that withhold something still, by stream. */
  withheld: Map<string, Withheld>;
  withheldTally: WithheldTally;
  forgotten: Set<string>;
  /** Of the cases that were approved last, whether each was approved as asked, the oldest first. */
  lastApproved: boolean[];
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
    withheld: new Map(),
    withheldTally: { requests: 0, revealed: 0, late: 0 },
    forgotten: new Set(),
    lastApproved: [],
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

/** A log may say any number: what is too large to be exact stays at the largest that is. */
export function add<M extends string>(tally: Tally<M>, measure: M, n = 1): void {
  tally.set(measure, Math.min((tally.get(measure) ?? 0) + n, Number.MAX_SAFE_INTEGER));
}

export function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
