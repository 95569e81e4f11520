import type { LetterWords } from '#client/notice/words.ts';
import type { Sentences } from '#core/log/sentences.ts';
import { type ReportWords, reportWords } from '../../report/words.ts';
import type { Tables } from '../../words/speak.ts';
import { type CheckpointWords, checkpointWords } from '../checkpoint/words.ts';
import { type HomeWords, homeWords } from '../home/words.ts';
import { type LetterScreenWords, letterScreenWords, letterWords } from '../letter/words.ts';
import { sentenceWords } from '../log/sentences.ts';
import { type LogWords, logWords } from '../log/words.ts';
import { type ProveWords, proveWords } from '../prove/words.ts';
import { type SiteReportWords, siteReportWords } from '../report/words.ts';
import { type SiteWords, siteWords } from './shell.ts';

/** All that the site says. A language that lacks a part of it does not compile. */
export interface Translation {
  shell: SiteWords;
  home: HomeWords;
  log: LogWords;
  sentences: Sentences;
  report: ReportWords;
  siteReport: SiteReportWords;
  /** The sentences of the letter itself. */
  letter: LetterWords;
  letterScreen: LetterScreenWords;
  checkpoint: CheckpointWords;
  prove: ProveWords;
}

export const tables: Tables<Translation> = {
  shell: siteWords,
  home: homeWords,
  log: logWords,
  sentences: sentenceWords,
  report: reportWords,
  siteReport: siteReportWords,
  letter: letterWords,
  letterScreen: letterScreenWords,
  checkpoint: checkpointWords,
  prove: proveWords,
};
