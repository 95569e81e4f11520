import { signJws } from '#core/jws.ts';
import type { ProviderSigner } from '#core/ports.ts';
import type { DisclosurePackage } from './package.ts';

/** A compact JWS (RFC 7515) over a package, ES256 under the provider's key. */
export function signPackage(disclosure: DisclosurePackage, provider: ProviderSigner): Promise<string> {
  return signJws(disclosure, 'writ-disclosure+jws', provider);
}
