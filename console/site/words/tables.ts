import { type ReportWords, reportWords } from '../../report/words.ts';
import type { Tables } from '../../words/speak.ts';
import { type SiteReportWords, siteReportWords } from '../report/words.ts';
import { type SiteWords, siteWords } from './shell.ts';

/** All that the site says. A language that lacks a part of it does not compile. */
export interface Translation {
  shell: SiteWords;
  report: ReportWords;
  siteReport: SiteReportWords;
}

export const tables: Tables<Translation> = {
  shell: siteWords,
  report: reportWords,
  siteReport: siteReportWords,
};
