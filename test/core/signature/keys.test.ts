import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { toBase64url } from '#core/bytes.ts';
import { SignatureError } from '#core/signature/errors.ts';
import { importPublicKey } from '#core/signature/keys.ts';

const isRefused = (error: unknown) => error instanceof SignatureError && error.code === 'key-refused';

// RFC 8037 appendix A.2 and A.3; RFC 7515 appendix A.3.
const okp = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
const ec = {
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
};

test('the thumbprint of RFC 8037 is ours', () => {
  const key = importPublicKey(okp);
  assert.equal(key.alg, 'ed25519');
  assert.equal(key.thumbprint, 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
});

test('a P-256 thumbprint is over crv, kty, x and y in that order', async () => {
  const text = `{"crv":"P-256","kty":"EC","x":"${ec.x}","y":"${ec.y}"}`;
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  const key = importPublicKey(ec);
  assert.equal(key.alg, 'ecdsa-p256-sha256');
  assert.equal(key.thumbprint, toBase64url(new Uint8Array(digest)));
});

test('the same key as PEM and as JWK is the same key, whatever else the JWK says', () => {
  for (const pair of [generateKeyPairSync('ed25519'), generateKeyPairSync('ec', { namedCurve: 'P-256' })]) {
    const pem = pair.publicKey.export({ format: 'pem', type: 'spki' }).toString();
    const jwk = pair.publicKey.export({ format: 'jwk' });
    const fromPem = importPublicKey(pem);
    const fromJwk = importPublicKey({ ...jwk, kid: 'mine', use: 'sig' });
    assert.deepEqual(fromPem.jwk, jwk);
    assert.deepEqual(fromJwk.jwk, jwk);
    assert.equal(fromPem.thumbprint, fromJwk.thumbprint);
    assert.ok(fromPem.keyObject.equals(fromJwk.keyObject));
    assert.equal(importPublicKey(pem.replaceAll('\n', '\r\n')).thumbprint, fromPem.thumbprint);
  }
});

test('private keys are refused, in any form', () => {
  for (const { privateKey } of [
    generateKeyPairSync('ed25519'),
    generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ]) {
    assert.throws(
      () => importPublicKey(privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()),
      isRefused,
    );
    assert.throws(() => importPublicKey(privateKey.export({ format: 'jwk' })), isRefused);
  }
});

test('keys of other kinds are refused', () => {
  for (const { publicKey } of [
    generateKeyPairSync('rsa', { modulusLength: 2048 }),
    generateKeyPairSync('ec', { namedCurve: 'P-384' }),
    generateKeyPairSync('ec', { namedCurve: 'secp256k1' }),
    generateKeyPairSync('x25519'),
    generateKeyPairSync('ed448'),
  ]) {
    assert.throws(
      () => importPublicKey(publicKey.export({ format: 'pem', type: 'spki' }).toString()),
      isRefused,
    );
    assert.throws(() => importPublicKey(publicKey.export({ format: 'jwk' })), isRefused);
  }
});

test('what is no key, or not written in the one way, is refused', () => {
  const pem = generateKeyPairSync('ed25519').publicKey.export({ format: 'pem', type: 'spki' }).toString();
  const wrong: unknown[] = [
    undefined,
    null,
    1,
    '',
    'ssh-ed25519 AAAA',
    {},
    [],
    pem + pem,
    `comment\n${pem}`,
    pem.replace(/\n.*\n-/, '\nAAAA\n-'),
    { ...okp, kty: 'EC' },
    { ...okp, crv: 'X25519' },
    { ...okp, x: 1 },
    { ...okp, x: `${okp.x}=` },
    { ...okp, x: okp.x.slice(1) },
    { ...okp, x: okp.x.replace(/o$/, 'p') },
    { ...ec, kty: 'OKP' },
    { ...ec, y: undefined },
    { ...ec, y: ec.x },
    { ...ec, y: toBase64url(new Uint8Array(32)) },
    { ...ec, x: `${ec.x}=` },
    { ...ec, y: ec.y.replace(/0$/, '1') },
    { ...ec, y: ec.y.replace('_', '/') },
    { ...ec, d: undefined },
  ];
  for (const key of wrong) assert.throws(() => importPublicKey(key), isRefused, JSON.stringify(key));
});

test('an Ed25519 key of small order is refused, as PEM too', () => {
  const zero = new Uint8Array(32);
  const one = Uint8Array.of(1, ...new Uint8Array(31));
  for (const point of [zero, one]) {
    assert.throws(() => importPublicKey({ ...okp, x: toBase64url(point) }), isRefused);
    const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), point]);
    const pem = `-----BEGIN PUBLIC KEY-----\n${der.toString('base64')}\n-----END PUBLIC KEY-----\n`;
    assert.throws(() => importPublicKey(pem), isRefused);
  }
});

test('an Ed25519 key that is no point of the curve is refused, and about every second y is one', () => {
  let points = 0;
  for (let y = 2; y < 102; y++) {
    const x = toBase64url(Uint8Array.of(y, ...new Uint8Array(31)));
    try {
      importPublicKey({ ...okp, x });
      points++;
    } catch (error) {
      assert.ok(isRefused(error));
    }
  }
  assert.ok(points > 30 && points < 70, String(points));
  // RFC 8032 section 5.1.3 finds no x for y = 2, and one for y = 3.
  const only = (y: number) => ({ ...okp, x: toBase64url(Uint8Array.of(y, ...new Uint8Array(31))) });
  assert.throws(() => importPublicKey(only(2)), isRefused);
  assert.equal(importPublicKey(only(3)).alg, 'ed25519');
});

test('every generated Ed25519 key is on the curve', () => {
  for (let i = 0; i < 50; i++) {
    assert.ok(importPublicKey(generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })));
  }
});

test('a JWK that is meant for another use, operation or algorithm is refused', () => {
  for (const [key, alg] of [
    [okp, 'EdDSA'],
    [okp, 'Ed25519'],
    [ec, 'ES256'],
  ] as const) {
    assert.ok(importPublicKey({ ...key, alg, use: 'sig', key_ops: ['verify'] }));
    for (const wrong of [
      { use: 'enc' },
      { use: null },
      { use: 'SIG' },
      { key_ops: [] },
      { key_ops: ['sign'] },
      { key_ops: 'verify' },
      { alg: 'ES384' },
      { alg: key === ec ? 'EdDSA' : 'ES256' },
      { alg: 1 },
    ]) {
      assert.throws(() => importPublicKey({ ...key, ...wrong }), isRefused, JSON.stringify(wrong));
    }
  }
});
