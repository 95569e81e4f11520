import { text } from '#core/text.ts';

/** A text as it is signed: one line, in one spelling. It is made so while it is typed, so that what is seen is what is signed. */
export const oneLine = (typed: string): string => typed.replaceAll(/\s+/gu, ' ').normalize('NFC');

/** Why a text cannot be signed. */
export function lineFault(typed: string, max: number): 'empty' | 'too-long' | 'hidden' | undefined {
  if (typed.trim() === '') return 'empty';
  if (typed.length > max) return 'too-long';
  return text(max).safeParse(typed).success ? undefined : 'hidden';
}

/** Whether the word that ends access for good was typed by hand. */
export const isTyped = (typed: string, word: string): boolean =>
  typed.trim().normalize('NFC').toLowerCase() === word.toLowerCase();
