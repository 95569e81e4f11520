import { asking } from '#client/asking/words-de.ts';
import { german } from '#client/epoc/words-de.ts';
import { due } from '../../case/due-words-de.ts';
import { packages } from '../../package/words-de.ts';
import { sheet } from '../../sign/sheet-words-de.ts';
import { grounds, parts } from '../../words/grounds-de.ts';
import { scope } from '../../words/scope-de.ts';
import { ask } from '../ask/words-de.ts';
import { collect } from '../collect/words-de.ts';
import { one } from '../one/words-de.ts';
import { preserved } from '../preservations/words-de.ts';
import { requests } from '../requests/words-de.ts';
import { sign } from '../sign/words-de.ts';
import { first } from './first-de.ts';
import { portal, shell } from './shell-de.ts';
import type { Translation } from './tables.ts';

/** All that the portal says, in German: a file of its own, of words alone. */
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
  import: german,
};
