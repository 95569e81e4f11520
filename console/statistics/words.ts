import { words } from '../words/lang.ts';
import type { Grouping, Span } from './groups.ts';
import { en } from './words-en.ts';

/** What the statistics' screen says. */
export interface StatisticsWords {
  title: string;
  parts: Record<'times' | 'report', string>;
  partsLabel: string;
  reload: string;
  asOf: string;
  loading: (lists: number, of: number, cases: string) => string;
  none: string;
  noneSays: string;
  times: {
    span: string;
    spans: Record<Span, string>;
    intro: string;
    overview: string;
    you: string;
    desk: string;
    routine: string;
    emergencies: string;
    figure: string;
    cases: string;
    decided: string;
    toFirst: string;
    toOpening: string;
    /** Of a time: the middle one, and what nine in ten do not pass. */
    median: string;
    ninth: string;
    narrowed: string;
    narrowedOf: (narrowed: string, approvals: string) => string;
    rejected: string;
    overdue: string;
    late: string;
    by: string;
    groupings: Record<Grouping, string>;
    of: string;
    who: string;
    priority: string;
    both: string;
    noOwn: string;
  };
}

export const statisticsWords = words<StatisticsWords>(en);
