import { due } from '../case/due-words-fr.ts';
import { fr as aCase } from '../case/words-fr.ts';
import { first } from '../first/words-fr.ts';
import { fr as queue } from '../queue/words-fr.ts';
import { fr as registry } from '../registry/words-fr.ts';
import { fr as report } from '../report/words-fr.ts';
import { sheet } from '../sign/sheet-words-fr.ts';
import { fr as sign } from '../sign/words-fr.ts';
import { fr as statistics } from '../statistics/words-fr.ts';
import { grounds, parts } from './grounds-fr.ts';
import { scope } from './scope-fr.ts';
import { shell } from './shell-fr.ts';
import type { Translation } from './tables.ts';

/** All that the page says, in French: a file of its own, of words alone. */
export const translation: Translation = {
  shell,
  first,
  queue,
  case: aCase,
  due,
  scope,
  grounds,
  parts,
  sheet,
  sign,
  registry,
  statistics,
  report,
};
