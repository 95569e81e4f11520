import type { Sentences } from '#core/log/sentences.ts';
import type { Tables } from '../../words/speak.ts';
import { sentenceWords } from '../log/sentences.ts';
import { type LogWords, logWords } from '../log/words.ts';
import { type SiteWords, siteWords } from './shell.ts';

/** All that the site says. A language that lacks a part of it does not compile. */
export interface Translation {
  shell: SiteWords;
  log: LogWords;
  sentences: Sentences;
}

export const tables: Tables<Translation> = {
  shell: siteWords,
  log: logWords,
  sentences: sentenceWords,
};
