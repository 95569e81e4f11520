import { translation as de } from '#console/words/de.ts';
import { translation as fr } from '#console/words/fr.ts';
import type { Language } from '#console/words/lang.ts';
import { type Translation, tables } from '#console/words/tables.ts';

/** What a part of the page says, in a language. */
export function said<Part extends keyof Translation>(part: Part, language: Language): Translation[Part] {
  return language === 'en' ? tables[part].en : { de, fr }[language][part];
}
