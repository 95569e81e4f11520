/**
 * Each example against a provider of our own: what it sends is held against the door's code, and what it is answered is
 * now and then not what the provider signed.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { newEncryptionKey, newSigningKey, publicJwk, signerFromPem } from '#client/keys.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import type { HeaderLines, Message } from '#core/signature/message.ts';
import { SKEW_SECONDS } from '#core/signature/profile.ts';
import { type Signer, signAnswer } from '#core/signature/sign.ts';
import { readSignature, verifySignature } from '#core/signature/verify.ts';
import { home, python } from '#dev/cloud/emulator.ts';
import { type Given, type Outcome, programs, run } from './programs.ts';

const now = () => Math.floor(Date.now() / 1000);
const pemOf = (namedCurve: string) =>
  generateKeyPairSync('ec', { namedCurve }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

const provider = newEncryptionKey().privatePem; // P-256, as the provider's key in KMS
const stranger = pemOf('P-256');
const ed25519 = newSigningKey().privatePem;
const p256 = pemOf('P-256');
const asProvider = signerFromPem(provider);
const asStranger = signerFromPem(stranger);

interface Reply {
  status?: number;
  by?: Signer;
  created?: number;
  requestSignature?: string;
  /** Changes the answer after it was signed. */
  change?: (answer: { status: number; headers: Record<string, string | string[]>; body: string }) => void;
}

/** What may be wrong with an answer; the name is part of the path, and so of what the examples sign. */
const wrong: Record<string, Reply> = {
  unsigned: {
    change: ({ headers }) => {
      delete headers.signature;
      delete headers['signature-input'];
    },
  },
  'by-a-stranger': { by: asStranger },
  'by-a-stranger-in-the-providers-name': { by: { ...asStranger, keyId: asProvider.keyId } },
  'to-another-request': { requestSignature: `writ=:${Buffer.alloc(64, 1).toString('base64')}:` },
  'with-another-body': {
    change: (answer) => {
      answer.body = answer.body.replace('true', 'null');
    },
  },
  'with-another-body-and-its-digest': {
    change: (answer) => {
      const headers = answer.headers as Record<string, string>;
      answer.body = '{}';
      headers['content-digest'] = 'sha-256=:RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=:';
    },
  },
  'with-another-status': {
    change: (answer) => {
      answer.status = 201;
    },
  },
  'of-another-type': {
    change: ({ headers }) => {
      headers['content-type'] = 'application/jose';
    },
  },
  expired: { created: -301 },
  'of-the-future': { created: 3600 },
  'signed-twice': {
    change: ({ headers }) => {
      headers.signature = [String(headers.signature), String(headers.signature)];
    },
  },
  'covering-less': {
    change: ({ headers }) => {
      headers['signature-input'] = String(headers['signature-input']).replace(' "signature";req', '');
    },
  },
  redirected: {
    status: 307,
    change: ({ headers }) => {
      headers.location = '/v1/requests/honest';
    },
  },
};

describe('the examples', { concurrency: 2 }, () => {
  const scratch = mkdtempSync(join(tmpdir(), 'writ-examples-'));
  const file = (name: string, content: string) => {
    writeFileSync(join(scratch, name), content, { mode: 0o600 });
    return join(scratch, name);
  };
  const seen = new Map<string, Message>();
  let server: Server;
  let authority: string;
  let caFile: string;

  before(async () => {
    execFileSync(python(), [join(home, 'dev/cloud/emulator.py'), scratch, 'certificate']);
    caFile = join(scratch, 'tls/ca.pem');
    const tls = (name: string) => readFileSync(join(scratch, 'tls', name));
    server = createServer({ cert: tls('server.pem'), key: tls('server.key') }, (asked, answer) => {
      const chunks: Buffer[] = [];
      asked.on('data', (chunk: Buffer) => chunks.push(chunk));
      asked.on('end', async () => {
        const [path = '', query] = (asked.url ?? '').split('?');
        const headers: [string, string][] = [];
        for (let i = 0; i < asked.rawHeaders.length; i += 2)
          headers.push([asked.rawHeaders[i] ?? '', asked.rawHeaders[i + 1] ?? '']);
        seen.set(asked.url ?? '', {
          method: asked.method ?? '',
          authority: asked.headers.host ?? '',
          path,
          query: query === undefined ? '' : `?${query}`,
          headers,
          body: Buffer.concat(chunks),
        });
        const reply = await replyTo(wrong[path.split('/')[3] ?? ''] ?? {}, path, headers);
        answer.writeHead(reply.status, reply.headers).end(reply.body);
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    authority = `localhost:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
    rmSync(scratch, { recursive: true });
  });

  async function replyTo(reply: Reply, path: string, headers: HeaderLines) {
    const status = reply.status ?? (path.includes('refused') ? 403 : 200);
    const type = 'application/json';
    const body = '{"ok":true}';
    const asked = headers.find(([name]) => name.toLowerCase() === 'signature')?.[1] ?? '';
    const created = now() + (reply.created ?? 0);
    const fields = await signAnswer(
      {
        status,
        contentType: type,
        body: Buffer.from(body),
        requestSignature: reply.requestSignature ?? asked,
      },
      reply.by ?? asProvider,
      { created, expires: created + 300 },
    );
    const answer = { status, headers: { 'content-type': type, ...fields }, body };
    reply.change?.(answer);
    return answer;
  }

  const published = (pem: string, kid = importPublicKey(publicJwk(pem)).thumbprint) =>
    JSON.stringify({ name: 'P', keys: [{ ...publicJwk(pem), kid, alg: 'ES256', use: 'sig' }], limits: {} });

  for (const program of programs) {
    test(`${program.name}: signs what the door takes, and believes only what the provider signed`, {
      skip: program.skip,
    }, async () => {
      const folder = join(scratch, program.name);
      mkdirSync(folder);
      const command = program.build(folder);
      const body = file(`${program.name}.json`, '{"reference":"Grüße 1/26",\n "n": 1}\n');
      const given = (pem: string): Given => ({
        keyFile: file(`${program.name}-key.pem`, pem),
        keyId: signerFromPem(pem).keyId,
        providerFile: file('provider.json', published(provider)),
        caFile,
      });
      const url = (rest: string) => `https://${authority}/v1/requests/${rest}`;
      const verified = ({ code, stdout, stderr }: Outcome) => {
        assert.deepEqual(
          { code, stdout, stderr: stderr.trim() },
          { code: 0, stdout: '{"ok":true}', stderr: '200, verified' },
        );
      };
      const taken = (path: string, pem: string) => {
        const message = seen.get(path);
        assert.ok(message, `${path} arrived`);
        const reading = readSignature(message, { now: now(), skewSeconds: SKEW_SECONDS });
        assert.ok(reading.ok, JSON.stringify(reading));
        assert.ok(verifySignature(reading.claims, importPublicKey(publicJwk(pem))));
        assert.equal(reading.claims.keyId, signerFromPem(pem).keyId);
        return { message, claims: reading.claims };
      };

      for (const pem of program.signsP256 ? [ed25519, p256] : [ed25519]) {
        const at = `/v1/requests/${program.name}-${signerFromPem(pem).alg}`;
        verified(await run(command, given(pem), ['POST', `https://${authority}${at}`, body]));
        const posted = taken(at, pem);
        assert.equal(posted.message.method, 'POST');
        assert.deepEqual(Buffer.from(posted.message.body), readFileSync(body));
        verified(await run(command, given(pem), ['GET', `https://${authority}${at}?status=Disclosed`]));
        const got = taken(`${at}?status=Disclosed`, pem);
        assert.equal(got.message.body.length, 0);
        assert.notEqual(got.claims.nonce, posted.claims.nonce);
      }

      const refused = await run(command, given(ed25519), ['GET', url(`refused-${program.name}`)]);
      assert.deepEqual(
        [refused.code, refused.stdout, refused.stderr.trim()],
        [1, '{"ok":true}', '403, verified'],
      );

      for (const name of Object.keys(wrong)) {
        const { code, stdout, stderr } = await run(command, given(ed25519), [
          'GET',
          url(`${name}/${program.name}`),
        ]);
        assert.equal(code, 1, `${name}: ${stderr}`);
        // A redirect was signed, so it may be shown; it was not followed.
        if (name === 'redirected') assert.match(stderr, /^307, verified/);
        else assert.match(stderr, /^20[01], not verified: /, name);
        if (name !== 'redirected') assert.equal(stdout, '', name);
      }

      // A document that calls a stranger's key by the id that was compared by telephone.
      const lying = file(`lying-${program.name}.json`, published(stranger, asProvider.keyId));
      const fooled = await run(command, { ...given(ed25519), providerFile: lying }, [
        ...['GET', url(`by-a-stranger-in-the-providers-name/lying-${program.name}`)],
      ]);
      assert.equal(fooled.code, 1);
      assert.equal(fooled.stdout, '');

      const tested = [...seen.keys()].filter((path) => path.includes(program.name)).length;
      assert.equal(tested, (program.signsP256 ? 4 : 2) + 1 + Object.keys(wrong).length + 1);
    });
  }
});
