import type { ReadItem } from '#core/revocations/feed.ts';
import { beginning, type FeedSigner, verifyFeedPage } from '#core/revocations/verify.ts';
import { revocationsRoutes } from '#core/wire/revocations.ts';
import { withRetries } from './retry.ts';
import { callOf } from './route-call.ts';
import { malformed, type Reaching, reach } from './transport.ts';

export type { ReadItem } from '#core/revocations/feed.ts';
/** What a provider tells others of agency keys that it revoked for misuse, verified item by item. */
export { FeedError, type FeedFault, type FeedSigner } from '#core/revocations/verify.ts';

export interface FeedOptions extends Reaching {
  now?: () => number;
}

/**
 * Every item of a provider's feed, in order. Each was verified: the provider signed the page minutes ago, and its log
 * commits to the item.
 *
 * @param url `https://host[:port]`, without `/v1`
 * @throws FeedError, ExchangeError
 */
export async function* eachRevocation(
  url: string,
  signer: FeedSigner,
  { now = Date.now, ...reaching }: FeedOptions = {},
): AsyncGenerator<ReadItem> {
  let seen = beginning;
  for (let page = 0; ; page++) {
    const jws = await readPage(url, page, reaching);
    const verified = verifyFeedPage(jws, signer, { page, seen, now: new Date(now()).toISOString() });
    yield* verified.items;
    if (!verified.more) return;
    // Pages are signed at different moments, each by the newest checkpoint of its own.
    seen = { head: verified.place.head, size: 0n };
  }
}

async function readPage(url: string, page: number, reaching: Reaching): Promise<string> {
  const { method, target } = callOf(revocationsRoutes.readRevocations, { query: { page: String(page) } });
  const request = { method, url: new URL(target, url).href, headers: {}, body: undefined };
  return withRetries(reaching, 'safe', async () => {
    const answer = await reach(reaching, request);
    if (answer.status !== 200) throw malformed(answer, answer.status === 404 ? 'route' : 'status');
    return new TextDecoder('latin1').decode(answer.body);
  });
}
