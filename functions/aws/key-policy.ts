import { GetKeyPolicyCommand } from '@aws-sdk/client-kms';
import { policyDigest, vaultKeyPolicy } from '#core/vault/key-policy.ts';
import { kms } from './clients.ts';
import { env } from './env.ts';

const { VAULT_ROLES } = env('VAULT_ROLES');

/** The policy that every vault key must have, and its digest. */
export const fixedPolicy = vaultKeyPolicy(VAULT_ROLES);
export const fixedPolicyDigest = policyDigest(fixedPolicy);

/** The digest of the policy that a key has now. */
export async function livePolicyDigest(keyArn: string): Promise<string> {
  const { Policy } = await kms.send(new GetKeyPolicyCommand({ KeyId: keyArn, PolicyName: 'default' }));
  return policyDigest(JSON.parse(Policy ?? 'null'));
}
