import { shell } from './shell-de.ts';
import type { Translation } from './tables.ts';

/** All that the portal says, in German: a file of its own, of words alone. */
export const translation: Translation = { shell };
