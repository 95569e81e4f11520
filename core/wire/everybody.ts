import { z } from 'zod';
import { reportSchema } from '#core/log/report/figures.ts';
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

export const logRoutes = {
  readCheckpoint: route({
    method: 'GET',
    path: '/log/checkpoint',
    server: 'log',
    callers,
    summary: 'The log’s checkpoint',
    description:
      'A signed note (C2SP tlog-checkpoint): how many entries the log has, and the root of their tree.',
    answers: [
      {
        status: 200,
        says: 'The checkpoint, byte for byte as it was signed',
        type: 'text/plain; charset=utf-8',
        headers: ['Cache-Control', anybody],
      },
    ],
    refusals: ['not-found'],
  }),
  readTile: route({
    method: 'GET',
    path: '/log/tile/{path+}',
    server: 'log',
    callers,
    summary: 'The log’s tiles and entries',
    description:
      'Hashes and bundles of entries (C2SP tlog-tiles), such as `/log/tile/0/x001/067` and `/log/tile/entries/000.p/17`. The slashes of `path` are sent as they are.',
    answers: [
      {
        status: 200,
        says: 'The file, byte for byte as the bucket holds it',
        type: 'application/octet-stream',
        headers: ['Cache-Control', anybody],
      },
    ],
    refusals: ['not-found'],
  }),
  readFeed: route({
    method: 'GET',
    path: '/log/feed',
    server: 'log',
    callers,
    summary: 'The newest entries as a feed',
    description:
      'Atom (RFC 4287): the newest 50 entries, a sentence each, with links to the page that proves them. For newsrooms; programs read the tiles.',
    answers: [
      {
        status: 200,
        says: 'The feed',
        type: 'application/atom+xml; charset=utf-8',
        headers: ['Cache-Control', anybody],
      },
    ],
    refusals: ['not-found'],
  }),
  readNotice: route({
    method: 'GET',
    path: '/notices/{tag}',
    server: 'log',
    callers,
    summary: 'What the code in a letter opens',
    description:
      'A person who was notified opens with the code in their letter who asked and what left. `tag` is derived from the code, and the answer is encrypted under a key of it (docs/cases.md): the server learns neither. A tag that was never given and one whose case is forgotten are refused alike.',
    answers: [
      {
        status: 200,
        says: 'Nonce (12 bytes), ciphertext, tag (16 bytes) of AES-256-GCM',
        type: 'application/octet-stream',
        headers: ['Cache-Control', anybody],
      },
    ],
    refusals: ['not-found'],
  }),
  readReport: route({
    method: 'GET',
    path: '/transparency',
    server: 'log',
    callers,
    summary: 'The transparency report',
    description: 'Counts of requests and answers, which anybody can make anew from the log.',
    answers: [
      {
        status: 200,
        says: 'The report as it was last made',
        type: 'application/json',
        schema: reportSchema,
        headers: ['Cache-Control', anybody],
      },
    ],
    refusals: ['not-found'],
  }),
};
