import { type DueWords, dueWords } from '../case/due-words.ts';
import { type CaseWords, caseWords } from '../case/words.ts';
import { type FirstWords, firstWords } from '../first/words.ts';
import { type QueueWords, queueWords } from '../queue/words.ts';
import { type RegistryWords, registryWords } from '../registry/words.ts';
import { type ReportWords, reportWords } from '../report/words.ts';
import { type SheetWords, sheetWords } from '../sign/sheet-words.ts';
import { type SignWords, signWords } from '../sign/words.ts';
import { type StatisticsWords, statisticsWords } from '../statistics/words.ts';
import { groundWords, partWords } from './grounds.ts';
import { type ScopeWords, scopeWords } from './scope.ts';
import { type ShellWords, shellWords } from './shell.ts';
import type { Tables } from './speak.ts';

/** All that the desk says. A language that lacks a part of it does not compile. */
export interface Translation {
  shell: ShellWords;
  first: FirstWords;
  queue: QueueWords;
  case: CaseWords;
  due: DueWords;
  scope: ScopeWords;
  grounds: typeof groundWords.en;
  parts: typeof partWords.en;
  sheet: SheetWords;
  sign: SignWords;
  registry: RegistryWords;
  statistics: StatisticsWords;
  report: ReportWords;
}

export const tables: Tables<Translation> = {
  shell: shellWords,
  first: firstWords,
  queue: queueWords,
  case: caseWords,
  due: dueWords,
  scope: scopeWords,
  grounds: groundWords,
  parts: partWords,
  sheet: sheetWords,
  sign: signWords,
  registry: registryWords,
  statistics: statisticsWords,
  report: reportWords,
};
