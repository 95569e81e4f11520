import {
  aws_cloudtrail as cloudtrail,
  Duration,
  aws_events as events,
  aws_iam as iam,
  Stack,
  aws_s3 as s3,
  type aws_sns as sns,
  aws_events_targets as targets,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Config } from './config.ts';
import type { WritFunction } from './function.ts';
import { pin, removal } from './keep.ts';

/** How long what AWS recorded of the vault keys' use is kept: a year, and a month to look at it. */
const keepDays = 400;
/** How long after that, or after somebody wrote over a file, there is still what was. */
const replacedDays = 30;

/**
 * AWS's own record of who used which key: a trail of CloudTrail's in this region, in a bucket that it alone writes to.
 * Or one that the account has already, by its bucket's name: CloudTrail charges for a second copy. Or none, where there
 * is no CloudTrail; then the bucket is anybody's to put files into who may write to the account's buckets.
 *
 * No Object Lock: contexts hold pseudonyms, which must not outlast what they stand for by the log's ten years. Digest files,
 * which AWS signs, show what was changed or is gone (`aws cloudtrail validate-logs`).
 */
export class Trail extends Construct {
  readonly bucket: s3.IBucket;
  /** Where this account's files of this region lie. */
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

  /** Reading and writing calls alike: `Decrypt` is one that reads. */
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
    // What nobody can add or take away says what AWS saw; who changes this policy is in the trail with that.
    deny('OnlyCloudTrailWrites', ['s3:PutObject'], {
      StringNotEquals: { 'aws:PrincipalServiceName': 'cloudtrail.amazonaws.com' },
    });
    deny('NobodyDeletes', ['s3:DeleteObject', 's3:DeleteObjectVersion']);
    new cloudtrail.Trail(this, 'Trail', {
      bucket,
      managementEvents: cloudtrail.ReadWriteType.ALL,
      isMultiRegionTrail: false,
      includeGlobalServiceEvents: false,
      enableFileValidation: true,
    });
  }

  /** Lets a function read this account's files of this region; where there is a trail, every hour. */
  heldAgainstLogBy(fn: WritFunction): void {
    this.bucket.grantRead(fn, `${this.folder}/*`);
    fn.addEnvironment('TRAIL_BUCKET', this.bucket.bucketName);
    fn.addEnvironment('TRAIL_FOLDER', this.folder);
    if (!this.isDelivered) return;
    new events.Rule(this, 'Hourly', {
      description: 'Writ: what CloudTrail says of an hour',
      // At a minute of the clock: a mere rate drifts, and would leave out an hour when it drifts over its end.
      schedule: events.Schedule.cron({ minute: '20' }),
      targets: [new targets.LambdaFunction(fn)],
    });
  }

  /** Tells whoever must be woken when somebody switches a trail off, or has it record less. */
  watchedBy(topic: sns.ITopic): void {
    if (!this.isDelivered) return;
    new events.Rule(this, 'Changes', {
      description: 'Writ: a trail was changed',
      eventPattern: {
        source: ['aws.cloudtrail'],
        detailType: ['AWS API Call via CloudTrail'],
        detail: { eventName: ['StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors'] },
      },
      targets: [new targets.SnsTopic(topic)],
    });
  }
}
