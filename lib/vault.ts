import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import type { VaultRoles } from '#core/vault/key-policy.ts';
import type { WritFunction } from './function.ts';

/** How a vault key is told from every other key. */
const vaultTag = { 'aws:ResourceTag/writ': 'vault' };

/** The functions that a vault key's policy names. The keys themselves are made at run time, by `prepare`. */
export type VaultFunctions = Record<Exclude<keyof VaultRoles, 'account'>, WritFunction>;

/**
 * Tells each function whom the vault keys' fixed policy names (core/vault/key-policy.ts), for those who make keys with
 * it or hold keys against it.
 */
export function tellVaultRoles(named: VaultFunctions, ...told: WritFunction[]): void {
  const [first] = told;
  if (first === undefined) return;
  const roles: VaultRoles = {
    account: `arn:${Stack.of(first).partition}:iam::${Stack.of(first).account}:root`,
    seal: named.seal.role.roleArn,
    authorise: named.authorise.role.roleArn,
    collect: named.collect.role.roleArn,
    expire: named.expire.role.roleArn,
    preserve: named.preserve.role.roleArn,
    forget: named.forget.role.roleArn,
  };
  for (const fn of told) fn.addEnvironment('VAULT_ROLES', Stack.of(fn).toJsonString(roles));
}

/**
 * Lets one function make symmetric keys, tagged as the vault's, and do nothing with them: what a key may be used for is
 * in its own policy, which names others.
 */
export function letMakeVaultKeys(prepare: WritFunction): void {
  prepare.addToRolePolicy(
    new iam.PolicyStatement({
      sid: 'MakesVaultKeys',
      actions: ['kms:CreateKey', 'kms:TagResource'],
      resources: ['*'],
      conditions: {
        StringEquals: { 'aws:RequestTag/writ': 'vault' },
        'ForAllValues:StringEquals': { 'aws:TagKeys': ['writ'] },
      },
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

/** Whoever re-wraps takes keys to the vault's own keys, and to no key of anybody else's. */
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
