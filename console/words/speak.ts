import { batch } from '@preact/signals';
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

/**
 * The page names each language's file with its hash, and a browser takes no other bytes for it: a preloaded module is held
 * against its `integrity`, and what is imported then is that module.
 */
async function fetched(chosen: Exclude<Language, 'en'>): Promise<object> {
  const named = document.querySelector<HTMLLinkElement>(`link[rel="alternate"][hreflang="${chosen}"]`);
  if (named === null) throw new Error('the page names no file of this language');
  await preloaded(named);
  const load = (address: string): Promise<{ translation: object }> => import(address);
  return (await load(named.href)).translation;
}

function preloaded({ href, integrity }: HTMLLinkElement): Promise<void> {
  if (integrity === '') return Promise.reject(new Error('the page names no hash for this language'));
  const link = document.createElement('link');
  link.rel = 'modulepreload';
  link.integrity = integrity;
  return new Promise((done, fails) => {
    link.onload = () => done();
    link.onerror = () => {
      link.remove();
      fails(new Error('the file of this language is another one than the page names'));
    };
    link.href = href;
    document.head.append(link);
  });
}
