/** A provider of our own, for the examples to meet: it signs what it answers, and now and then it cheats. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { newEncryptionKey, publicJwk, signerFromPem } from '#client/keys.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import type { HeaderLines, Message } from '#core/signature/message.ts';
import { type Signer, signAnswer } from '#core/signature/sign.ts';
import { home, python } from '#dev/cloud/emulator.ts';

export const now = () => Math.floor(Date.now() / 1000);

/** P-256, as the provider's key in KMS. */
export const provider = newEncryptionKey().privatePem;
export const stranger = newEncryptionKey().privatePem;
export const asProvider = signerFromPem(provider);
export const asStranger = signerFromPem(stranger);

/** `/v1/provider`, as far as the examples read it. */
export const published = (pem: string, kid = importPublicKey(publicJwk(pem)).thumbprint) =>
  JSON.stringify({ name: 'P', keys: [{ ...publicJwk(pem), kid, alg: 'ES256', use: 'sig' }], limits: {} });

export interface Answer {
  status: number;
  headers: Record<string, string | string[]>;
  body: string;
}

export interface Reply {
  status?: number;
  type?: string;
  body?: string;
  /** Fields that no signature covers. */
  headers?: Record<string, string>;
  by?: Signer;
  created?: number;
  /** `expires` − `created`, also where no signer of ours would sign it. */
  lives?: number;
  requestSignature?: string;
  /** Changes the answer after it was signed. */
  change?: (answer: Answer) => void;
}

/** Serves on a port of its own until it is closed, with a certificate below a folder. */
export async function serve(folder: string, reply: (asked: Message) => Reply | Promise<Reply>) {
  execFileSync(python(), [join(home, 'dev/cloud/emulator.py'), folder, 'certificate']);
  const tls = (name: string) => readFileSync(join(folder, 'tls', name));
  const server = createServer({ cert: tls('server.pem'), key: tls('server.key') }, (asked, answer) => {
    const chunks: Buffer[] = [];
    asked.on('data', (chunk: Buffer) => chunks.push(chunk));
    asked.on('end', async () => {
      const [path = '', query] = (asked.url ?? '').split('?');
      const headers: [string, string][] = [];
      for (let i = 0; i < asked.rawHeaders.length; i += 2)
        headers.push([asked.rawHeaders[i] ?? '', asked.rawHeaders[i + 1] ?? '']);
      const made = await answerTo(
        await reply({
          method: asked.method ?? '',
          authority: asked.headers.host ?? '',
          path,
          query: query === undefined ? '' : `?${query}`,
          headers,
          body: Buffer.concat(chunks),
        }),
        headers,
      );
      answer.writeHead(made.status, made.headers).end(made.body);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    authority: `localhost:${(server.address() as AddressInfo).port}`,
    caFile: join(folder, 'tls/ca.pem'),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function answerTo(reply: Reply, asked: HeaderLines): Promise<Answer> {
  const { status = 200, type = 'application/json', body = '{"ok":true}' } = reply;
  const created = now() + (reply.created ?? 0);
  const signer = reply.by ?? asProvider;
  const requestSignature =
    reply.requestSignature ?? asked.find(([name]) => name.toLowerCase() === 'signature')?.[1] ?? '';
  // A signer of ours refuses a long life, so that one is written in before the base is signed.
  const lives = (base: string) => base.replace(/;expires=\d+/, `;expires=${created + (reply.lives ?? 300)}`);
  const fields = await signAnswer(
    { status, contentType: type, body: Buffer.from(body), requestSignature },
    { ...signer, sign: (base) => signer.sign(Buffer.from(lives(Buffer.from(base).toString()))) },
    { created, expires: created + 300 },
  );
  fields['signature-input'] = lives(fields['signature-input'] ?? '');
  const answer = { status, headers: { 'content-type': type, ...fields, ...reply.headers }, body };
  reply.change?.(answer);
  return answer;
}
