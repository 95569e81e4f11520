import './env.ts';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, beforeEach, test } from 'node:test';
import { z } from 'zod';

/** The adapters against an endpoint that refuses as AWS documents it, where no emulator does. */
const request = z.looseObject({ GrantTokens: z.array(z.string()).optional() });
const asked: { operation: string; tokens: string[] | undefined }[] = [];
/** What the next calls are refused with, in their order. */
const refusals: string[] = [];

const server = createServer((incoming, answer) => {
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  incoming.on('end', () => {
    const operation = String(incoming.headers['x-amz-target']).split('.').at(-1) ?? '';
    const { GrantTokens } = request.parse(JSON.parse(String(Buffer.concat(chunks))));
    asked.push({ operation, tokens: GrantTokens });
    const error = refusals.shift();
    answer.writeHead(error === undefined ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
    answer.end(JSON.stringify(error === undefined ? { Plaintext: 'AQID' } : { __type: error }));
  });
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
after(() => server.close());
const { port } = z.looseObject({ port: z.int() }).parse(server.address());
Object.assign(process.env, {
  AWS_ENDPOINT_URL_KMS: `http://127.0.0.1:${port}`,
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
});
const { kmsVault } = await import('#functions/aws/kms/vault-kms.ts');
const { kmsGrants } = await import('#functions/aws/kms/grants.ts');
const { kms } = await import('#functions/aws/clients.ts');
after(() => kms.destroy());

const key = 'a key';
const of = { subject: 'anna', kind: 'access', epoch: '2026-11' } as const;
const unwrap = () => kmsVault.unwrap(key, of, Uint8Array.of(1), 'a token');
const grants = kmsGrants('a role');

beforeEach(() => {
  asked.length = 0;
  refusals.length = 0;
});

test('where KMS no longer takes a grant’s token, the grant is tried without it, once', async () => {
  refusals.push('InvalidGrantTokenException');
  assert.deepEqual([...(await unwrap())], [1, 2, 3]);
  assert.deepEqual(
    asked.map(({ tokens }) => tokens),
    [['a token'], []],
  );
  refusals.push('InvalidGrantTokenException', 'AccessDeniedException');
  await assert.rejects(unwrap(), { name: 'KmsRefusal', code: 'denied' });
  refusals.push('InvalidGrantTokenException', 'InvalidGrantTokenException');
  await assert.rejects(unwrap(), { name: 'InvalidGrantTokenException' });
});

test('what KMS refuses with its token is not tried without it', async () => {
  for (const [error, code] of [
    ['AccessDeniedException', 'denied'],
    ['NotFoundException', 'unknown'],
    ['KMSInvalidStateException', 'gone'],
    ['InvalidCiphertextException', 'not-sealed'],
  ] as const) {
    asked.length = 0;
    refusals.push(error);
    await assert.rejects(unwrap(), { name: 'KmsRefusal', code });
    assert.equal(asked.length, 1);
  }
});

test('a grant that KMS does not find is unknown, by either of the names it has for that', async () => {
  assert.equal(await grants.revoke(key, 'a grant'), 'ended');
  for (const name of ['NotFoundException', 'InvalidGrantIdException']) {
    refusals.push(name);
    assert.equal(await grants.revoke(key, 'a grant'), 'unknown', name);
  }
  refusals.push('AccessDeniedException');
  await assert.rejects(grants.revoke(key, 'a grant'), { name: 'AccessDeniedException' });
});

test('the grants of a key that KMS does not find are refused, and not none', async () => {
  refusals.push('NotFoundException');
  await assert.rejects(Array.fromAsync(grants.list(key)), { name: 'KmsRefusal', code: 'unknown' });
});

test('what may pass is no refusal: it is tried again, or the caller is told of it by its name', async () => {
  refusals.push('ThrottlingException');
  assert.deepEqual([...(await unwrap())], [1, 2, 3]);
  assert.equal(asked.length, 2);
  refusals.push('DisabledException');
  await assert.rejects(unwrap(), { name: 'DisabledException' });
});
