import { computed, type Signal, signal } from '@preact/signals';

/** The languages that the desk speaks. Each screen has its words beside it, in all of them. */
export const languages = ['en', 'de', 'fr'] as const;
export type Language = (typeof languages)[number];
export const languageNames: Record<Language, string> = { en: 'English', de: 'Deutsch', fr: 'Français' };

/**
 * What a part of the page says. English is in the page; another language is fetched when somebody chooses it (speak.ts), and
 * takes its place.
 */
export interface Words<T> {
  readonly en: T;
  /** In the language that is chosen. */
  readonly spoken: Signal<T>;
}

export const words = <T>(en: T): Words<T> => ({ en, spoken: signal(en) });

/** Other English for a part that several pages have: where one speaks to reviewers, the other speaks to officers. */
export const insteadOf = <T>({ spoken }: Words<T>, en: T): Words<T> => ({ en, spoken });

/** The language that is chosen now. */
export const language = signal<Language>('en');

/** Of the languages that a reader names, by preference, the first that the desk speaks; else English. */
export function preferredLanguage(named: readonly string[]): Language {
  for (const name of named) {
    const known = languages.find((each) => name.toLowerCase().split('-')[0] === each);
    if (known !== undefined) return known;
  }
  return 'en';
}

/** The words of a table in the language that is chosen. Read within a view, the view follows the choice. */
export const inLanguage = <T>({ spoken }: Words<T>): T => spoken.value;

/** The locale that dates and numbers are written in: the reader's own where it is of the language, so that en-GB stays. */
export const locale = computed(() => localeFor(language.value, ownLocales.value));
export const ownLocales = signal<readonly string[]>([]);

function localeFor(chosen: Language, own: readonly string[]): string {
  return (
    own.find((each) => each.toLowerCase().split('-')[0] === chosen) ?? (chosen === 'en' ? 'en-GB' : chosen)
  );
}
