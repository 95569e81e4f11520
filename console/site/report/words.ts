import { words } from '../../words/lang.ts';
import { en } from './words-en.ts';

/** What the public's report says beside what the desk's does. A number comes as text, and with it whether it is one. */
export interface SiteReportWords {
  title: string;
  lead: string;
  years: string;
  all: string;
  asOf: (day: string) => string;
  emergenciesIn: (year: string) => string;
  emergenciesEver: string;
  answer: {
    none: string;
    hidden: string;
    asked: (n: string, isOne: boolean) => string;
    inTime: (hours: string) => string;
    late: (n: string, isOne: boolean, hours: string) => string;
    lateHidden: string;
    opened: (n: string, isOne: boolean) => string;
    owed: (settled: string, overdue: string) => string;
    left: (n: string) => string;
    rejected: (n: string, isOne: boolean) => string;
  };
  tiles: Record<'asked' | 'late' | 'opened' | 'settled' | 'overdue', string>;
  untold: string;
  nothing: (year: string) => string;
  shortIn: (year: string) => string;
  chartSays: string;
  byYear: string;
  year: string;
  save: string;
  recount: {
    title: string;
    says: (entries: string) => string;
    start: string;
    stop: string;
    again: string;
    progress: (read: string, of: string) => string;
    same: string;
    sameSays: (entries: string, size: string) => string;
    different: string;
    otherLog: string;
    place: string;
    published: string;
    recomputed: string;
    nothing: string;
    stopped: string;
    failed: string;
    keyFromServer: string;
    keyCompared: string;
    compare: string;
    elsewhere: string;
  };
}

export const siteReportWords = words<SiteReportWords>(en);
