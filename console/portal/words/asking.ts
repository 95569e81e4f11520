import type { AskingWords } from '#client/asking/words.ts';
import { en } from '#client/asking/words-en.ts';
import { words } from '../../words/lang.ts';

/** What is asked and stated, in sentences: the command says the same. */
export const askingWords = words<AskingWords>(en);
