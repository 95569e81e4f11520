import { mostFeedCharacters } from '#core/revocations/feed.ts';
import { route } from './route.ts';

/** What other providers read, and anybody. */
const callers = [] as const;
const anybody = 'Access-Control-Allow-Origin';

/** Pages have numbers from 0. */
export const pageNumber = /^[0-9]{1,6}$/;

export const revocationsRoutes = {
  readRevocations: route({
    method: 'GET',
    path: '/revocations',
    server: 'revocations',
    callers,
    query: { page: { pattern: pageNumber, description: 'Which page, from 0, where it is left out' } },
    summary: 'Agency keys that were revoked for misuse',
    description: `A compact JWS (RFC 7515) by the provider’s key over 50 items at most, each with the entry of the log that commits to it and its proof; ${mostFeedCharacters / 1_000_000} MB at most. For other providers, which suspend such a key until their reviewers have looked.`,
    answers: [
      {
        status: 200,
        says: 'The page, signed within the last minute',
        type: 'application/jose',
        headers: ['Cache-Control', anybody],
      },
    ],
    refusals: ['page-unknown'],
  }),
};
