import type { AuthoriserRole } from '#core/cases/policy.ts';
import type { delayReasons, Request } from '#core/cases/request.ts';
import type { Category } from '#core/categories/categories.ts';
import { german } from './words-de.ts';
import { english } from './words-en.ts';
import { french } from './words-fr.ts';

/** What a letter to a person says, in their language: sentences around facts, and names of what occurs in them. */
export interface LetterWords {
  /** BCP 47, for the page and for instants. */
  tag: string;
  /** Between a name and what it names. */
  colon: string;
  title: string;
  /** What happened, in a sentence or two. */
  opening(of: { provider: string; agency: string; about: string }): string;
  about: Readonly<Record<Request['subjects'][number]['kind'], (value: string) => string>>;
  /** Nobody is to think that they stand accused. */
  meaning: string;
  headings: { facts: string; why: string; complain: string; check: string; code: string };
  names: {
    who: string;
    basis: string;
    received: string;
    what: string;
    period: string;
    left: string;
    case: string;
  };
  /** A kind of order that the language has a name for, by which law. */
  instruments: Readonly<Record<string, string>>;
  basis(of: { instrument: string; country: string; authoriser: string }): string;
  authorisers: Readonly<Record<AuthoriserRole, string>>;
  categories: Readonly<Record<Category, string>>;
  emergency: string;
  records(count: number): string;
  span(from: string, to: string): string;
  delayed(of: { until: string; ordered: boolean }): string;
  /** Why it was delayed, as the authority or the order said. */
  reason(text: string): string;
  reasons: Readonly<Record<(typeof delayReasons)[number], string>>;
  notDelayed: string;
  complain: {
    provider(name: string): string;
    contact(text: string): string;
    remedies(country: string): string;
    epoc: string;
  };
  check(of: { log: string }): string[];
  /** Before the page's address, and before the command. */
  page: string;
  command: string;
  code: string[];
  lost: string;
}

export const letterLanguages = ['en', 'de', 'fr'] as const;
export type LetterLanguage = (typeof letterLanguages)[number];

export const lettersIn: Readonly<Record<LetterLanguage, LetterWords>> = {
  en: english,
  de: german,
  fr: french,
};
