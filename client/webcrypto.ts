import type { CryptoKey, JWK } from 'jose';
import { importEncryptionKey } from '#core/registry/encryption-key.ts';
import { importPublicKey } from '#core/signature/keys.ts';
import type { SignatureAlgorithm } from '#core/signature/profile.ts';
import type { Signer } from '#core/signature/sign.ts';

/**
 * Keys that WebCrypto holds, in browsers and in Node: made so that nobody, this code included, can read the private
 * part. A page keeps one by putting the `CryptoKey` itself into IndexedDB.
 */
export interface KeyPair {
  privateKey: CryptoKey;
  publicKey: CryptoKey;
}

const signing = {
  ed25519: { name: 'Ed25519' },
  'ecdsa-p256-sha256': { name: 'ECDSA', namedCurve: 'P-256' },
} as const;

/** A new key to sign with. The public part can be exported; the private one cannot. */
export async function generateSigningKey(alg: SignatureAlgorithm = 'ed25519'): Promise<KeyPair> {
  return asPair(await crypto.subtle.generateKey(signing[alg], false, ['sign', 'verify']));
}

/** A new key that disclosures are encrypted to: ECDH on P-256. The private part cannot be exported. */
export async function generateEncryptionKey(): Promise<KeyPair> {
  const algorithm = { name: 'ECDH', namedCurve: 'P-256' };
  return asPair(await crypto.subtle.generateKey(algorithm, false, ['deriveBits']));
}

function asPair(made: KeyPair | CryptoKey): KeyPair {
  if (!('privateKey' in made)) throw new TypeError('this algorithm has no pair of keys');
  return made;
}

/**
 * A signer over a key that WebCrypto holds.
 *
 * @param pair Ed25519, or ECDSA on P-256
 * @throws SignatureError key-refused for any other
 */
export async function signerFromCryptoKey({ privateKey, publicKey }: KeyPair): Promise<Signer> {
  const { alg, thumbprint } = importPublicKey(await crypto.subtle.exportKey('jwk', publicKey));
  const algorithm = alg === 'ed25519' ? signing.ed25519 : { name: 'ECDSA', hash: 'SHA-256' };
  return {
    keyId: thumbprint,
    alg,
    sign: async (base) =>
      new Uint8Array(await crypto.subtle.sign(algorithm, privateKey, new Uint8Array(base))),
  };
}

/**
 * The part of a key that is enrolled: its public part, as a JWK, and the thumbprint that people compare by telephone.
 *
 * @throws SignatureError key-refused for what can neither be signed with nor encrypted to here
 */
export async function publicPart({ publicKey }: Pick<KeyPair, 'publicKey'>): Promise<{
  jwk: JWK;
  thumbprint: string;
}> {
  const exported = await crypto.subtle.exportKey('jwk', publicKey);
  if (publicKey.algorithm.name !== 'ECDH' && publicKey.algorithm.name !== 'X25519') {
    const { jwk, thumbprint } = importPublicKey(exported);
    return { jwk: { ...jwk }, thumbprint };
  }
  const { key, thumbprint } = await importEncryptionKey(exported);
  return { jwk: key, thumbprint };
}
