import { french as letter } from '#client/notice/words-fr.ts';
import { fr as report } from '../../report/words-fr.ts';
import { fr as letterScreen } from '../letter/words-fr.ts';
import { sentences } from '../log/sentences-fr.ts';
import { log } from '../log/words-fr.ts';
import { fr as siteReport } from '../report/words-fr.ts';
import { shell } from './shell-fr.ts';
import type { Translation } from './tables.ts';

/** All that the site says, in French: a file of its own, of words alone. */
export const translation: Translation = {
  shell,
  log,
  sentences,
  report,
  siteReport,
  letter,
  letterScreen,
};
