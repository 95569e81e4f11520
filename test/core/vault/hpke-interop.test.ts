import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';
import fc from 'fast-check';
import { concat } from '#core/bytes.ts';
import { generateKeyPair, importPrivateKey, open, seal } from '#core/vault/hpke.ts';

// The vectors prove the parts; these prove the whole, with fresh ephemeral keys, against another implementation.
const suite = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
});
const arrayBuffer = (bytes: Uint8Array) => new Uint8Array(bytes).buffer;
const messages = fc.tuple(
  fc.uint8Array({ maxLength: 100 }),
  fc.uint8Array({ maxLength: 50 }),
  fc.uint8Array({ maxLength: 50 }),
);

test('@hpke/core opens what we seal', async () => {
  const { publicKey, privateKey } = generateKeyPair();
  const recipientKey = await suite.kem.deserializePrivateKey(arrayBuffer(privateKey));
  await fc.assert(
    fc.asyncProperty(messages, async ([info, aad, text]) => {
      const sealed = seal(publicKey, info, aad, text);
      const enc = arrayBuffer(sealed.subarray(0, 32));
      const opened = await suite.open(
        { recipientKey, enc, info: arrayBuffer(info) },
        arrayBuffer(sealed.subarray(32)),
        arrayBuffer(aad),
      );
      assert.deepEqual(new Uint8Array(opened), text);
    }),
    { numRuns: 25 },
  );
});

test('we open what @hpke/core seals', async () => {
  const { publicKey, privateKey } = generateKeyPair();
  const recipientPublicKey = await suite.kem.deserializePublicKey(arrayBuffer(publicKey));
  const key = importPrivateKey(privateKey);
  await fc.assert(
    fc.asyncProperty(messages, async ([info, aad, text]) => {
      const { enc, ct } = await suite.seal(
        { recipientPublicKey, info: arrayBuffer(info) },
        arrayBuffer(text),
        arrayBuffer(aad),
      );
      const sealed = concat(new Uint8Array(enc), new Uint8Array(ct));
      assert.deepEqual(open(key, info, aad, sealed), text);
    }),
    { numRuns: 25 },
  );
});
