import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { JWK } from 'jose';
import { importPublicKey } from '#core/signature/keys.ts';
import type { Signer } from '#core/signature/sign.ts';

/** A signer from a private key: PKCS#8 PEM, Ed25519 or P-256. Its id is the public key's RFC 7638 thumbprint. */
export function signerFromPem(pem: string): Signer {
  const key = createPrivateKey(pem);
  const { alg, thumbprint } = importPublicKey(createPublicKey(key).export({ format: 'jwk' }));
  return {
    keyId: thumbprint,
    alg,
    sign: async (base) =>
      alg === 'ed25519' ? sign(null, base, key) : sign('sha256', base, { key, dsaEncoding: 'ieee-p1363' }),
  };
}

/** A new signing key, private and public, as PEM. */
export function newSigningKey(): { privatePem: string; publicPem: string } {
  return toPem(generateKeyPairSync('ed25519'));
}

/** A new key that disclosures are encrypted to: P-256. */
export function newEncryptionKey(): { privatePem: string; publicPem: string } {
  return toPem(generateKeyPairSync('ec', { namedCurve: 'P-256' }));
}

/** A private key's JWK, for decrypting disclosures. */
export function privateJwk(pem: string): JWK {
  return createPrivateKey(pem).export({ format: 'jwk' }) as JWK;
}

/** The public part of a private key, as JWK. */
export function publicJwk(pem: string): JWK {
  return createPublicKey(pem).export({ format: 'jwk' }) as JWK;
}

function toPem(pair: { privateKey: KeyObject; publicKey: KeyObject }): {
  privatePem: string;
  publicPem: string;
} {
  return {
    privatePem: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicPem: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}
