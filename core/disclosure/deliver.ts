import { toBase64url, utf8 } from '#core/bytes.ts';
import type { ProviderSigner } from '#core/ports.ts';
import type { DisclosurePackage } from './package.ts';

/** A compact JWS (RFC 7515) over a package, ES256 under the provider's key. */
export async function signPackage(disclosure: DisclosurePackage, provider: ProviderSigner): Promise<string> {
  const header = { alg: 'ES256', kid: await provider.keyId(), typ: 'writ-disclosure+jws' };
  const input = `${encoded(header)}.${encoded(disclosure)}`;
  return `${input}.${toBase64url(await provider.sign(utf8(input)))}`;
}

function encoded(value: unknown): string {
  return toBase64url(utf8(JSON.stringify(value)));
}
