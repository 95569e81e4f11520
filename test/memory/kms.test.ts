import assert from 'node:assert/strict';
import { verify } from 'node:crypto';
import { test } from 'node:test';
import { KmsRefusal } from '#core/ports.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import type { EpochKey } from '#core/vault/epoch-key.ts';
import { memoryKms } from './kms.ts';

const ofAnna: EpochKey = { subject: 'anna', kind: 'access', epoch: '2026-11' };
const ofBert: EpochKey = { ...ofAnna, subject: 'bert' };
const secret = Uint8Array.of(1, 2, 3);
const refused = (code: string) => (error: unknown) => error instanceof KmsRefusal && error.code === code;

test('a grant unwraps the epoch key that it names, and no other', async () => {
  const { vault, grants } = memoryKms();
  const key = await vault.create('a');
  const wrapped = await vault.wrap(key, ofAnna, secret);
  const { token } = await grants.create(key, ofAnna, 'case');
  assert.deepEqual(Uint8Array.from(await vault.unwrap(key, ofAnna, wrapped, token)), secret);
  await assert.rejects(vault.unwrap(key, ofBert, wrapped, token), refused('denied'));
  const other = await grants.create(key, ofBert, 'case');
  await assert.rejects(vault.unwrap(key, ofBert, wrapped, other.token), refused('not-sealed'));
});

test('a revoked grant unwraps nothing', async () => {
  const { vault, grants } = memoryKms();
  const key = await vault.create('a');
  const wrapped = await vault.wrap(key, ofAnna, secret);
  const { token, grantId } = await grants.create(key, ofAnna, 'case');
  await grants.revoke(key, grantId);
  await grants.revoke(key, grantId);
  await assert.rejects(vault.unwrap(key, ofAnna, wrapped, token), refused('denied'));
  assert.deepEqual(await Array.fromAsync(grants.list(key)), []);
});

test('the same name for the same epoch key gives the same grant, until it is revoked', async () => {
  const { vault, grants } = memoryKms();
  const key = await vault.create('a');
  const first = await grants.create(key, ofAnna, 'case');
  const again = await grants.create(key, ofAnna, 'case');
  const other = await grants.create(key, ofBert, 'case');
  assert.equal(again.grantId, first.grantId);
  assert.notEqual(other.grantId, first.grantId);
  await grants.revoke(key, first.grantId);
  assert.notEqual((await grants.create(key, ofAnna, 'case')).grantId, first.grantId);
});

test('a key that is to be deleted neither wraps nor unwraps', async () => {
  const { vault, grants } = memoryKms();
  const key = await vault.create('a');
  const wrapped = await vault.wrap(key, ofAnna, secret);
  const { token } = await grants.create(key, ofAnna, 'case');
  await vault.scheduleDeletion(key);
  await vault.scheduleDeletion(key);
  await assert.rejects(vault.wrap(key, ofAnna, secret), refused('gone'));
  await assert.rejects(vault.unwrap(key, ofAnna, wrapped, token), refused('gone'));
});

test('what is wrapped again opens under the new key alone', async () => {
  const { vault, grants } = memoryKms();
  const [from, to] = [await vault.create('a'), await vault.create('b')];
  const wrapped = await vault.wrap(from, ofAnna, secret);
  const again = await vault.rewrap(ofAnna, wrapped, from, to);
  const { token } = await grants.create(to, ofAnna, 'case');
  assert.deepEqual(Uint8Array.from(await vault.unwrap(to, ofAnna, again, token)), secret);
  await assert.rejects(vault.unwrap(to, ofAnna, wrapped, token), refused('not-sealed'));
  await assert.rejects(vault.rewrap(ofBert, wrapped, from, to), refused('not-sealed'));
});

test('what is sealed for the desk opens for its own case and part', async () => {
  const { desk } = memoryKms();
  const sealed = await desk.seal(secret, { case: 'c', part: 'request' });
  assert.deepEqual(Uint8Array.from(await desk.open(sealed, { case: 'c', part: 'request' })), secret);
  await assert.rejects(desk.open(sealed, { case: 'c', part: 'decision' }), refused('not-sealed'));
  await assert.rejects(
    desk.open(sealed.subarray(0, 9), { case: 'c', part: 'request' }),
    refused('not-sealed'),
  );
});

test('the provider and the log sign under keys that are published', async () => {
  const { provider, log } = memoryKms();
  const { keyObject, thumbprint } = importPublicKey(provider.jwk);
  assert.equal(await provider.keyId(), thumbprint);
  const key = { key: keyObject, dsaEncoding: 'ieee-p1363' } as const;
  assert.ok(verify('sha256', secret, key, await provider.sign(secret)));
  const { publicKey } = await log.key();
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey).toString('base64url') };
  assert.ok(verify(null, secret, { key: jwk, format: 'jwk' }, await log.sign(secret)));
});
