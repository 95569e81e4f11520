import type { Tables } from '../../words/speak.ts';
import { type SiteWords, siteWords } from './shell.ts';

/** All that the site says. A language that lacks a part of it does not compile. */
export interface Translation {
  shell: SiteWords;
}

export const tables: Tables<Translation> = { shell: siteWords };
