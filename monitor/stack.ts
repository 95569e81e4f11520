import {
  aws_cloudwatch_actions as actions,
  CfnOutput,
  aws_cloudwatch as cloudwatch,
  Duration,
  aws_events as events,
  aws_iam as iam,
  aws_lambda as lambda,
  aws_logs as logs,
  RemovalPolicy,
  Size,
  Stack,
  aws_s3 as s3,
  aws_sns as sns,
  aws_sns_subscriptions as subscriptions,
  aws_events_targets as targets,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { buildSync } from 'esbuild';
import { forLambda, keptBundles, root } from '#lib/bundles.ts';
import { METRICS, NAMESPACE } from './metrics.ts';
import type { MonitorSettings } from './settings.ts';

/**
 * A monitor of somebody's log, in an AWS account of one's own: a function by the clock that reads what is new, keeps its
 * state in a bucket, and raises an alarm for what is wrong. It has nothing to do with a deployment of Writ, and needs none.
 */
export class LogMonitor extends Construct {
  private readonly topic: sns.Topic;
  private readonly bucket: s3.Bucket;
  private readonly fn: lambda.Function;

  constructor(scope: Construct, id: string, settings: MonitorSettings) {
    super(scope, id);
    this.topic = new sns.Topic(this, 'Topic', { enforceSSL: true });
    if (settings.email !== undefined)
      this.topic.addSubscription(new subscriptions.EmailSubscription(settings.email));
    // The last state and the notes of a log that forked: evidence, which stays when the stack goes.
    this.bucket = new s3.Bucket(this, 'State', {
      versioned: true,
      encryption: s3.BucketEncryption.S3_MANAGED,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      lifecycleRules: [{ prefix: 'state/', noncurrentVersionExpiration: Duration.days(7) }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.fn = this.makeFunction(settings);
    new events.Rule(this, 'Clock', {
      schedule: events.Schedule.rate(Duration.minutes(settings.everyMinutes)),
      targets: [new targets.LambdaFunction(this.fn, { retryAttempts: 0, maxEventAge: Duration.minutes(5) })],
    });
    this.raise(settings);
  }

  /** Where findings and alarms are told, where the state and the evidence lie, and what a round is. */
  outputs(): Record<'TopicArn' | 'StateBucketName' | 'FunctionName', string> {
    const { topic, bucket, fn } = this;
    return { TopicArn: topic.topicArn, StateBucketName: bucket.bucketName, FunctionName: fn.functionName };
  }

  private makeFunction({ url, key, policy }: MonitorSettings): lambda.Function {
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    const logGroup = new logs.LogGroup(this, 'Log', {
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    logGroup.grantWrite(role);
    const fn = new lambda.Function(this, 'Function', {
      code: lambda.Code.fromAsset(bundle()),
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      timeout: Duration.minutes(15),
      memorySize: 1769,
      ephemeralStorageSize: Size.gibibytes(4),
      role,
      logGroup,
      tracing: lambda.Tracing.DISABLED,
      environment: {
        LOG_URL: url,
        LOG_KEY: key,
        STATE_BUCKET: this.bucket.bucketName,
        TOPIC: this.topic.topicArn,
        ...(policy === undefined ? {} : { TRUST_POLICY: policy }),
      },
    });
    const { bucket } = this;
    const allow = (actions: string[], resources: string[]) =>
      fn.addToRolePolicy(new iam.PolicyStatement({ actions, resources }));
    // Who may list a bucket is answered 404 for what is not there, others 403.
    allow(['s3:ListBucket'], [bucket.bucketArn]);
    allow(['s3:GetObject'], [bucket.arnForObjects('state/*')]);
    allow(
      ['s3:PutObject'],
      ['state/*', 'evidence/*'].map((files) => bucket.arnForObjects(files)),
    );
    this.topic.grantPublish(role);
    return fn;
  }

  private raise({ everyMinutes }: MonitorSettings): void {
    const period = Duration.minutes(Math.max(5, everyMinutes));
    const metric = (metricName: string, statistic: string) =>
      new cloudwatch.Metric({ namespace: NAMESPACE, metricName, statistic, period });
    const alarms = {
      Findings: {
        metric: metric(METRICS.findings, 'Sum'),
        why: 'The log is not what it was, or not what its rules allow. The message of the topic says what; docs/monitor.md says what to do.',
        missing: cloudwatch.TreatMissingData.NOT_BREACHING,
        evaluationPeriods: 1,
      },
      Failing: {
        metric: this.fn.metricErrors({ period, statistic: 'Sum' }),
        why: 'The monitor could not read the log, or keep its state, three times running.',
        missing: cloudwatch.TreatMissingData.NOT_BREACHING,
        evaluationPeriods: 3,
      },
      Silent: {
        metric: this.fn.metricInvocations({ period, statistic: 'Sum' }),
        why: 'The monitor does not run.',
        missing: cloudwatch.TreatMissingData.BREACHING,
        evaluationPeriods: 3,
      },
    };
    for (const [name, { metric, why, missing, evaluationPeriods }] of Object.entries(alarms)) {
      const isSilent = name === 'Silent';
      const alarm = new cloudwatch.Alarm(this, name, {
        metric,
        alarmDescription: why,
        threshold: 1,
        comparisonOperator: isSilent
          ? cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD
          : cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        evaluationPeriods,
        treatMissingData: missing,
      });
      alarm.addAlarmAction(new actions.SnsAction(this.topic));
      alarm.addOkAction(new actions.SnsAction(this.topic));
    }
  }
}

export class LogMonitorStack extends Stack {
  constructor(scope: Construct, id: string, settings: MonitorSettings) {
    super(scope, id, { description: 'Follows a disclosure log' });
    const monitor = new LogMonitor(this, 'Monitor', settings);
    for (const [name, value] of Object.entries(monitor.outputs())) new CfnOutput(this, name, { value });
  }
}

function bundle(): string {
  return keptBundles('monitor', ['core/**/*.ts', 'client/**/*.ts', 'monitor/**/*.ts'], (outdir) => {
    buildSync({
      entryPoints: [{ in: `${root}monitor/handler.ts`, out: 'index' }],
      absWorkingDir: root,
      outdir,
      ...forLambda,
    });
  });
}
