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
  showLogPolicy: route({
    method: 'GET',
    path: '/log/policy',
    server: 'provider',
    callers,
    summary: 'Who witnesses the log',
    description:
      'A trust policy (C2SP tlog-policy): the log’s verifier key, the witnesses that it asks to cosign its checkpoints, and the quorum that it aims at; `quorum none` where nobody witnesses it. Verifiers of any make read it. It is not signed, and it is the provider’s choice: trust witnesses that you know.',
    answers: [
      {
        status: 200,
        says: 'The policy',
        type: 'text/plain; charset=utf-8',
        headers: ['Cache-Control', anybody],
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
