import { freshRegistry } from '#core/access/fresh.ts';
import { publishedLog } from './log.ts';
import { watch } from './observe.ts';
import { emergencies, registry } from './state.ts';

/** The registry's records, each only if it is the newest by the log. */
export const newest = freshRegistry({ registry, emergencies, readLog: publishedLog, watch });
