import { asking } from '#client/asking/words-fr.ts';
import { french } from '#client/epoc/words-fr.ts';
import { due } from '../../case/due-words-fr.ts';
import { packages } from '../../package/words-fr.ts';
import { sheet } from '../../sign/sheet-words-fr.ts';
import { grounds, parts } from '../../words/grounds-fr.ts';
import { scope } from '../../words/scope-fr.ts';
import { ask } from '../ask/words-fr.ts';
import { collect } from '../collect/words-fr.ts';
import { one } from '../one/words-fr.ts';
import { preserved } from '../preservations/words-fr.ts';
import { requests } from '../requests/words-fr.ts';
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
  scope,
  grounds,
  parts,
  requests,
  one,
  collect,
  packages,
  preserved,
  import: french,
};
