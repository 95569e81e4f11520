import { join } from 'node:path';
import { home } from './cloud/emulator.ts';

/** Where `npm run up` keeps its state, and where it says how to reach it. */
export const upStateDir = join(home, '.writ/up');
export const localFile = join(home, '.writ/local.json');
/** Profiles of `writ` for its people: an XDG configuration directory. */
export const localConfigDir = join(home, '.writ/config');
