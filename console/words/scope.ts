import { printable } from '#client/printable.ts';
import type { Scope } from '#core/cases/scope.ts';
import type { Withheld } from '#core/cases/withheld.ts';
import { instantText } from '../ui/moment-text.ts';
import { groundWords } from './grounds.ts';
import { inLanguage, locale, type Words } from './lang.ts';

/** A list in the reader's language: `a, b and c`. */
export const listText = (of: readonly string[]): string =>
  new Intl.ListFormat(locale.value, { type: 'conjunction' }).format(of.map(printable));

interface ScopeWords {
  subjects: (numbers: readonly number[]) => string;
  scope: (categories: string, subjects: string, from: string, to: string) => string;
  period: string;
  /** A ground for a part that is left out. */
  ground: (part: string, ground: string, says: string) => string;
}

const words: Words<ScopeWords> = {
  en: {
    subjects: (numbers) =>
      `${numbers.length === 1 ? 'subject' : 'subjects'} ${listText(numbers.map(String))}`,
    scope: (categories, subjects, from, to) => `${categories} of ${subjects}, from ${from} to ${to}`,
    period: 'the part of the period',
    ground: (part, ground, says) => `Ground for ${part}: ${ground}, ${says}.`,
  },
  de: {
    subjects: (numbers) =>
      `${numbers.length === 1 ? 'der Person' : 'den Personen'} ${listText(numbers.map(String))}`,
    scope: (categories, subjects, from, to) => `${categories} zu ${subjects}, von ${from} bis ${to}`,
    period: 'den Teil des Zeitraums',
    ground: (part, ground, says) => `Grund für ${part}: ${ground}, ${says}.`,
  },
  fr: {
    subjects: (numbers) =>
      `${numbers.length === 1 ? 'la personne' : 'les personnes'} ${listText(numbers.map(String))}`,
    scope: (categories, subjects, from, to) => `${categories} sur ${subjects}, du ${from} au ${to}`,
    period: 'la partie de la période',
    ground: (part, ground, says) => `Motif pour ${part} : ${ground}, ${says}.`,
  },
};

/** Which data of whom and when, in words. Subjects are named by their numbers, as scopes name them. */
export function scopeText({ subjects, categories, period }: Scope): string {
  const its = inLanguage(words);
  return its.scope(
    listText(categories),
    its.subjects(subjects),
    instantText(period.from),
    instantText(period.to),
  );
}

/** Why parts are left out, a sentence each. */
export function withheldTexts(withheld: Withheld): string[] {
  const its = inLanguage(words);
  return withheld.map(({ subjects, categories, ground }) => {
    const parts = [
      ...(categories === undefined ? [] : [listText(categories)]),
      ...(subjects === undefined ? [] : [its.subjects(subjects)]),
    ];
    return its.ground(
      parts.length === 0 ? its.period : parts.join(', '),
      ground,
      inLanguage(groundWords)[ground],
    );
  });
}
