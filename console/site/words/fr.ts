import { checkpoint } from '../checkpoint/words-fr.ts';
import { home } from '../home/words-fr.ts';
import { sentences } from '../log/sentences-fr.ts';
import { log } from '../log/words-fr.ts';
import { prove } from '../prove/words-fr.ts';
import { shell } from './shell-fr.ts';
import type { Translation } from './tables.ts';

/** All that the site says, in French: a file of its own, of words alone. */
export const translation: Translation = {
  shell,
  home,
  log,
  sentences,
  checkpoint,
  prove,
};
