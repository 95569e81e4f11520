import type { SiteWords } from './shell.ts';

export const shell: SiteWords = {
  title: 'Writ',
};
