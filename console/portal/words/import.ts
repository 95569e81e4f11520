import type { ImportWords } from '#client/epoc/words.ts';
import { english } from '#client/epoc/words-en.ts';
import { words } from '../../words/lang.ts';

/** What is said of a form that was imported: the command says the same. */
export const importWords = words<ImportWords>(english);
