import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { loopbackUrl, newSecret } from '#client/bridge/pairing.ts';
import { healthPage, healthPolicy } from '#client/health/page.ts';
import { listenAlone } from '../../bridge/listening.ts';
import { isSame, only, portOf } from '../../bridge/loopback.ts';
import type { Reading } from './reading.ts';

/**
 * A page for the browser of the same person, read-only: it has one address, behind a secret that the link hands over, and
 * answers nothing else. What else runs on the machine or in that browser can reach the port, so each request is checked:
 * it was sent to this address and not to a name that was made to lead here, and knows the secret. No page of another
 * origin may read an answer, and nothing that is sent changes anything.
 */
export interface ServingOptions {
  read: () => Promise<Reading>;
  /** The name of the stack, for the page's head. */
  stack: string;
  /** Says a line to the person. It has no value of a request in it. */
  tell: (line: string) => void;
  /** A free one where none is given. */
  port?: number | undefined;
  /** How often the page asks for itself again. */
  everyMs?: number | undefined;
}

export interface ServedPage {
  /** `http://127.0.0.1:<port>/<secret>/` */
  link: string;
  ended: Promise<void>;
  close(): void;
}

const everyMs = 30_000;

const always = {
  'cache-control': 'no-store',
  'content-security-policy': healthPolicy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** Starts the server on 127.0.0.1. @throws the system's error where the port is taken */
export async function servePage(options: ServingOptions): Promise<ServedPage> {
  const secret = newSecret();
  const every = options.everyMs ?? everyMs;
  const read = sharing(options.read, every / 3);
  let refused = 0;
  const server = createServer((request, response) => {
    const refusal = refusalOf(request, portOf(server), secret);
    if (refusal === undefined) return void show(request, response);
    if (++refused === 1) options.tell('Refused a call that did not come from the link. Nothing was told.');
    send(response, refusal, 'text/plain', 'There is nothing here.\n');
  });

  async function show(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const { at, findings } = await read();
      const text = healthPage({ stack: options.stack, at, findings, everyMs: every });
      send(response, 200, 'text/html; charset=utf-8', request.method === 'HEAD' ? '' : text);
    } catch {
      // The page says that what it shows is stale, and since when.
      send(response, 503, 'text/plain', 'It could not be read.\n');
    }
  }

  await listenAlone(server, options.port ?? 0);
  const ended = new Promise<void>((done) => server.once('close', () => done()));
  return {
    link: `${loopbackUrl(portOf(server))}/${secret}/`,
    ended,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The status of a refusal; undefined for who may see the page. */
function refusalOf(request: IncomingMessage, port: number, secret: string): number | undefined {
  if (only(request, 'host') !== new URL(loopbackUrl(port)).host) return 421;
  if (!isSame(request.url ?? '', `/${secret}/`)) return 404;
  return request.method === 'GET' || request.method === 'HEAD' ? undefined : 405;
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { ...always, 'content-type': type }).end(text);
}

/** Reads once for several pages that ask at the same time, or shortly after one another. */
function sharing(read: () => Promise<Reading>, freshMs: number): () => Promise<Reading> {
  let last: { reading: Promise<Reading>; until: number } | undefined;
  return () => {
    if (last !== undefined && Date.now() < last.until) return last.reading;
    const now = { reading: read(), until: Number.POSITIVE_INFINITY };
    last = now;
    const settled = (fresh: number) => () => {
      now.until = Date.now() + fresh;
    };
    now.reading.then(settled(freshMs), settled(0));
    return now.reading;
  };
}
