import { reportSchema } from '#core/log/report/figures.ts';
import { route } from './route.ts';

/** What anybody reads of the log, without a key. */
const callers = [] as const;
const anybody = 'Access-Control-Allow-Origin';

export const logRoutes = {
  readCheckpoint: route({
    method: 'GET',
    path: '/log/checkpoint',
    server: 'log',
    callers,
    summary: 'The log’s checkpoint',
    description:
      'A signed note (C2SP tlog-checkpoint): how many entries the log has, and the root of their tree. Below the log’s signature stand those of witnesses that have cosigned this very checkpoint (C2SP tlog-cosignature).',
    answers: [
      {
        status: 200,
        says: 'The newest checkpoint, as it was signed',
        type: 'text/plain; charset=utf-8',
        headers: ['Cache-Control', anybody],
      },
    ],
    refusals: ['not-found'],
  }),
  readCosigned: route({
    method: 'GET',
    path: '/log/cosigned',
    server: 'log',
    callers,
    summary: 'The log’s newest cosigned checkpoint',
    description:
      'The newest checkpoint that as many witnesses have cosigned as `/log/policy` asks for; until there is one, the one that most have. The newest checkpoint of all may be larger. Where nobody witnesses the log there is none.',
    answers: [
      {
        status: 200,
        says: 'The checkpoint with its cosignatures',
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
