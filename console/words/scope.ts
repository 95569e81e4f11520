import { printable } from '#client/printable.ts';
import type { Scope } from '#core/cases/scope.ts';
import type { Withheld } from '#core/cases/withheld.ts';
import { instantText } from '../ui/moment-text.ts';
import { groundWords } from './grounds.ts';
import { inLanguage, locale, words } from './lang.ts';

/** A list in the reader's language: `a, b and c`. */
export const listText = (of: readonly string[]): string =>
  new Intl.ListFormat(locale.value, { type: 'conjunction' }).format(of.map(printable));

export interface ScopeWords {
  subjects: (count: number, numbers: string) => string;
  scope: (categories: string, subjects: string, from: string, to: string) => string;
  period: string;
  /** A ground for a part that is left out. */
  ground: (part: string, ground: string, says: string) => string;
}

export const scopeWords = words<ScopeWords>({
  subjects: (count, numbers) => `${count === 1 ? 'subject' : 'subjects'} ${numbers}`,
  scope: (categories, subjects, from, to) => `${categories} of ${subjects}, from ${from} to ${to}`,
  period: 'the part of the period',
  ground: (part, ground, says) => `Ground for ${part}: ${ground}, ${says}.`,
});

/** Subjects by their numbers. */
const subjectsText = (subjects: readonly number[]): string =>
  inLanguage(scopeWords).subjects(subjects.length, listText(subjects.map(String)));

/** Which data of whom and when, in words. Subjects are named by their numbers, as scopes name them. */
export function scopeText({ subjects, categories, period }: Scope): string {
  const its = inLanguage(scopeWords);
  return its.scope(
    listText(categories),
    subjectsText(subjects),
    instantText(period.from),
    instantText(period.to),
  );
}

/** Why parts are left out, a sentence each. */
export function withheldTexts(withheld: Withheld): string[] {
  const its = inLanguage(scopeWords);
  return withheld.map(({ subjects, categories, ground }) => {
    const parts = [
      ...(categories === undefined ? [] : [listText(categories)]),
      ...(subjects === undefined ? [] : [subjectsText(subjects)]),
    ];
    return its.ground(
      parts.length === 0 ? its.period : parts.join(', '),
      ground,
      inLanguage(groundWords)[ground],
    );
  });
}
