import { asking } from '#client/asking/words-fr.ts';
import { french } from '#client/epoc/words-fr.ts';
import { due } from '../../case/due-words-fr.ts';
import { sheet } from '../../sign/sheet-words-fr.ts';
import { ask } from '../ask/words-fr.ts';
import { sign } from '../sign/words-fr.ts';
import { first } from './first-fr.ts';
import { portal, shell } from './shell-fr.ts';
import type { Translation } from './tables.ts';

/** All that the portal says, in French: a file of its own, of words alone. */
export const translation: Translation = {
  shell,
  first,
  portal,
  sheet,
  asking,
  sign,
  ask,
  due,
  import: french,
};
