import assert from 'node:assert/strict';
import { test } from 'node:test';
import { policyDigest, type VaultRoles, vaultKeyPolicy } from '#core/vault/key-policy.ts';

const role = (name: string) => `arn:aws:iam::000000000000:role/${name}`;
const roles: VaultRoles = {
  account: 'arn:aws:iam::000000000000:root',
  seal: role('seal'),
  authorise: role('authorise'),
  collect: role('collect'),
  expire: role('expire'),
  preserve: role('preserve'),
  forget: role('forget'),
};
const { Statement } = vaultKeyPolicy(roles);

/** Who is allowed an action by standing right. */
function allowed(action: string): string[] {
  return Statement.filter((statement) => statement.Effect === 'Allow' && statement.Action.includes(action))
    .map((statement) => statement.Principal.AWS)
    .sort();
}

test('I2: nobody has a standing right to open, neither what writes nor an administrator', () => {
  for (const action of [
    'kms:Decrypt',
    'kms:GenerateDataKey',
    'kms:GenerateDataKeyWithoutPlaintext',
    'kms:*',
  ]) {
    assert.deepEqual(allowed(action), [], action);
  }
  assert.deepEqual(allowed('kms:Encrypt'), [roles.seal]);
  assert.deepEqual(allowed('kms:CreateGrant'), [roles.authorise]);
  for (const action of ['kms:ReEncryptFrom', 'kms:ReEncryptTo'])
    assert.deepEqual(allowed(action), [roles.preserve]);
  assert.ok(
    !Statement.some(
      (statement) => statement.Effect === 'Allow' && statement.Action.some((action) => action.includes('*')),
    ),
  );
});

test('I2: what opens, re-wraps or mints is denied to all but one role, whatever other policies or grants say', () => {
  const denied = Statement.filter((statement) => statement.Effect === 'Deny').map((statement) => [
    statement.Action,
    statement.Principal.AWS,
    statement.Condition,
  ]);
  const but = (arn: string) => ({ ArnNotEquals: { 'aws:PrincipalArn': arn } });
  assert.deepEqual(denied, [
    [['kms:Decrypt', 'kms:GenerateDataKey*'], '*', but(roles.collect)],
    [['kms:ReEncrypt*'], '*', but(roles.preserve)],
    [['kms:CreateGrant'], '*', but(roles.authorise)],
  ]);
});

test('I2, I3: wraps and re-wraps must name an epoch key, and a grant can say nothing but Decrypt, collect and one context', () => {
  const condition = (action: string) =>
    Statement.filter((statement) => statement.Effect === 'Allow' && statement.Action.includes(action)).map(
      (statement) => statement.Condition,
    );
  const epochKey = {
    'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['subject', 'kind', 'epoch'] },
    // Or a call without any context would do.
    Null: { 'kms:EncryptionContextKeys': 'false' },
  };
  for (const action of ['kms:Encrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo']) {
    assert.deepEqual(condition(action), [epochKey], action);
  }
  assert.deepEqual(condition('kms:CreateGrant'), [
    {
      'ForAllValues:StringEquals': { 'kms:GrantOperations': ['Decrypt'] },
      Null: { 'kms:GrantOperations': 'false' },
      StringEquals: {
        'kms:GranteePrincipal': roles.collect,
        'kms:GrantConstraintType': 'EncryptionContextEquals',
      },
    },
  ]);
});

test('I10: a deletion is forget’s to schedule and nobody’s to call off', () => {
  assert.deepEqual(allowed('kms:ScheduleKeyDeletion'), [roles.forget]);
  assert.deepEqual(allowed('kms:CancelKeyDeletion'), []);
});

test('an administrator can change the policy, or KMS would let nobody', () => {
  assert.deepEqual(allowed('kms:PutKeyPolicy'), [roles.account]);
});

test('a policy’s digest changes with anything it says, and not with how it is written', () => {
  const policy = vaultKeyPolicy(roles);
  const reordered = JSON.parse(JSON.stringify(policy, null, 2));
  assert.equal(
    policyDigest({ Statement: reordered.Statement, Version: reordered.Version }),
    policyDigest(policy),
  );
  assert.notEqual(policyDigest(vaultKeyPolicy({ ...roles, collect: role('another') })), policyDigest(policy));
  assert.notEqual(policyDigest({ ...policy, Statement: Statement.slice(1) }), policyDigest(policy));
});
