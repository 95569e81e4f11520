import type { Said, SaidCode, SaidKind } from './said.ts';
import { german } from './words-de.ts';
import { english } from './words-en.ts';
import { french } from './words-fr.ts';

/** The sentences of an import, in a reader's language. What a form said stands in them as it is: the caller makes it safe to show. */
export interface ImportWords {
  said: Readonly<Record<SaidCode, (value: string) => string>>;
  /** What a list of items of one kind is headed by. */
  headings: Readonly<Record<SaidKind, string>>;
  section: (letter: string) => string;
  identifier: (number: number) => string;
}

export const importWords = { en: english, de: german, fr: french } as const satisfies Record<
  string,
  ImportWords
>;

/** One item as a line: `Section F, identifier 2: …`. */
export function saidLine({ code, section, evidence, value = '' }: Said, words: ImportWords): string {
  const where = [
    ...(section === undefined ? [] : [words.section(section)]),
    ...(evidence === undefined ? [] : [words.identifier(evidence)]),
  ].join(', ');
  const sentence = words.said[code](value);
  return where === '' ? sentence : `${where}: ${sentence}`;
}
