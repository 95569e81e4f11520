import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import type { VaultRoles } from '#core/vault/key-policy.ts';
import type { WritFunction } from './function.ts';
import type { FunctionName } from './functions.ts';

/** The tag that every vault key has and no other key. */
const vaultTag = { 'aws:ResourceTag/writ': 'vault' };

/** The roles that the vault keys' fixed policy names (core/vault/key-policy.ts). `prepare` makes the keys, at run time. */
export function vaultRoles(fn: Record<FunctionName, WritFunction>): VaultRoles {
  const { partition, account } = Stack.of(fn.Prepare);
  return {
    account: `arn:${partition}:iam::${account}:root`,
    seal: fn.Seal.role.roleArn,
    authorise: fn.Authorise.role.roleArn,
    collect: fn.Collect.role.roleArn,
    expire: fn.Expire.role.roleArn,
    preserve: fn.Preserve.role.roleArn,
    forget: fn.Forget.role.roleArn,
  };
}

/**
 * Lets one function make symmetric keys, tagged as the vault's, and do nothing with them: each key's own policy says who
 * uses it, and names other functions.
 */
export function letMakeVaultKeys(prepare: WritFunction): void {
  const tagged = {
    StringEquals: { 'aws:RequestTag/writ': 'vault' },
    'ForAllValues:StringEquals': { 'aws:TagKeys': ['writ'] },
  };
  prepare.addToRolePolicy(
    new iam.PolicyStatement({
      sid: 'MakesVaultKeys',
      actions: ['kms:CreateKey'],
      resources: ['*'],
      // The way that `prepare` makes them, and no other (functions/aws/kms/vault-kms.ts says why it passes the check by).
      conditions: { ...tagged, Bool: { 'kms:BypassPolicyLockoutSafetyCheck': 'true' } },
    }),
  );
  prepare.addToRolePolicy(
    new iam.PolicyStatement({
      sid: 'TagsVaultKeys',
      actions: ['kms:TagResource'],
      resources: ['*'],
      conditions: tagged,
    }),
  );
  const otherKeys = {
    'kms:KeySpec': 'SYMMETRIC_DEFAULT',
    'kms:KeyUsage': 'ENCRYPT_DECRYPT',
    'kms:KeyOrigin': 'AWS_KMS',
  };
  for (const [key, value] of Object.entries(otherKeys)) {
    prepare.addToRolePolicy(
      new iam.PolicyStatement({
        effect: iam.Effect.DENY,
        actions: ['kms:CreateKey'],
        resources: ['*'],
        conditions: { StringNotEquals: { [key]: value } },
      }),
    );
  }
}

/** Denies a function that re-wraps every key that is not the vault's: it could wrap under a key that others open. */
export function keepWithinVault(preserve: WritFunction): void {
  preserve.addToRolePolicy(
    new iam.PolicyStatement({
      sid: 'RewrapsWithinTheVault',
      effect: iam.Effect.DENY,
      actions: ['kms:ReEncrypt*'],
      resources: ['*'],
      // DynamoDB may use its own keys on the function's behalf.
      conditions: { StringNotEquals: vaultTag, Null: { 'kms:ViaService': 'true' } },
    }),
  );
}
