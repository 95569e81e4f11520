import type { Scope } from '#core/cases/scope.ts';
import { inLanguage } from '../words/lang.ts';
import { listText } from '../words/scope.ts';
import { type Compared, compared } from './draft.ts';
import { caseWords } from './words.ts';

/** The sentence that says what of the request is approved, and what is not. */
export function differenceText(scope: Scope | undefined, asked: Scope): string {
  const words = inLanguage(caseWords).difference;
  return scope === undefined ? words.nothing : words.says(worded(compared(scope, asked)));
}

/** The numbers as they are, the categories as a list in the language. */
export interface Worded extends Omit<Compared, 'without' | 'kept'> {
  without: string;
  kept: string;
}

const worded = ({ without, kept, ...rest }: Compared): Worded => ({
  ...rest,
  without: without.length === 0 ? '' : listText(without),
  kept: listText(kept),
});
