import { generateKeyPairSync } from 'node:crypto';
import type { KeyRecord } from '#core/registry/records.ts';
import { importPublicKey, type VerificationKey } from '#core/signature/keys.ts';
import type { SignatureAlgorithm } from '#core/signature/profile.ts';
import { type RequestClaims, verifySignature } from '#core/signature/verify.ts';

/** Keys that nobody holds: the private parts are not kept. */
const nobodys: Readonly<Record<SignatureAlgorithm, VerificationKey>> = {
  ed25519: importPublicKey(generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })),
  'ecdsa-p256-sha256': importPublicKey(
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }),
  ),
};

/**
 * Whether the key that a message names made its signature. A key that is not enrolled, or is of another algorithm than
 * the message says, costs what any other does: a key is imported and a signature verified. Otherwise the time of an
 * answer would tell a stranger which keys are enrolled.
 *
 * @param named the enrolled key that the message names, if there is one
 */
export function keyHolds(claims: RequestClaims, named: KeyRecord | undefined): boolean {
  const nobody = nobodys[claims.alg];
  const key = importPublicKey(named?.publicKey ?? nobody.jwk);
  const isNamed = named !== undefined && key.thumbprint === named.keyId && key.alg === claims.alg;
  const isSigned = verifySignature(claims, isNamed ? key : nobody);
  return isNamed && isSigned;
}
