import { aws_iam as iam, aws_kms as kms } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Config } from './config.ts';
import { pin, removal } from './keep.ts';

/**
 * A KMS key that its administrators can manage and not use. Its policy alone says who may do what with it: it hands
 * nothing on to IAM but management, so no policy written elsewhere in the account opens it (I2).
 */
export class GuardedKey extends kms.Key {
  constructor(
    scope: Construct,
    id: string,
    props: { config: Config; description: string } & Partial<kms.KeyProps>,
  ) {
    const { config, ...rest } = props;
    super(scope, id, {
      ...rest,
      policy: new iam.PolicyDocument({
        statements: [
          new iam.PolicyStatement({
            sid: 'AdministratorsManageButDoNotUse',
            principals: [new iam.AccountRootPrincipal()],
            actions: [
              'kms:CancelKeyDeletion',
              'kms:DescribeKey',
              'kms:DisableKey',
              'kms:EnableKey',
              'kms:EnableKeyRotation',
              'kms:DisableKeyRotation',
              'kms:GetKeyPolicy',
              'kms:GetKeyRotationStatus',
              'kms:GetPublicKey',
              'kms:ListGrants',
              'kms:ListKeyPolicies',
              'kms:ListResourceTags',
              'kms:PutKeyPolicy',
              'kms:RevokeGrant',
              'kms:ScheduleKeyDeletion',
              'kms:TagResource',
              'kms:UntagResource',
              'kms:UpdateAlias',
              'kms:CreateAlias',
              'kms:DeleteAlias',
              'kms:UpdateKeyDescription',
            ],
            resources: ['*'],
          }),
        ],
      }),
      removalPolicy: removal(config),
    });
    pin(this, id);
  }

  /** Lets one role do something with this key, under conditions if any. */
  allow(
    sid: string,
    role: iam.IRole,
    actions: string[],
    conditions?: iam.PolicyStatementProps['conditions'],
  ): void {
    this.addToResourcePolicy(
      new iam.PolicyStatement({
        sid,
        principals: [new iam.ArnPrincipal(role.roleArn)],
        actions,
        resources: ['*'],
        ...(conditions === undefined ? {} : { conditions }),
      }),
    );
  }

  /** Denies something to everybody but one role, whatever any other policy or grant says. */
  denyAllBut(sid: string, role: iam.IRole, actions: string[]): void {
    this.addToResourcePolicy(
      new iam.PolicyStatement({
        sid,
        effect: iam.Effect.DENY,
        principals: [new iam.StarPrincipal()],
        actions,
        resources: ['*'],
        conditions: { ArnNotEquals: { 'aws:PrincipalArn': role.roleArn } },
      }),
    );
  }
}
