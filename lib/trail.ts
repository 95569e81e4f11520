import {
  aws_cloudtrail as cloudtrail,
  Duration,
  aws_events as events,
  aws_iam as iam,
  Stack,
  aws_s3 as s3,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Config } from './config.ts';
import type { WritFunction } from './function.ts';
import { pin, removal } from './keep.ts';

/** How long the record of the vault keys' use is kept: a year, and a month to look at it. */
const keepDays = 400;
/** How long an old version is kept after that, or after somebody wrote over the file. */
const replacedDays = 30;

/**
 * AWS's own record of who used which key: a trail of CloudTrail in this region, in a bucket that CloudTrail alone writes
 * to. Or a trail that the account already has, by its bucket's name: CloudTrail charges for a second copy. Or none, on a
 * cloud without CloudTrail; then everybody who may write to the account's buckets can put files into this one.
 *
 * The bucket has no Object Lock: encryption contexts hold pseudonyms, and the log's ten years are too long for them. AWS
 * signs digest files, which show that a file was changed or is gone (`aws cloudtrail validate-logs`).
 */
export class Trail extends Construct {
  readonly bucket: s3.IBucket;
  /** The folder of this account's files of this region. */
  readonly folder: string;
  private readonly isDelivered: boolean;

  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    const isOwn = config.trail === 'own';
    this.isDelivered = config.trail !== 'none';
    const isOurs = isOwn || !this.isDelivered;
    const [name = '', ...folders] = config.trail.split('/');
    this.bucket = isOurs ? this.makeBucket(config) : s3.Bucket.fromBucketName(this, 'Bucket', name);
    const { account, region } = Stack.of(this);
    const above = isOurs || folders.length === 0 ? ['AWSLogs'] : folders;
    this.folder = [...above, account, 'CloudTrail', region].join('/');
    if (isOwn) this.makeTrail(this.bucket);
  }

  private makeBucket(config: Config): s3.IBucket {
    const bucket = pin(
      new s3.Bucket(this, 'Bucket', {
        versioned: true,
        encryption: s3.BucketEncryption.S3_MANAGED,
        blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
        objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        enforceSSL: true,
        lifecycleRules: [
          { expiration: Duration.days(keepDays), noncurrentVersionExpiration: Duration.days(replacedDays) },
        ],
        removalPolicy: removal(config),
      }),
      'TrailBucket',
    );
    // The construct library's own types disagree under exactOptionalPropertyTypes.
    return bucket as s3.IBucket;
  }

  /** The trail records calls that read, too: `Decrypt` is one. */
  private makeTrail(bucket: s3.IBucket): void {
    const deny = (sid: string, actions: string[], conditions?: Record<string, Record<string, string>>) =>
      bucket.addToResourcePolicy(
        new iam.PolicyStatement({
          sid,
          effect: iam.Effect.DENY,
          principals: [new iam.StarPrincipal()],
          actions,
          resources: [bucket.arnForObjects('*')],
          ...(conditions === undefined ? {} : { conditions }),
        }),
      );
    // Nobody but CloudTrail adds a file and nobody takes one away, so the files say what AWS saw. A change of this policy
    // is in the trail itself.
    deny('OnlyCloudTrailWrites', ['s3:PutObject'], {
      StringNotEquals: { 'aws:PrincipalServiceName': 'cloudtrail.amazonaws.com' },
    });
    deny('NobodyDeletes', ['s3:DeleteObject', 's3:DeleteObjectVersion']);
    new cloudtrail.Trail(this, 'Trail', {
      bucket,
      managementEvents: cloudtrail.ReadWriteType.ALL,
      isMultiRegionTrail: false,
      // IAM's calls, which CloudTrail logs in us-east-1 alone: for the stack that is there, or forwards them from there.
      includeGlobalServiceEvents: true,
      enableFileValidation: true,
    });
  }

  /** Lets a function read this account's files of this region. */
  readBy(fn: WritFunction): void {
    this.bucket.grantRead(fn, `${this.folder}/*`);
  }

  /** Wakes functions every hour, where CloudTrail delivers files. */
  wakes(woken: events.IRuleTarget[]): void {
    if (!this.isDelivered) return;
    new events.Rule(this, 'Hourly', {
      description: 'Writ: what CloudTrail says of an hour',
      // At a minute of the clock: a mere rate drifts, and leaves out an hour when it drifts over its end.
      schedule: events.Schedule.cron({ minute: '20' }),
      targets: woken,
    });
  }
}
