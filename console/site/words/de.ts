import { german as letter } from '#client/notice/words-de.ts';
import { de as report } from '../../report/words-de.ts';
import { checkpoint } from '../checkpoint/words-de.ts';
import { home } from '../home/words-de.ts';
import { de as letterScreen } from '../letter/words-de.ts';
import { sentences } from '../log/sentences-de.ts';
import { log } from '../log/words-de.ts';
import { prove } from '../prove/words-de.ts';
import { de as siteReport } from '../report/words-de.ts';
import { shell } from './shell-de.ts';
import type { Translation } from './tables.ts';

/** All that the site says, in German: a file of its own, of words alone. */
export const translation: Translation = {
  shell,
  log,
  sentences,
  report,
  siteReport,
  letter,
  letterScreen,
  home,
  checkpoint,
  prove,
};
