import { aws_iam as iam, aws_kms as kms } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Config } from './config.ts';
import type { DeskAction, IndexAction, SigningAction } from './function-definition.ts';
import { pin, removal } from './keep.ts';

export type KeyAction = DeskAction | IndexAction | SigningAction;

/**
 * A KMS key that its administrators can manage and not use. Its policy alone says who may do what with it: it leaves
 * only management to IAM, so no policy elsewhere in the account lets anybody use it (I2).
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

  /** Lets one role do something with this key, under the conditions if there are any. */
  allow(
    sid: string,
    role: iam.IRole,
    actions: readonly KeyAction[],
    conditions?: iam.PolicyStatementProps['conditions'],
  ): void {
    this.addToResourcePolicy(
      new iam.PolicyStatement({
        sid,
        principals: [new iam.ArnPrincipal(role.roleArn)],
        actions: actions.map((action) => `kms:${action}`),
        resources: ['*'],
        ...(conditions === undefined ? {} : { conditions }),
      }),
    );
  }
}
