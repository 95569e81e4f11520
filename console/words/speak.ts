import { batch } from '@preact/signals';
import { loaded } from '../loaded.ts';
import { type Language, language, type Words } from './lang.ts';

/** The words of a page, part by part. Each page has its own parts: console/words/tables.ts are the desk's. */
export type Tables<Translation> = { readonly [Part in keyof Translation]: Words<Translation[Part]> };

let put: (translation: unknown) => void = () => {};

/** Says which words the page has. Called once, before anything is shown. */
export function speakWith<Translation extends object>(tables: Tables<Translation>): void {
  put = (translation) => putWords(tables, translation as Translation | undefined);
  put(undefined);
}

function putWords<Translation extends object>(
  tables: Tables<Translation>,
  translation: Translation | undefined,
): void {
  const put = <Part extends keyof Translation>(name: Part) => {
    tables[name].spoken.value = translation?.[name] ?? tables[name].en;
  };
  for (const name in tables) put(name);
}

/** Has the page speak a language. @throws what the fetching of its words throws: then it goes on as it was */
export async function speak(chosen: Language): Promise<void> {
  const translation = chosen === 'en' ? undefined : await fetched(chosen);
  batch(() => {
    put(translation);
    language.value = chosen;
  });
}

const fetched = async (chosen: Exclude<Language, 'en'>): Promise<object> =>
  (await loaded<{ translation: object }>(`[hreflang="${chosen}"]`)).translation;
