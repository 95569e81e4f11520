import { freshRegistry } from '#core/access/fresh.ts';
import { watch } from './observe.ts';
import { follows } from './places.ts';
import { emergencies, registry } from './state.ts';

/** The registry's records, each only if it is the newest by the log. */
export const newest = freshRegistry({ registry, emergencies, log: { follows }, watch });
