import type { Said, SaidCode, SaidKind } from './said.ts';

/**
 * The sentences of an import, in a reader's language: words-en.ts, words-de.ts, words-fr.ts, each loaded by whoever reads it.
 * What a form said stands in them as it is: the caller makes it safe to show.
 */
export interface ImportWords {
  said: Readonly<Record<SaidCode, (value: string, at?: string) => string>>;
  /** What a list of items of one kind is headed by. */
  headings: Readonly<Record<SaidKind, string>>;
  section: (letter: string) => string;
  identifier: (number: number) => string;
}

/** One item as a line: `Section F, identifier 2: …`. */
export function saidLine({ code, section, evidence, value = '', at }: Said, words: ImportWords): string {
  const where = [
    ...(section === undefined ? [] : [words.section(section)]),
    ...(evidence === undefined ? [] : [words.identifier(evidence)]),
  ].join(', ');
  const sentence = words.said[code](value, at);
  return where === '' ? sentence : `${where}: ${sentence}`;
}
