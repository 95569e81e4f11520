import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { loopbackUrl, newSecret, type Pairing } from '#client/bridge/pairing.ts';
import { parseJson } from '#core/json.ts';
import { listenAlone } from './listening.ts';

/**
 * A server for one page in the browser of the same person. Whatever else runs in that browser can reach it too, so every
 * request is checked for three things: it was sent to this address and not to a name that was made to lead here, by a page
 * of the one origin, with the secret that the person handed over by opening the link. Nobody but that origin is told
 * anything. What is refused is counted and told at the terminal; after some of it the server ends.
 */
export interface LoopbackOptions {
  /** The one origin whose pages may call: `https://host[:port]`. */
  origin: string;
  /** What it answers beside `POST /pair`: `GET /key`. */
  routes: Readonly<Record<string, LoopbackRoute>>;
  /** Says a line to the person. It has no value of a request in it. */
  tell: (line: string) => void;
  /** A free one where none is given. */
  port?: number | undefined;
  /** The longest body, in bytes: 64 KiB where nothing else is said. */
  mostBodyBytes?: number | undefined;
}

/**
 * @param body the parsed JSON of a POST, undefined for a GET
 * @param gone is aborted when the page no longer waits, and when the server ends
 */
export type LoopbackRoute = (body: unknown, gone: AbortSignal) => Promise<LoopbackAnswer>;

export interface LoopbackAnswer {
  status: number;
  json: unknown;
}

export interface Loopback {
  /** What the link hands over: pairingFragment() writes it. */
  pairing: Pairing;
  /** Settles when it has ended: closed by its owner, or because too much was refused. */
  ended: Promise<Ended>;
  close(): void;
}

export type Ended = 'closed' | 'refused';

/** How much is refused before the server ends. A person who opens an old link twice is far below it. */
export const mostRefusals = 10;

/** Why a request was refused. Only the origin's own page reads the code. */
export type LoopbackRefusal =
  | 'host'
  | 'origin'
  | 'route'
  | 'secret'
  | 'pairing-used'
  | 'body-too-large'
  | 'body-malformed';

const refusals: Record<LoopbackRefusal, { status: number; says: string }> = {
  host: { status: 421, says: 'a call that was sent to another address' },
  origin: { status: 403, says: 'a call from a page of another origin' },
  route: { status: 404, says: 'a call of something that is not here' },
  secret: { status: 401, says: 'a call without the secret of this session' },
  'pairing-used': { status: 401, says: 'a second use of the link' },
  'body-too-large': { status: 413, says: 'a call that is too long' },
  'body-malformed': { status: 400, says: 'a call that is no JSON' },
};

class Refused extends Error {
  override name = 'Refused';
  readonly why: LoopbackRefusal;

  constructor(why: LoopbackRefusal) {
    super(why);
    this.why = why;
  }
}

/** Starts the server on 127.0.0.1. @throws the system's error where the port is taken */
export async function startLoopback(options: LoopbackOptions): Promise<Loopback> {
  const ending = new AbortController();
  const ended = new Promise<Ended>((resolve) => {
    ending.signal.addEventListener('abort', () =>
      resolve(ending.signal.reason === 'refused' ? 'refused' : 'closed'),
    );
  });
  const end = (why: Ended) => {
    ending.abort(why);
    server.close();
    server.closeAllConnections();
  };
  const secrets: Secrets = { pairing: newSecret(), session: undefined, isPaired: false };
  let refused = 0;
  const server = createServer((request, response) => {
    answer(request, response, { ...options, secrets, port: portOf(server), ended: ending.signal }).catch(
      (error: unknown) => {
        if (!(error instanceof Refused)) {
          response.destroy();
          options.tell('A call of the page failed. Nothing was signed.');
          return;
        }
        refused++;
        options.tell(
          `Refused ${refusals[error.why].says} (${refused} of ${mostRefusals}, then this ends). Nothing was signed.`,
        );
        if (refused >= mostRefusals) end('refused');
      },
    );
  });
  await listenAlone(server, options.port ?? 0);
  return { pairing: { port: portOf(server), secret: secrets.pairing }, ended, close: () => end('closed') };
}

interface Secrets {
  readonly pairing: string;
  session: string | undefined;
  isPaired: boolean;
}

interface Serving extends LoopbackOptions {
  secrets: Secrets;
  port: number;
  ended: AbortSignal;
}

/** @throws Refused, once the refusal is sent */
async function answer(request: IncomingMessage, response: ServerResponse, serving: Serving): Promise<void> {
  const fields: Record<string, string> = { ...always };
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  try {
    if (only(request, 'host') !== new URL(loopbackUrl(serving.port)).host) throw new Refused('host');
    if (only(request, 'origin') !== serving.origin) throw new Refused('origin');
    Object.assign(fields, { 'access-control-allow-origin': serving.origin });
    const { method = '', url = '' } = request;
    if (method === 'OPTIONS') return preflight(request, response, serving, fields);
    const route = routeOf(serving, `${method} ${url}`);
    if (route === undefined) throw new Refused('route');
    checkSecret(request, serving.secrets, route === 'pair');
    // Pairing takes no body: nothing that a stranger sends is read.
    const { status, json } =
      route === 'pair' ? paired(serving) : await reached(route, request, serving, gone.signal);
    send(response, status, fields, json);
  } catch (error) {
    if (error instanceof Refused)
      send(response, refusals[error.why].status, { ...fields, connection: 'close' }, { error: error.why });
    throw error;
  }
}

const always = {
  'cache-control': 'no-store',
  'content-type': 'application/json',
  'cross-origin-resource-policy': 'same-origin',
  vary: 'origin',
  'x-content-type-options': 'nosniff',
};

function send(response: ServerResponse, status: number, fields: Record<string, string>, json: unknown): void {
  response.writeHead(status, fields).end(JSON.stringify(json));
}

/** A field that was sent exactly once. */
export function only(request: IncomingMessage, name: string): string | undefined {
  const lines = request.headersDistinct[name] ?? [];
  return lines.length === 1 ? lines[0] : undefined;
}

const routeOf = ({ routes }: Serving, name: string): LoopbackRoute | 'pair' | undefined => {
  if (name === 'POST /pair') return 'pair';
  return Object.hasOwn(routes, name) ? routes[name] : undefined;
};

/**
 * What a browser asks before it lets a page of another origin call: which method and which fields it may send (Fetch
 * section 3.2), and whether a page of the network may call this machine (Private Network Access section 3.1).
 */
function preflight(
  request: IncomingMessage,
  response: ServerResponse,
  serving: Serving,
  fields: Record<string, string>,
): void {
  const method = only(request, 'access-control-request-method') ?? '';
  if (routeOf(serving, `${method} ${request.url}`) === undefined) throw new Refused('route');
  const isPrivate = only(request, 'access-control-request-private-network') === 'true';
  response
    .writeHead(204, {
      ...fields,
      'access-control-allow-methods': method,
      'access-control-allow-headers': 'authorization, content-type',
      'access-control-max-age': '0',
      ...(isPrivate && { 'access-control-allow-private-network': 'true' }),
    })
    .end();
}

/** @throws Refused */
function checkSecret(
  request: IncomingMessage,
  { pairing, session, isPaired }: Secrets,
  pairs: boolean,
): void {
  const [, given = ''] = /^Bearer ([\w-]+)$/.exec(only(request, 'authorization') ?? '') ?? [];
  const expected = pairs ? pairing : session;
  if (expected === undefined || !isSame(given, expected)) throw new Refused('secret');
  if (pairs && isPaired) throw new Refused('pairing-used');
}

/** Compares digests, so that the time that it takes says nothing of the secret, nor of its length. */
export function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

function paired({ secrets, tell }: Serving): LoopbackAnswer {
  secrets.isPaired = true;
  secrets.session = newSecret();
  tell('A page of this origin has opened the link. The link is used up.');
  return { status: 200, json: { session: secrets.session } };
}

/** @throws Refused */
async function reached(
  route: LoopbackRoute,
  request: IncomingMessage,
  { mostBodyBytes = 64 * 1024, ended }: Serving,
  gone: AbortSignal,
): Promise<LoopbackAnswer> {
  const body = request.method === 'POST' ? await bodyOf(request, mostBodyBytes) : undefined;
  return route(body, AbortSignal.any([gone, ended]));
}

/** @throws Refused */
async function bodyOf(request: IncomingMessage, mostBytes: number): Promise<unknown> {
  // A form of another page can send any other type without being asked first.
  if (only(request, 'content-type') !== 'application/json') throw new Refused('body-malformed');
  const bytes = await bytesWithin(request, mostBytes);
  if (bytes === undefined) throw new Refused('body-too-large');
  try {
    return parseJson(bytes);
  } catch {
    throw new Refused('body-malformed');
  }
}

/** @returns undefined for a body that is longer: the rest of it is not kept */
export function bytesWithin(request: IncomingMessage, mostBytes: number): Promise<Uint8Array | undefined> {
  return new Promise((done, fails) => {
    const parts: Buffer[] = [];
    let size = 0;
    request.on('data', (part: Buffer) => {
      size += part.length;
      if (size <= mostBytes) parts.push(part);
      else done(undefined);
    });
    request.on('end', () => done(Buffer.concat(parts)));
    request.on('error', fails);
  });
}

export function portOf(server: ReturnType<typeof createServer>): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
