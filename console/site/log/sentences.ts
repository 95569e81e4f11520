import { type Sentences, sentences } from '#core/log/sentences.ts';
import { words } from '../../words/lang.ts';

/** What each kind of entry says, in the reader's language. The English ones are the feed's too. */
export const sentenceWords = words<Sentences>(sentences);
