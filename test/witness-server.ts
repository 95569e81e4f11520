import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Witnesses } from '#core/ports.ts';

/** A server on the loopback address. @returns where it listens, and how it ends */
export async function onLoopback(listener: RequestListener): Promise<{ url: string; stop(): void }> {
  const server = createServer(listener);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Serves a witness as C2SP tlog-witness has it, by what answers in memory. */
export function serveWitness(witnesses: Witnesses, url: string) {
  return onLoopback(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    if (request.method !== 'POST' || request.url !== '/witness/add-checkpoint')
      return response.writeHead(404).end();
    const { status, body } = await witnesses.submit(url, Buffer.concat(parts).toString());
    return response.writeHead(status, { 'content-type': 'text/plain' }).end(body);
  });
}
