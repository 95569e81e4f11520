/** Passes HTTP requests on as they came: method, path, headers in their order and spelling, bytes of the body. */
import {
  Agent,
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { request as httpsRequest, Agent as TlsAgent } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Readable } from 'node:stream';

/** Clients come over HTTP/1.1 or HTTP/2 (the Kinesis client does); the emulator is always asked over HTTP/1.1. */
export type Asked = IncomingMessage | Http2ServerRequest;
export type Answer = ServerResponse | Http2ServerResponse;

export interface Listener {
  readonly port: number;
  /** The certificate may come after the port. */
  secure(tls: { cert: Buffer; key: Buffer }): void;
  close(): Promise<void>;
}

/** Listens for TLS connections on this machine. Port 0 means a free one. */
export async function listen(
  options: { host: string; port: number },
  serve: (request: Asked, answer: Answer) => void,
): Promise<Listener> {
  const server = createSecureServer({ allowHTTP1: true }, serve);
  const connections = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  server.on('sessionError', () => {}); // a client's broken connection is not ours to die of
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(options.port, options.host, () => {
      server.off('error', fail);
      done();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    secure: (tls) => server.setSecureContext(tls),
    close: async () => {
      const closed = new Promise((done) => server.close(done));
      for (const socket of connections) socket.destroy();
      await closed;
    },
  };
}

/**
 * Listens on both addresses that `localhost` may mean, on one port. Where there is no IPv6, clients take the other.
 *
 * A port that somebody else has on one of the addresses is not taken: half of the clients would go to the stranger.
 *
 * @param ports to try, one after the other; 0 means a free one
 */
export async function listenLocally(
  serve: (request: Asked, answer: Answer) => void,
  ports: readonly number[] = [0, 0, 0, 0, 0],
): Promise<Listener> {
  let taken: unknown;
  for (const wanted of ports) {
    const made: Listener[] = [];
    try {
      made.push(await listen({ host: '127.0.0.1', port: wanted }, serve));
      made.push(await listen({ host: '::1', port: made[0]?.port ?? wanted }, serve));
    } catch (error) {
      const [first] = made;
      if (!isTaken(error)) {
        if (first === undefined) throw error;
        return first;
      }
      await first?.close();
      taken = error;
      continue;
    }
    return {
      port: made[0]?.port ?? wanted,
      secure: (tls) => {
        for (const one of made) one.secure(tls);
      },
      close: async () => void (await Promise.all(made.map((one) => one.close()))),
    };
  }
  throw taken;
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

/** Where requests are passed on to. */
export interface Upstream {
  send(options: { method: string; path: string; headers: readonly string[] }): ClientRequest;
  close(): void;
}

export interface UpstreamOptions {
  readonly ca?: Buffer | undefined;
  /** How long a connection is kept that nobody uses. */
  readonly idleMs?: number | undefined;
  /**
   * It closes connections that it does not use, as somebody else's server may at any moment. What cannot be asked twice
   * then goes over a connection of its own.
   */
  readonly closesIdle?: boolean | undefined;
}

/** Shorter than any server's patience that we know: Node's own and hypercorn's are 5 s. */
const IDLE_MS = 3000;

export function upstream(endpoint: string, options: UpstreamOptions = {}): Upstream {
  const { ca, idleMs = IDLE_MS, closesIdle = false } = options;
  const url = new URL(endpoint);
  const secure = url.protocol === 'https:';
  const agentOf = (keepAlive: boolean) => {
    // An agent's timeout ends its idle connections alone: a request that takes long does not hear of it.
    const kept = { keepAlive, ...(keepAlive ? { timeout: idleMs } : {}) };
    return secure ? new TlsAgent({ ...kept, ...(ca && { ca }) }) : new Agent(kept);
  };
  const [kept, fresh] = [agentOf(true), agentOf(false)];
  // A URL writes an IPv6 address in brackets, a socket does not.
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = url.port || (secure ? 443 : 80);
  return {
    send: ({ method, path, headers }) => {
      const agent = closesIdle && !IDEMPOTENT.has(method) ? fresh : kept;
      const asked = { host, port, agent, method, path, headers, setHost: false };
      return secure ? httpsRequest(asked) : httpRequest(asked);
    },
    close: () => {
      kept.destroy();
      fresh.destroy();
    },
  };
}

/** RFC 9110, section 9.2.2: asked twice, these do no more than once. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/** RFC 9110, section 7.6.1: headers about this connection only. */
const HOP_BY_HOP = /^(connection|keep-alive|proxy-connection|te|trailer|transfer-encoding|upgrade)$/i;

/** Raw header lines without those about the connection. Chunked transfer is kept: it says that there is a body. */
export function forwardable(raw: readonly string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const [name, value] = [raw[i] as string, raw[i + 1] as string];
    if (name.startsWith(':')) {
      // RFC 9113, section 8.3.1: HTTP/2 says the Host as `:authority`.
      if (name === ':authority') kept.push('host', value);
      continue;
    }
    const chunked = name.toLowerCase() === 'transfer-encoding' && value.toLowerCase().includes('chunked');
    if (!HOP_BY_HOP.test(name) || chunked) kept.push(name, value);
  }
  return kept;
}

/** Raw header lines without those of the names that other lines have. */
function without(raw: readonly string[], others: readonly string[]): string[] {
  const names = new Set(others.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase()));
  return raw.filter((_, i) => !names.has((raw[i - (i % 2)] ?? '').toLowerCase()));
}

/**
 * Streams a request on and its answer back. With `body`, sends those bytes in place of the request's stream; with `headers`,
 * those in place of the request's own of these names.
 *
 * A server may close a connection just when a request goes out on it. A proxy sends such a request again only if it is
 * idempotent (RFC 9110, section 9.2.2) and nothing was answered yet; here also only if its bytes are still at hand.
 */
export function relay(
  to: Upstream,
  from: Asked,
  answer: Answer,
  options: { path?: string; body?: Buffer; headers?: readonly string[] } = {},
): void {
  const method = from.method ?? 'GET';
  const hasStream = options.body === undefined && saysBody(from);
  const attempt = (mayRepeat: boolean) => {
    const onward = to.send({
      method,
      path: options.path ?? from.url ?? '/',
      headers: [...without(forwardable(from.rawHeaders), options.headers ?? []), ...(options.headers ?? [])],
    });
    let isAnswered = false;
    const end = () => void onward.destroy();
    onward.on('response', (back) => {
      isAnswered = true;
      passBack(back, answer);
    });
    onward.on('error', (error) => {
      answer.off('close', end);
      if (mayRepeat && onward.reusedSocket && !isAnswered && !answer.destroyed) attempt(false);
      else unreachable(answer, error);
    });
    answer.on('close', end);
    if (hasStream) from.pipe(onward);
    else onward.end(options.body);
  };
  attempt(IDEMPOTENT.has(method) && !hasStream);
}

/** RFC 9112, section 6.3: a request has a body only where one of these headers says so. HTTP/2 ends its stream. */
function saysBody(from: Asked): boolean {
  if ('stream' in from) return !from.stream.endAfterHeaders;
  const { 'content-length': length, 'transfer-encoding': coding } = from.headers;
  return coding !== undefined || (length !== undefined && length !== '0');
}

function passBack(back: IncomingMessage, answer: Answer): void {
  head(answer, back.statusCode ?? 502, back.rawHeaders);
  back.on('error', () => answer.destroy());
  back.pipe(answer);
}

/** Gives an answer its status and raw header lines. They leave with the first of its body. */
export function head(answer: Answer, status: number, headers: readonly string[]): void {
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i] as string;
    if (!HOP_BY_HOP.test(name)) answer.appendHeader(name, headers[i + 1] as string);
  }
  answer.statusCode = status;
}

function unreachable(answer: Answer, error: Error): void {
  if (answer.headersSent || answer.destroyed) return void answer.destroy();
  head(answer, 502, ['content-type', 'application/json']);
  answer.end(JSON.stringify({ message: `The local cloud's emulator cannot be reached: ${error.message}` }));
}

/** Reads a whole message; `undefined` if it is longer than `limit`. The rest is then read and dropped. */
export function wholeBody(message: Asked, limit = Number.POSITIVE_INFINITY): Promise<Buffer | undefined> {
  return new Promise((done, fail) => {
    const stream: Readable = message;
    const chunks: Buffer[] = [];
    let length = 0;
    stream.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limit) return void chunks.push(chunk);
      chunks.length = 0;
      done(undefined);
    });
    stream.on('end', () => done(Buffer.concat(chunks)));
    stream.on('error', fail);
  });
}
