import { createHash } from 'node:crypto';
import { SignCommand } from '@aws-sdk/client-kms';
import { importPublicKey, type PublicJwk } from '#core/signature/keys.ts';
import type { Signer } from '#core/signature/sign.ts';
import { kms } from './clients.ts';
import { env } from './env.ts';
import { publicKeys } from './public-key.ts';

const { PROVIDER_KEYS } = env('PROVIDER_KEYS');
const [SIGNING_KEY] = PROVIDER_KEYS;

/** The provider's public key as published: a JWK whose `kid` is its RFC 7638 thumbprint. */
export type ProviderJwk = PublicJwk & { kid: string; alg: 'ES256'; use: 'sig' };

const jwkOf = publicKeys((spki): ProviderJwk => {
  const { jwk, thumbprint } = importPublicKey(spki);
  return { ...jwk, kid: thumbprint, alg: 'ES256', use: 'sig' };
});

/** The key that signs now. */
export function providerJwk(): Promise<ProviderJwk> {
  return jwkOf(SIGNING_KEY);
}

/** Every key under which an answer may be met: the one that signs, first, and those before and after it. */
export function providerJwks(): Promise<ProviderJwk[]> {
  return Promise.all(PROVIDER_KEYS.map(jwkOf));
}

/** Signs as the provider: ECDSA P-256 over SHA-256, as raw r‖s (RFC 9421 §3.3.4, RFC 7518 §3.4). */
export async function signAsProvider(message: Uint8Array): Promise<Uint8Array> {
  const { Signature } = await kms.send(
    new SignCommand({
      KeyId: SIGNING_KEY,
      Message: createHash('sha256').update(message).digest(),
      MessageType: 'DIGEST',
      SigningAlgorithm: 'ECDSA_SHA_256',
    }),
  );
  if (Signature === undefined) throw new Error('KMS gave no signature');
  return rawSignature(Signature);
}

export async function providerSigner(): Promise<Signer> {
  const { kid } = await providerJwk();
  return { keyId: kid, alg: 'ecdsa-p256-sha256', sign: signAsProvider };
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
