/**
 * Loads a script that the page names and does not load by itself: the words of a language, or a part that few readers need.
 * The page names it with its hash, and a browser takes no other bytes for it: a preloaded module is held against its
 * `integrity`, and what is imported then is that module.
 *
 * @param which what tells its link from the others
 * @throws Error where it cannot be had
 */
export async function loaded<Module extends object>(which: string): Promise<Module> {
  const named = document.querySelector<HTMLLinkElement>(`link[rel="alternate"]${which}`);
  if (named === null) throw new Error('the page names no such file');
  await preloaded(named);
  const load = (address: string): Promise<Module> => import(address);
  return load(named.href);
}

function preloaded({ href, integrity }: HTMLLinkElement): Promise<void> {
  if (integrity === '') return Promise.reject(new Error('the page names no hash for this file'));
  const link = document.createElement('link');
  link.rel = 'modulepreload';
  link.integrity = integrity;
  return new Promise((done, fails) => {
    link.onload = () => done();
    link.onerror = () => {
      link.remove();
      fails(new Error('this file is another one than the page names'));
    };
    link.href = href;
    document.head.append(link);
  });
}
