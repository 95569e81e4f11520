import { providerRoutes } from '#core/wire/everybody.ts';
import { type PublishedProvider, publishedProvider } from '#core/wire/provider.ts';
import { withRetries } from './retry.ts';
import { callOf } from './route-call.ts';
import { malformed, parseAnswer, type Reaching, reach } from './transport.ts';

/** What a provider publishes about itself, as a client of another version reads it. */
export type ProviderDocument = PublishedProvider;

/**
 * Who runs this and with which keys they sign. Public and unsigned: trust it as far as you trust the connection.
 *
 * @param url `https://host[:port]`, without `/v1`
 * @throws ExchangeError unreachable, answer-malformed
 */
export async function fetchProvider(
  url: string,
  send: typeof fetch = fetch,
  options: Omit<Reaching, 'fetch'> = {},
): Promise<ProviderDocument> {
  const { method, target } = callOf(providerRoutes.showProvider, {});
  const request = { method, url: new URL(target, url).href, headers: {}, body: undefined };
  return withRetries(options, 'safe', async () => {
    const answer = await reach({ ...options, fetch: send }, request);
    if (answer.status !== 200) throw malformed(answer, answer.status === 404 ? 'route' : 'status');
    return parseAnswer(publishedProvider, answer);
  });
}
