import { shell } from './shell-fr.ts';
import type { Translation } from './tables.ts';

/** All that the portal says, in French: a file of its own, of words alone. */
export const translation: Translation = { shell };
