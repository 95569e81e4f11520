import { batch } from '@preact/signals';
import { type Language, language } from './lang.ts';
import { type Translation, tables } from './tables.ts';

const partNames = Object.keys(tables).filter((name): name is keyof Translation =>
  Object.hasOwn(tables, name),
);

/** Has the page speak a language. @throws what the fetching of its words throws: then it goes on as it was */
export async function speak(chosen: Language): Promise<void> {
  const translation = chosen === 'en' ? undefined : await fetched(chosen);
  batch(() => {
    for (const name of partNames) put(name, translation);
    language.value = chosen;
  });
}

/** The words themselves, for a language whose words are at hand. */
export function put<Part extends keyof Translation>(name: Part, translation: Translation | undefined): void {
  const table = tables[name];
  table.spoken.value = translation?.[name] ?? table.en;
}

/**
 * The page names each language's file with its hash, and a browser takes no other bytes for it: a preloaded module is held
 * against its `integrity`, and what is imported then is that module.
 */
async function fetched(chosen: Exclude<Language, 'en'>): Promise<Translation> {
  const named = document.querySelector<HTMLLinkElement>(`link[rel="alternate"][hreflang="${chosen}"]`);
  if (named === null) throw new Error('the page names no file of this language');
  await preloaded(named);
  const load = (address: string): Promise<typeof import('./de.ts')> => import(address);
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
