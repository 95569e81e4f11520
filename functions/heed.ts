import { heeder } from '#core/access/heeding.ts';
import { systemChance } from './aws/chance.ts';
import { systemClock } from './aws/clock.ts';
import { env } from './aws/env.ts';
import { feedReader } from './aws/feeds.ts';
import { watch } from './aws/observe.ts';
import { heard, registry, suspensions } from './aws/state.ts';

/**
 * Heeds what other providers say of revoked keys, hourly. It is the one function that reads from addresses of others; it
 * can read and write the registry's table, and has no key but those of MACs.
 */
const { REVOCATIONS_FROM } = env('REVOCATIONS_FROM');

export const handler = heeder({
  subscriptions: REVOCATIONS_FROM,
  feeds: feedReader,
  heard,
  registry,
  suspensions,
  clock: systemClock,
  chance: systemChance,
  watch,
});
