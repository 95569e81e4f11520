import { jsonDigest } from '#core/canonical.ts';
import { normalPolicy } from '#core/iam-policy.ts';

/** Who does what with a vault key: the ARNs of the account's root and of the functions' roles. */
export interface VaultRoles {
  account: string;
  seal: string;
  authorise: string;
  collect: string;
  expire: string;
  preserve: string;
  forget: string;
}

interface Statement {
  Sid: string;
  Effect: 'Allow' | 'Deny';
  Principal: { AWS: string };
  Action: string[];
  Resource: '*';
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** What an account's administrators do with a vault key: they manage it. */
export const administratorsActions = [
  'kms:DescribeKey',
  'kms:DisableKey',
  'kms:EnableKey',
  'kms:GetKeyPolicy',
  'kms:ListGrants',
  'kms:ListKeyPolicies',
  'kms:ListResourceTags',
  'kms:PutKeyPolicy',
  'kms:RevokeGrant',
  'kms:UpdateKeyDescription',
] as const;

/**
 * The one policy that every vault key has (I2). Administrators manage it and use nothing; nobody opens by standing
 * right; what writes cannot read. Nobody can call off a deletion: what retention ended stays ended (I10), unless the
 * policy itself is changed, which raises an alarm and shows in the log.
 *
 * @returns an IAM policy document
 */
export function vaultKeyPolicy(roles: VaultRoles): { Version: '2012-10-17'; Statement: Statement[] } {
  const allow = (
    Sid: string,
    AWS: string,
    Action: string[],
    Condition?: Statement['Condition'],
  ): Statement => ({
    Sid,
    Effect: 'Allow',
    Principal: { AWS },
    Action,
    Resource: '*',
    ...(Condition === undefined ? {} : { Condition }),
  });
  const denyAllBut = (Sid: string, role: string, Action: string[]): Statement => ({
    Sid,
    Effect: 'Deny',
    Principal: { AWS: '*' },
    Action,
    Resource: '*',
    Condition: { ArnNotEquals: { 'aws:PrincipalArn': role } },
  });
  const epochKeysContext = {
    'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['subject', 'kind', 'epoch'] },
    Null: { 'kms:EncryptionContextKeys': 'false' },
  };
  return {
    Version: '2012-10-17',
    Statement: [
      allow('AdministratorsManageButDoNotUse', roles.account, [...administratorsActions]),
      allow('SealWraps', roles.seal, ['kms:Encrypt'], epochKeysContext),
      allow('SealLooksFirst', roles.seal, ['kms:GetKeyPolicy']),
      allow('AuthoriseMints', roles.authorise, ['kms:CreateGrant'], {
        'ForAllValues:StringEquals': { 'kms:GrantOperations': ['Decrypt'] },
        Null: { 'kms:GrantOperations': 'false' },
        StringEquals: {
          'kms:GranteePrincipal': roles.collect,
          'kms:GrantConstraintType': 'EncryptionContextEquals',
        },
      }),
      allow('LostRacesAreRevoked', roles.authorise, ['kms:RevokeGrant']),
      allow('ExpireRetiresAndCompares', roles.expire, [
        'kms:ListGrants',
        'kms:RevokeGrant',
        'kms:GetKeyPolicy',
      ]),
      allow('PreserveRewraps', roles.preserve, ['kms:ReEncryptFrom', 'kms:ReEncryptTo'], epochKeysContext),
      allow('PreserveLooksFirst', roles.preserve, ['kms:GetKeyPolicy']),
      allow('ForgetDestroys', roles.forget, ['kms:ScheduleKeyDeletion']),
      denyAllBut('NobodyElseOpens', roles.collect, ['kms:Decrypt', 'kms:GenerateDataKey*']),
      denyAllBut('NobodyElseRewraps', roles.preserve, ['kms:ReEncrypt*']),
      denyAllBut('NobodyElseMints', roles.authorise, ['kms:CreateGrant']),
    ],
  };
}

/**
 * A key policy's digest, as the log has it: over the normal form (iam-policy.ts), so that a policy has the same one before
 * KMS has it and after. Two policies that mean something different have two.
 */
export function policyDigest(policy: unknown): string {
  return jsonDigest(normalPolicy(policy));
}
