import type { Term } from '#core/cases/deadline.ts';
import { dueWords } from '../../case/due-words.ts';
import { inLanguage, locale } from '../../words/lang.ts';

/** One of several, as the reader’s language says it: `a, b or c`. */
export const listOr = (of: readonly string[]): string =>
  new Intl.ListFormat(locale.value, { type: 'disjunction' }).format(of);

export function termText(term: Term): string {
  const words = inLanguage(dueWords);
  return 'days' in term ? words.days(term.days) : words.hours(term.hours);
}
