import { french as letter } from '#client/notice/words-fr.ts';
import { fr as report } from '../../report/words-fr.ts';
import { checkpoint } from '../checkpoint/words-fr.ts';
import { home } from '../home/words-fr.ts';
import { fr as letterScreen } from '../letter/words-fr.ts';
import { sentences } from '../log/sentences-fr.ts';
import { log } from '../log/words-fr.ts';
import { prove } from '../prove/words-fr.ts';
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
  home,
  checkpoint,
  prove,
};
