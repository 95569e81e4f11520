import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Witness, WitnessAnswer } from '#client/log/witness/witness.ts';
import { ADD_CHECKPOINT } from '#core/log/add-checkpoint.ts';
import { bytesWithin, portOf } from '../bridge/loopback.ts';

/**
 * A witness over HTTP/1.1. Anybody may call it, so everything has a bound: headers, bodies, times and connections.
 */
export interface ServingOptions {
  witness: Witness;
  /** The answer to `GET /`. */
  about: string;
  host: string;
  /** 0: a free one. */
  port: number;
}

export interface Serving {
  host: string;
  port: number;
  /** Takes no further call, and settles once each that has arrived is answered. */
  close(): Promise<void>;
}

/**
 * The longest body: room for sixteen signatures of nearly 5 kB each, as signed-note asks, in base64, and a proof.
 */
export const mostBodyBytes = 128 * 1024;

export const mostHeaderBytes = 8 * 1024;
export const mostConnections = 256;
export const headersMs = 10_000;
export const requestMs = 20_000;
const keepAliveMs = 60_000;

/** @throws the system's error where nobody may listen there */
export async function serveWitness({ witness, about, host, port }: ServingOptions): Promise<Serving> {
  const answering = new Set<Promise<void>>();
  let isClosing = false;
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const call = await callOf(request);
    const sent = replyTo(call, witness, about)
      .catch(() => plain(500, 'failed'))
      .then((reply) => send(response, { ...reply, ...(isClosing && { ends: true }) }));
    answering.add(sent);
    await sent.finally(() => answering.delete(sent));
  };
  const server = createServer(
    {
      maxHeaderSize: mostHeaderBytes,
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      keepAliveTimeout: keepAliveMs,
      // So often is it looked whether a time is over.
      connectionsCheckingInterval: 1000,
    },
    (request, response) => {
      // A request that broke off has nobody to answer.
      answer(request, response).catch(() => response.destroy());
    },
  );
  server.maxConnections = mostConnections;
  await new Promise<void>((listens, fails) => {
    server.once('error', fails);
    server.listen(port, host, listens);
  });
  return {
    host,
    port: portOf(server),
    close: async () => {
      isClosing = true;
      const closed = new Promise<void>((done) => server.close(() => done()));
      await Promise.all(answering);
      // What has not arrived by now will not be answered: nothing ends it but this, once the server is closing.
      server.closeAllConnections();
      await closed;
    },
  };
}

const TEXT = 'text/plain; charset=utf-8';

interface Reply extends WitnessAnswer {
  allow?: 'GET' | 'POST';
  /** Whether the connection ends with it: the rest of the request is not read. */
  ends?: boolean;
}

/** What is asked, once it has arrived; or what is answered without looking further. */
type Call = { add: string } | { latest: string } | 'about' | Reply;

const LATEST = /^\/([0-9a-f]{64})\/checkpoint$/;

async function callOf(request: IncomingMessage): Promise<Call> {
  const { method, url = '' } = request;
  const [, latest] = LATEST.exec(url) ?? [];
  const allow =
    url === `/${ADD_CHECKPOINT}` ? 'POST' : url === '/' || latest !== undefined ? 'GET' : undefined;
  if (allow === undefined && (method === 'GET' || method === 'POST'))
    return { ...plain(404, 'not-found'), ends: method === 'POST' };
  if (allow === undefined || method !== allow)
    return { ...plain(405, 'method-not-allowed'), ...(allow && { allow }), ends: method !== 'GET' };
  if (allow === 'GET') return latest === undefined ? 'about' : { latest };
  const bytes = await bytesWithin(request, mostBodyBytes);
  if (bytes === undefined) return { ...plain(413, 'body-too-large'), ends: true };
  const add = textOf(bytes);
  return add === undefined ? plain(400, 'request-malformed') : { add };
}

/** @returns undefined for what is not UTF-8 */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

async function replyTo(call: Call, witness: Witness, about: string): Promise<Reply> {
  if (call === 'about') return { status: 200, type: TEXT, body: about };
  if ('add' in call) return witness.addCheckpoint(call.add);
  return 'latest' in call ? witness.latest(call.latest) : call;
}

const plain = (status: number, code: string): WitnessAnswer => ({ status, type: TEXT, body: `${code}\n` });

function send(response: ServerResponse, { status, type, body, allow, ends }: Reply): Promise<void> {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(allow === undefined ? {} : { allow }),
    ...(ends === true ? { connection: 'close' } : {}),
  });
  return new Promise((done) => {
    response.once('close', done);
    response.end(body);
  });
}
