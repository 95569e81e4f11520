import { revocationFeed } from '#core/access/publishing.ts';
import { revocationsRoutes } from '#core/wire/revocations.ts';
import { systemClock } from './aws/clock.ts';
import { env } from './aws/env.ts';
import { publishedLog } from './aws/log.ts';
import { watch } from './aws/observe.ts';
import { provider } from './aws/provider-key.ts';
import { revocations } from './aws/state.ts';
import { revocationHandlers } from './handlers/revocations.ts';
import { serveEverybody } from './middleware/serve.ts';

/**
 * The feed of revoked agency keys, for other providers. It signs what the log has, and can read neither the registry nor a
 * case: the feed has a table of its own.
 */
const { LOG_ORIGIN } = env('LOG_ORIGIN');

const feed = revocationFeed({
  revocations,
  readLog: publishedLog,
  provider,
  logOrigin: LOG_ORIGIN,
  clock: systemClock,
  watch,
});

export const handler = serveEverybody(revocationsRoutes, revocationHandlers(feed));
