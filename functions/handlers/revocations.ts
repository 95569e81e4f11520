import type { revocationFeed } from '#core/access/publishing.ts';
import { WireError } from '#core/problem.ts';
import { pageNumber, type revocationsRoutes } from '#core/wire/revocations.ts';
import { type Answer, type Arrived, anybody } from '../middleware/event.ts';

/** What the feed's route answers. */
export function revocationHandlers(
  feed: ReturnType<typeof revocationFeed>,
): Readonly<Record<keyof typeof revocationsRoutes, (event: Arrived) => Promise<Answer>>> {
  return {
    readRevocations: async ({ queryStringParameters }) => {
      const page = queryStringParameters?.page ?? '0';
      if (!pageNumber.test(page)) throw new WireError('page-unknown');
      const body = await feed(Number(page));
      const headers = { 'content-type': 'application/jose', 'cache-control': 'public, max-age=60' };
      return { statusCode: 200, headers: { ...headers, ...anybody }, body };
    },
  };
}
