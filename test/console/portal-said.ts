import { translation as de } from '#console/portal/words/de.ts';
import { translation as fr } from '#console/portal/words/fr.ts';
import { type Translation, tables } from '#console/portal/words/tables.ts';
import type { Language } from '#console/words/lang.ts';

/** What a part of the portal says, in a language. */
export function portalSaid<Part extends keyof Translation>(
  part: Part,
  language: Language = 'en',
): Translation[Part] {
  return language === 'en' ? tables[part].en : { de, fr }[language][part];
}
