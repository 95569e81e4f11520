import type { PortalWords } from './shell.ts';

export const shell: PortalWords = {
  title: 'Writ',
};
