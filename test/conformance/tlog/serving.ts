import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { home, python } from '#dev/cloud/emulator.ts';
import { newPlace } from './logs.ts';

/** Serves a log's directory as Writ does, below `/v1/log`, under a certificate like the local cloud's. */
export async function serveLog(directory: string): Promise<{ url: string; caFile: string; stop(): void }> {
  const scratch = newPlace();
  execFileSync(python(), [join(home, 'dev/cloud/emulator.py'), scratch, 'certificate']);
  const certificate = (name: string) => join(scratch, 'tls', name);
  const [cert, key] = [readFileSync(certificate('server.pem')), readFileSync(certificate('server.key'))];
  const server = createServer({ cert, key }, (request, answer) => {
    readFile(join(directory, (request.url ?? '').slice('/v1/log'.length))).then(
      (bytes) => answer.end(bytes),
      () => answer.writeHead(404).end(),
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}/v1/log`,
    caFile: certificate('ca.pem'),
    stop: () => server.close(),
  };
}
