import { createHash } from 'node:crypto';
import { SignCommand } from '@aws-sdk/client-kms';
import type { ProviderSigner } from '#core/ports.ts';
import { importPublicKey, type PublicJwk } from '#core/signature/keys.ts';
import { kms } from '../clients.ts';
import { publicKeys } from './public-keys.ts';

/** The provider's public key as published: a JWK whose `kid` is its RFC 7638 thumbprint. */
export type ProviderJwk = PublicJwk & { kid: string; alg: 'ES256'; use: 'sig' };

export interface KmsProviderSigner extends ProviderSigner {
  /** Every key under which an answer may be met: the one that signs, first, and those before and after it. */
  jwks(): Promise<ProviderJwk[]>;
}

/** @param keyArns the first signs, all are published */
export function kmsProviderSigner(keyArns: readonly string[]): KmsProviderSigner {
  const [signingKey] = keyArns;
  const jwkOf = publicKeys((spki): ProviderJwk => {
    const { jwk, thumbprint } = importPublicKey(spki);
    return { ...jwk, kid: thumbprint, alg: 'ES256', use: 'sig' };
  });
  return {
    keyId: async () => (await jwkOf(signingKey)).kid,
    jwks: () => Promise.all(keyArns.map(jwkOf)),

    async sign(message) {
      const { Signature } = await kms.send(
        new SignCommand({
          KeyId: signingKey,
          Message: createHash('sha256').update(message).digest(),
          MessageType: 'DIGEST',
          SigningAlgorithm: 'ECDSA_SHA_256',
        }),
      );
      if (Signature === undefined) throw new Error('KMS gave no signature');
      return rawSignature(Signature);
    },
  };
}

/** An ECDSA-Sig-Value (RFC 3279 §2.2.3) of P-256 as 64 bytes r‖s. */
export function rawSignature(der: Uint8Array): Uint8Array {
  const raw = new Uint8Array(64);
  let at = 2;
  for (const end of [32, 64]) {
    const length = der[at + 1] ?? 0;
    const start = at + 2;
    // A leading zero keeps the integer positive in DER; r‖s has no room for it.
    const integer = der.subarray(start + (der[start] === 0 ? 1 : 0), start + length);
    raw.set(integer, end - integer.length);
    at = start + length;
  }
  return raw;
}
