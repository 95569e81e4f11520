import type { NoticePart } from '#client/notice/open.ts';
import type { LetterWords } from '#client/notice/words.ts';
import { english } from '#client/notice/words-en.ts';
import { words } from '../../words/lang.ts';
import type { Decision } from './decisions.ts';
import { en } from './words-en.ts';

/** What the page of a letter says around the letter's own sentences. */
export interface LetterScreenWords {
  title: string;
  lead: string;
  privacy: string;
  field: string;
  hint: string;
  open: string;
  readBack: (groups: string, signs: number, of: number) => string;
  mistakes: {
    empty: string;
    length: (signs: number, of: number) => string;
    sign: (sign: string, group: number, place: number) => string;
    checks: string;
    groups: (groups: readonly number[]) => string;
  };
  asking: string;
  looking: (read: string, of: string) => string;
  stop: string;
  answers: Record<
    'nothing' | 'unopened' | 'unsaid' | 'broken' | 'differs' | 'failed',
    { title: string; says: string }
  >;
  /** What the log says otherwise of. */
  parts: Record<NoticePart, string>;
  proven: string;
  provenSays: (index: string) => string;
  about: (agency: string, provider: string) => string;
  decided: string;
  decidedSays: (people: number, isEmergency: boolean) => string;
  person: (who: number) => string;
  did: Record<Decision['did'], string>;
  steps: string;
  stepsSay: string;
  later: (read: string, of: string) => string;
  laterFailed: string;
  entry: (index: string) => string;
  what: {
    title: string;
    log: string;
    byLog: string;
    logSays: readonly string[];
    byProvider: string;
    providerSays: readonly string[];
  };
  elsewhere: string;
  print: string;
  close: string;
}

export const letterScreenWords = words<LetterScreenWords>(en);
export const letterWords = words<LetterWords>(english);
