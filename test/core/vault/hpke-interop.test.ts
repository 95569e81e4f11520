import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';
import fc from 'fast-check';
import * as panva from 'hpke';
import { utf8 } from '#core/bytes.ts';
import { generateKeyPair, importPrivateKey, type KeyPair, recipient, sender } from '#core/vault/hpke.ts';

// The vectors prove the parts; these prove the whole, with fresh ephemeral keys, against two other implementations.

type Act = (aad: Uint8Array, message: Uint8Array) => Promise<Uint8Array>;
interface Peer {
  receive(pair: KeyPair, info: Uint8Array, enc: Uint8Array): Promise<Act>;
  send(publicKey: Uint8Array, info: Uint8Array): Promise<{ enc: Uint8Array; seal: Act }>;
}
const peers: Record<string, Peer> = {
  '@hpke/core': {
    async receive({ privateKey }, info, enc) {
      const recipientKey = await core.kem.deserializePrivateKey(arrayBuffer(privateKey));
      const context = await core.createRecipientContext({
        recipientKey,
        enc: arrayBuffer(enc),
        info: arrayBuffer(info),
      });
      return async (aad, sealed) => new Uint8Array(await context.open(arrayBuffer(sealed), arrayBuffer(aad)));
    },
    async send(publicKey, info) {
      const recipientPublicKey = await core.kem.deserializePublicKey(arrayBuffer(publicKey));
      const context = await core.createSenderContext({ recipientPublicKey, info: arrayBuffer(info) });
      const seal: Act = async (aad, text) =>
        new Uint8Array(await context.seal(arrayBuffer(text), arrayBuffer(aad)));
      return { enc: new Uint8Array(context.enc), seal };
    },
  },
  hpke: {
    async receive(pair, info, enc) {
      const key = {
        privateKey: await suite.DeserializePrivateKey(pair.privateKey),
        publicKey: await suite.DeserializePublicKey(pair.publicKey),
      };
      const context = await suite.SetupRecipient(key, enc, { info });
      return (aad, sealed) => context.Open(sealed, aad);
    },
    async send(publicKey, info) {
      const key = await suite.DeserializePublicKey(publicKey);
      const { encapsulatedSecret: enc, ctx } = await suite.SetupSender(key, { info });
      return { enc, seal: (aad, text) => ctx.Seal(text, aad) };
    },
  },
};
const core = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
});
const suite = new panva.CipherSuite(
  panva.KEM_DHKEM_X25519_HKDF_SHA256,
  panva.KDF_HKDF_SHA256,
  panva.AEAD_AES_256_GCM,
);
const arrayBuffer = (bytes: Uint8Array) => new Uint8Array(bytes).buffer;

const exchanges = fc.tuple(
  fc.uint8Array({ maxLength: 100 }),
  fc.array(fc.tuple(fc.uint8Array({ maxLength: 50 }), fc.uint8Array({ maxLength: 50 })), {
    minLength: 1,
    maxLength: 4,
  }),
);
/** Past the number that no longer fits a byte. */
const long = Array.from({ length: 260 }, (_, i) => [utf8(`aad ${i}`), utf8(`text ${i}`)] as const);

for (const [name, peer] of Object.entries(peers)) {
  test(`${name} opens what we seal, message by message`, async () => {
    const pair = generateKeyPair();
    const exchange = async (info: Uint8Array, messages: readonly (readonly [Uint8Array, Uint8Array])[]) => {
      const { enc, seal } = sender(pair.publicKey, info);
      const open = await peer.receive(pair, info, enc);
      for (const [aad, text] of messages) assert.deepEqual(await open(aad, seal(aad, text)), text);
    };
    await fc.assert(
      fc.asyncProperty(exchanges, ([info, messages]) => exchange(info, messages)),
      { numRuns: 25 },
    );
    await exchange(utf8('long'), long);
  });

  test(`we open what ${name} seals, message by message`, async () => {
    const { publicKey, privateKey } = generateKeyPair();
    const key = importPrivateKey(privateKey);
    const exchange = async (info: Uint8Array, messages: readonly (readonly [Uint8Array, Uint8Array])[]) => {
      const { enc, seal } = await peer.send(publicKey, info);
      const { open } = recipient(key, info, enc);
      for (const [sequence, [aad, text]] of messages.entries()) {
        assert.deepEqual(open(sequence, aad, await seal(aad, text)), text);
      }
    };
    await fc.assert(
      fc.asyncProperty(exchanges, ([info, messages]) => exchange(info, messages)),
      { numRuns: 25 },
    );
    await exchange(utf8('long'), long);
  });
}
