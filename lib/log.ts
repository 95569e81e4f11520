import { Duration, Fn, aws_iam as iam, aws_kms as kms, Stack, aws_s3 as s3 } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { cosignedPath } from '#core/witnessing/cosigned.ts';
import type { Config } from './config.ts';
import type { WritFunction } from './function.ts';
import type { SigningAction } from './function-definition.ts';
import { pin, removal } from './keep.ts';
import { GuardedKey } from './key.ts';

/**
 * The bucket that holds the log. It has Object Lock in COMPLIANCE mode: until its retention ends, nobody can change or
 * delete a file, the account's root and AWS support included.
 */
export class LogBucket extends Construct {
  readonly bucket: s3.Bucket;
  /** The key that signs checkpoints, and the name that it signs under: a verifier knows the log by both. */
  readonly key: GuardedKey;
  readonly origin: string;

  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    this.origin = config.logOrigin ?? defaultOrigin(this, config);
    this.key = new GuardedKey(this, 'LogKey', {
      config,
      description: "Writ: signs the log's checkpoints",
      keySpec: kms.KeySpec.ECC_NIST_EDWARDS25519,
      keyUsage: kms.KeyUsage.SIGN_VERIFY,
    });
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

  /** Lets a function do something with the log's key. */
  allow(action: SigningAction, fn: WritFunction): void {
    if (action === 'GetPublicKey') this.key.allow(`${fn.node.id}Verifies`, fn.role, [action]);
    else this.key.allow(`${fn.node.id}Signs`, fn.role, [action], checkpointsAlone);
  }

  /**
   * Lets a function read the log. With the right to list the bucket, which is among those, S3 answers that a file is not
   * there (404); without it S3 would answer 403 for what is not there and for what may not be read alike.
   */
  readBy(fn: WritFunction): void {
    fn.addToRolePolicy(
      new iam.PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] }),
    );
    fn.addToRolePolicy(
      new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: [this.bucket.arnForObjects('*')] }),
    );
  }

  /** Lets one function write the log, and nobody else write any of its files, administrators included. */
  writtenBy(sequence: WritFunction): void {
    this.readBy(sequence);
    this.letWrite(sequence, ['checkpoint', 'tile/*', 'head/*', 'place/*']);
    this.denyOthers('OnlySequenceWrites', sequence, {
      notResources: [this.bucket.arnForObjects(cosignedPath)],
    });
  }

  /** Lets one function write the cosigned checkpoint, which says nothing of its own, and nobody else. */
  cosignedBy(cosign: WritFunction): void {
    this.readBy(cosign);
    this.letWrite(cosign, [cosignedPath]);
    this.denyOthers('OnlyCosignWrites', cosign, { resources: [this.bucket.arnForObjects(cosignedPath)] });
  }

  private letWrite(fn: WritFunction, files: readonly string[]): void {
    fn.addToRolePolicy(
      new iam.PolicyStatement({
        actions: ['s3:PutObject'],
        resources: files.map((file) => this.bucket.arnForObjects(file)),
      }),
    );
  }

  private denyOthers(
    sid: string,
    { role }: WritFunction,
    which: { resources: string[] } | { notResources: string[] },
  ): void {
    this.bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        sid,
        effect: iam.Effect.DENY,
        principals: [new iam.StarPrincipal()],
        actions: ['s3:PutObject'],
        ...which,
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

/** Checkpoints are signed as they are, with Ed25519: nothing that was hashed elsewhere. */
const checkpointsAlone = {
  StringEquals: { 'kms:SigningAlgorithm': 'ED25519_SHA_512', 'kms:MessageType': 'RAW' },
};

/**
 * A log is named by its address, without the scheme (C2SP tlog-checkpoint). Without a domain of the provider's own there
 * is no such name before the stack exists; the stack's id at least belongs to no other stack.
 */
function defaultOrigin(scope: Construct, { authority }: Config): string {
  if (authority !== undefined) return `${authority}/v1/log`;
  return `writ.invalid/${Fn.select(2, Fn.split('/', Stack.of(scope).stackId))}`;
}
