import { CompactEncrypt, importJWK } from 'jose';
import type { DisclosurePackage } from '#core/disclosure/package.ts';
import type { EncryptionKey } from '#core/registry/records.ts';
import { providerJwk, signAsProvider } from './provider-key.ts';

/** A compact JWS (RFC 7515) over the package, ES256 under the provider's KMS key. */
export async function signPackage(disclosure: DisclosurePackage): Promise<string> {
  const { kid } = await providerJwk();
  const header = { alg: 'ES256', kid, typ: 'writ-disclosure+jws' };
  const input = `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(disclosure))}`;
  const signature = await signAsProvider(new TextEncoder().encode(input));
  return `${input}.${Buffer.from(signature).toString('base64url')}`;
}

/** A compact JWE (RFC 7516) around a JWS or a text, `ECDH-ES` and `A256GCM`, to the agency's enrolled key. */
export async function encryptFor(
  recipient: EncryptionKey,
  content: string,
  cty: 'JWS' | 'text/plain',
): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(content))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: recipient.thumbprint, cty })
    .encrypt(await importJWK(recipient.key, 'ECDH-ES'));
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}
