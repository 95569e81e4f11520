import {
  CfnOutput,
  aws_cloudwatch as cloudwatch,
  aws_cloudwatch_actions as actions,
  Duration,
  aws_events as events,
  aws_iam as iam,
  aws_lambda as lambda,
  aws_logs as logs,
  RemovalPolicy,
  aws_s3 as s3,
  Size,
  aws_sns as sns,
  aws_sns_subscriptions as subscriptions,
  Stack,
  aws_events_targets as targets,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { buildSync } from 'esbuild';
import { keptBundles, root } from '#lib/bundles.ts';
import { METRICS, NAMESPACE } from './metrics.ts';
import type { MonitorSettings } from './settings.ts';

/**
 * A monitor of somebody's log, in an AWS account of one's own: a function by the clock that reads what is new, keeps its
 * state in a bucket, and raises an alarm for what is wrong. It has nothing to do with a deployment of Writ, and needs none.
 */
export class LogMonitor extends Construct {
  /** Where findings and alarms are told. */
  readonly topic: sns.Topic;

  constructor(scope: Construct, id: string, settings: MonitorSettings) {
    super(scope, id);
    this.topic = new sns.Topic(this, 'Topic', { enforceSSL: true });
    if (settings.email !== undefined)
      this.topic.addSubscription(new subscriptions.EmailSubscription(settings.email));
    // The last state and the notes of a log that forked: evidence, which stays when the stack goes.
    const bucket = new s3.Bucket(this, 'State', {
      versioned: true,
      encryption: s3.BucketEncryption.S3_MANAGED,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      lifecycleRules: [{ prefix: 'state/', noncurrentVersionExpiration: Duration.days(7) }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const fn = this.makeFunction(bucket, settings);
    new events.Rule(this, 'Clock', {
      schedule: events.Schedule.rate(Duration.minutes(settings.everyMinutes)),
      targets: [new targets.LambdaFunction(fn, { retryAttempts: 0, maxEventAge: Duration.minutes(5) })],
    });
    this.raise(fn, settings);
  }

  private makeFunction(bucket: s3.Bucket, { url, key, policy }: MonitorSettings): lambda.Function {
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
        STATE_BUCKET: bucket.bucketName,
        TOPIC: this.topic.topicArn,
        ...(policy === undefined ? {} : { TRUST_POLICY: policy }),
      },
    });
    bucket.grantRead(role);
    bucket.grantPut(role);
    this.topic.grantPublish(role);
    return fn;
  }

  private raise(fn: lambda.Function, { everyMinutes }: MonitorSettings): void {
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
        metric: fn.metricErrors({ period, statistic: 'Sum' }),
        why: 'The monitor could not read the log, or keep its state, three times running.',
        missing: cloudwatch.TreatMissingData.NOT_BREACHING,
        evaluationPeriods: 3,
      },
      Silent: {
        metric: fn.metricInvocations({ period, statistic: 'Sum' }),
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
    new CfnOutput(this, 'Topic', { value: monitor.topic.topicArn });
  }
}

function bundle(): string {
  return keptBundles('monitor', ['core/**/*.ts', 'client/**/*.ts', 'monitor/**/*.ts'], (outdir) => {
    buildSync({
      entryPoints: [{ in: `${root}monitor/handler.ts`, out: 'index' }],
      absWorkingDir: root,
      outdir,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      minify: true,
      platform: 'node',
      target: 'node24',
      format: 'esm',
      mainFields: ['module', 'main'],
      // Some CommonJS dependencies call require() of Node's own modules.
      banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
      logLevel: 'warning',
    });
  });
}
