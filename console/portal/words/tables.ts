import type { Tables } from '../../words/speak.ts';
import { type PortalWords, portalWords } from './shell.ts';

/** All that the portal says. A language that lacks a part of it does not compile. */
export interface Translation {
  shell: PortalWords;
}

export const tables: Tables<Translation> = { shell: portalWords };
