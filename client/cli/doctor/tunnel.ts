import { type ClientRequest, request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import type { Socket } from 'node:net';
import type { UnreachableReason } from '#client/errors.ts';
import { unreachableReason } from '#client/network.ts';
import { trusted } from '../outgoing.ts';

/** A way to a host that a proxy opened; or why there is none: what it answered, or what is wrong with the way to it. */
export type Tunnel = { socket: Socket } | { status: number } | { reason: UnreachableReason };

/** Asks a proxy for a tunnel (RFC 9110 section 9.3.6). Its user's name and password, if it has any, go in the request alone. */
export async function openTunnel(
  proxy: URL,
  { host, port }: { host: string; port: number },
  timeoutMs: number,
): Promise<Tunnel> {
  const ca = await trusted();
  const to = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const credentials = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  const options = {
    method: 'CONNECT',
    host: proxy.hostname.replace(/^\[|\]$/g, ''),
    port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
    path: to,
    headers: {
      host: to,
      ...(credentials === ':'
        ? {}
        : { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` }),
    },
    timeout: timeoutMs,
    agent: false,
  } as const;
  return new Promise((done) => {
    const asking: ClientRequest =
      proxy.protocol === 'https:'
        ? tlsRequest({ ...options, ...(ca === undefined ? {} : { ca }) })
        : plainRequest(options);
    asking.once('connect', ({ statusCode = 0 }, socket) => {
      if (statusCode >= 200 && statusCode < 300) return done({ socket });
      socket.destroy();
      done({ status: statusCode });
    });
    // A server that is no proxy answers as it does to any other call.
    asking.once('response', ({ statusCode = 0 }) => {
      asking.destroy();
      done({ status: statusCode });
    });
    asking.once('timeout', () => {
      asking.destroy();
      done({ reason: 'timeout' });
    });
    asking.once('error', (error) => done({ reason: unreachableReason(error) }));
    asking.end();
  });
}
