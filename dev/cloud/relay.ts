/** Passes HTTP requests on as they came: method, path, headers in their order and spelling, bytes of the body. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, request as httpRequest } from 'node:http';
import { request as httpsRequest, Agent as TlsAgent } from 'node:https';

/** Where requests are passed on to. */
export interface Upstream {
  send(options: { method: string; path: string; headers: readonly string[] }): ReturnType<typeof httpRequest>;
  close(): void;
}

export function upstream(endpoint: string, ca?: Buffer): Upstream {
  const url = new URL(endpoint);
  const secure = url.protocol === 'https:';
  const agent = secure
    ? new TlsAgent({ keepAlive: true, ...(ca && { ca }) })
    : new Agent({ keepAlive: true });
  const base = { host: url.hostname, port: url.port || (secure ? 443 : 80), agent };
  return {
    send: ({ method, path, headers }) => {
      const options = { ...base, method, path, headers, setHost: false };
      return secure ? httpsRequest(options) : httpRequest(options);
    },
    close: () => agent.destroy(),
  };
}

/** RFC 9110, section 7.6.1: headers about this connection only. */
const HOP_BY_HOP = /^(connection|keep-alive|proxy-connection|te|trailer|transfer-encoding|upgrade)$/i;

/** Raw header lines without those about the connection. Chunked transfer is kept: it says that there is a body. */
export function forwardable(raw: readonly string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const [name, value] = [raw[i] as string, raw[i + 1] as string];
    const chunked = name.toLowerCase() === 'transfer-encoding' && value.toLowerCase().includes('chunked');
    if (!HOP_BY_HOP.test(name) || chunked) kept.push(name, value);
  }
  return kept;
}

/** Streams a request on and its answer back. With `body`, sends those bytes in place of the request's stream. */
export function relay(
  to: Upstream,
  from: IncomingMessage,
  answer: ServerResponse,
  options: { path?: string; body?: Buffer } = {},
): void {
  const onward = to.send({
    method: from.method ?? 'GET',
    path: options.path ?? from.url ?? '/',
    headers: forwardable(from.rawHeaders),
  });
  onward.on('response', (back) => passBack(back, answer));
  onward.on('error', (error) => unreachable(answer, error));
  answer.on('close', () => onward.destroy());
  if (options.body === undefined) from.pipe(onward);
  else onward.end(options.body);
}

export function passBack(back: IncomingMessage, answer: ServerResponse): void {
  const headers: string[] = [];
  for (let i = 0; i + 1 < back.rawHeaders.length; i += 2) {
    const name = back.rawHeaders[i] as string;
    if (!HOP_BY_HOP.test(name)) headers.push(name, back.rawHeaders[i + 1] as string);
  }
  answer.writeHead(back.statusCode ?? 502, headers);
  back.on('error', () => answer.destroy());
  back.pipe(answer);
}

function unreachable(answer: ServerResponse, error: Error): void {
  if (answer.headersSent || answer.destroyed) return void answer.destroy();
  answer.writeHead(502, { 'content-type': 'application/json' });
  answer.end(JSON.stringify({ message: `The local cloud's emulator cannot be reached: ${error.message}` }));
}

/** Reads a whole message; `undefined` if it is longer than `limit`. The rest is then read and dropped. */
export function wholeBody(
  message: IncomingMessage,
  limit = Number.POSITIVE_INFINITY,
): Promise<Buffer | undefined> {
  return new Promise((done, fail) => {
    const chunks: Buffer[] = [];
    let length = 0;
    message.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limit) return void chunks.push(chunk);
      chunks.length = 0;
      done(undefined);
    });
    message.on('end', () => done(Buffer.concat(chunks)));
    message.on('error', fail);
  });
}
