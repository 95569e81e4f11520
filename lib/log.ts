import { Duration, aws_iam as iam, Stack, aws_s3 as s3 } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Config } from './config.ts';
import type { WritFunction } from './function.ts';
import { pin, removal } from './keep.ts';

/**
 * The bucket that holds the log: Object Lock in COMPLIANCE mode, so that what is written can be neither changed nor
 * deleted by anybody, the account's root and AWS support included, until its retention is over.
 */
export class LogBucket extends Construct {
  readonly bucket: s3.Bucket;

  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    this.bucket = pin(
      new s3.Bucket(this, 'Bucket', {
        versioned: true,
        objectLockEnabled: true,
        objectLockDefaultRetention: s3.ObjectLockRetention.compliance(Duration.days(config.logRetentionDays)),
        // Entries hold nothing personal and are meant to be public: no key that could be lost with them.
        encryption: s3.BucketEncryption.S3_MANAGED,
        blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
        objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        enforceSSL: true,
        removalPolicy: removal(config),
      }),
      'LogBucket',
    );
    // Object Lock keeps versions; this keeps anybody from hiding them behind a delete marker.
    this.bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'NobodyDeletes',
        effect: iam.Effect.DENY,
        principals: [new iam.StarPrincipal()],
        actions: ['s3:DeleteObject', 's3:DeleteObjectVersion', 's3:BypassGovernanceRetention'],
        resources: [this.bucket.arnForObjects('*')],
      }),
    );
  }

  /** Lets one role write links and nobody else write anything, administrators included. */
  writtenBy(sequence: WritFunction): void {
    this.bucket.grantPut(sequence, 'entry/*');
    const { role } = sequence;
    this.bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'OnlySequenceWrites',
        effect: iam.Effect.DENY,
        principals: [new iam.StarPrincipal()],
        actions: ['s3:PutObject'],
        resources: [this.bucket.arnForObjects('*')],
        // AWS compares the role's ARN, emulators compare the session's.
        conditions: {
          ArnNotLike: {
            'aws:PrincipalArn': [
              role.roleArn,
              Stack.of(this).formatArn({
                service: 'sts',
                region: '',
                resource: 'assumed-role',
                resourceName: `${role.roleName}/*`,
              }),
            ],
          },
        },
      }),
    );
  }
}
