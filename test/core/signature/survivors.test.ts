/** What `npm run mutants` showed that no other test would notice (docs/mutants.md). */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { answerValues, component } from '#core/signature/base.ts';
import type { SignatureErrorCode } from '#core/signature/errors.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import { isSignableTarget, isStatus, type Message, singleField } from '#core/signature/message.ts';
import { coversExactly, requestWithBody } from '#core/signature/profile.ts';
import type { Item } from '#core/signature/structured.ts';
import { readSignature } from '#core/signature/verify.ts';
import { clock, ed25519, post, signedMessage, withField } from './messages.ts';

function codeOf(message: Message): SignatureErrorCode | 'accepted' {
  const reading = readSignature(message, clock);
  return reading.ok ? 'accepted' : reading.code;
}

test('a text that is as long as a signature is none', async () => {
  const message = await signedMessage(post, ed25519);
  for (const text of [`"${'A'.repeat(64)}"`, 'A'.repeat(64)]) {
    assert.equal(codeOf(withField(message, 'signature', `writ=${text}`)), 'signature-malformed', text);
  }
});

test('a text that is as long as a digest is none', async () => {
  const message = await signedMessage(post, ed25519);
  for (const [algorithm, length] of [
    ['sha-256', 32],
    ['sha-512', 64],
  ] as const) {
    for (const text of [`"${'A'.repeat(length)}"`, 'A'.repeat(length)]) {
      const claimed = withField(message, 'content-digest', `${algorithm}=${text}`);
      assert.equal(codeOf(claimed), 'digest-malformed', text);
    }
  }
});

test('a path with query of 8 KiB can be signed, one of a character more cannot', async () => {
  const message = await signedMessage(post, ed25519);
  const target = { ...message, path: `/${'a'.repeat(4095)}`, query: `?${'b'.repeat(4095)}` };
  assert.equal(isSignableTarget(target), true);
  assert.equal(isSignableTarget({ ...target, query: `${target.query}b` }), false);
});

test('a field of 4 KiB is read, one of a character more is not', () => {
  const value = 'a'.repeat(4096);
  assert.equal(singleField([['x', value]], 'x'), value);
  assert.equal(singleField([['x', `${value}a`]], 'x'), null);
});

test('a status goes from 100 to 599', () => {
  assert.deepEqual([99, 100, 599, 600].map(isStatus), [false, true, true, false]);
});

test("a token is no component of an answer, though a field has the token's name", () => {
  const values = answerValues({ status: 200, headers: [['x', 'here']], body: new Uint8Array() }, () => '');
  assert.equal(values(component('x')), 'here');
  assert.equal(values({ ...component('x'), value: { type: 'token', value: 'x' } }), undefined);
});

test('a token is no component that the profile covers, though it reads the same', () => {
  const covers = (type: 'string' | 'token') => {
    const value = { type, value: 'content-type' } as const;
    const items = requestWithBody.map(
      (item): Item => (item.value.value === 'content-type' ? { ...item, value } : item),
    );
    return coversExactly({ kind: 'list', items, params: [] }, requestWithBody);
  };
  assert.equal(covers('string'), true);
  assert.equal(covers('token'), false);
});

test('a JWK on a curve that nobody knows is refused as such, whatever algorithm it names', () => {
  for (const crv of ['X25519', undefined]) {
    assert.throws(() => importPublicKey({ ...ed25519.key.jwk, crv, alg: 'EdDSA' }), { code: 'key-refused' });
  }
});

test('blanks may stand before a PEM, and nothing else', () => {
  const pem = generateKeyPairSync('ed25519').publicKey.export({ format: 'pem', type: 'spki' }).toString();
  assert.equal(importPublicKey(` \n${pem}`).thumbprint, importPublicKey(pem).thumbprint);
  assert.throws(() => importPublicKey(`x${pem}`), { code: 'key-refused' });
});
