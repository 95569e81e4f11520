import { z } from 'zod';
import { providerDocument } from './provider.ts';
import { route } from './route.ts';

/** The public routes: anybody may call them, without a key. */
const callers = [] as const;
export const openApiDocument = z.looseObject({ openapi: z.literal('3.1.1') });
const anybody = 'Access-Control-Allow-Origin';

export const providerRoutes = {
  showProvider: route({
    method: 'GET',
    path: '/provider',
    server: 'provider',
    callers,
    summary: 'Who runs this, and under which rules',
    description:
      'Keys, policy, deadlines and limits. It is not signed: compare the keys’ thumbprints by telephone before you rely on them.',
    answers: [
      {
        status: 200,
        says: 'The provider',
        type: 'application/json',
        schema: providerDocument,
        headers: ['Cache-Control'],
      },
    ],
    refusals: [],
  }),
  showOpenApi: route({
    method: 'GET',
    path: '/openapi.json',
    server: 'provider',
    callers,
    summary: 'This document',
    description: 'OpenAPI 3.1, of the version that is deployed.',
    answers: [
      {
        status: 200,
        says: 'The document',
        type: 'application/json',
        schema: openApiDocument,
        headers: ['Cache-Control', anybody],
      },
    ],
    refusals: [],
  }),
};
