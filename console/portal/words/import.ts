import type { ImportWords } from '#client/epoc/words.ts';
import { words } from '../../words/lang.ts';

/** What is said of a form that was imported: the command says the same. The English comes with what reads forms. */
export const importWords = words<ImportWords | undefined>(undefined);
