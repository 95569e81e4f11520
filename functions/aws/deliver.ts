import { signPackage as signPackageWith } from '#core/disclosure/deliver.ts';
import type { DisclosurePackage } from '#core/disclosure/package.ts';
import { provider } from './provider-key.ts';

export { encryptFor } from '#core/registry/encryption-key.ts';

// For functions that name it so.
export const signPackage = (disclosure: DisclosurePackage): Promise<string> =>
  signPackageWith(disclosure, provider);
