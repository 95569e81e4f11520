import { policyDigest, vaultKeyPolicy } from '#core/vault/key-policy.ts';
import { env } from './env.ts';

const { VAULT_ROLES } = env('VAULT_ROLES');

/** The policy that every vault key must have, and its digest. */
export const fixedPolicy = vaultKeyPolicy(VAULT_ROLES);
export const fixedPolicyDigest = policyDigest(fixedPolicy);
