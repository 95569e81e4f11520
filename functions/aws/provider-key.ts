import type { Signer } from '#core/signature/sign.ts';
import { env } from './env.ts';
import { kmsProviderSigner } from './kms/provider-signer.ts';

const { PROVIDER_KEYS } = env('PROVIDER_KEYS');

export const provider = kmsProviderSigner(PROVIDER_KEYS);

/** What answers are signed with. */
export async function providerSigner(): Promise<Signer> {
  return { keyId: await provider.keyId(), alg: 'ecdsa-p256-sha256', sign: provider.sign };
}
