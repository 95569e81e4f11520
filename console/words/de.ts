import { due } from '../case/due-words-de.ts';
import { de as aCase } from '../case/words-de.ts';
import { first } from '../first/words-de.ts';
import { de as queue } from '../queue/words-de.ts';
import { de as registry } from '../registry/words-de.ts';
import { de as report } from '../report/words-de.ts';
import { sheet } from '../sign/sheet-words-de.ts';
import { de as sign } from '../sign/words-de.ts';
import { de as statistics } from '../statistics/words-de.ts';
import { grounds, parts } from './grounds-de.ts';
import { scope } from './scope-de.ts';
import { shell } from './shell-de.ts';
import type { Translation } from './tables.ts';

/** All that the page says, in German: a file of its own, of words alone. */
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
