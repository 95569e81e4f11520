import {
  aws_cloudwatch_actions as actions,
  aws_cloudwatch as cloudwatch,
  Duration,
  aws_events as events,
  aws_iam as iam,
  aws_sns as sns,
  type aws_sqs as sqs,
  aws_events_targets as targets,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { METRICS_NAMESPACE, METRICS_SERVICE, type MetricName } from '#core/metrics.ts';
import type { WritFunction } from './function.ts';
import { definitionOf, type FunctionName, functionNames } from './functions.ts';

/** The alarms, on one topic that the operator subscribes to. docs/operator.md says what each means. */
export class Alarms extends Construct {
  readonly topic: sns.Topic;

  constructor(
    scope: Construct,
    id: string,
    { fn, deadLetters }: { fn: Record<FunctionName, WritFunction>; deadLetters: sqs.Queue },
  ) {
    super(scope, id);
    this.topic = new sns.Topic(this, 'Topic', { displayName: 'Writ alarms', enforceSSL: true });

    for (const name of functionNames) {
      this.alarm(`${name}Fails`, fn[name].metricErrors({ period: Duration.minutes(5) }), `${name} fails`);
      if (definitionOf(name).wokenBy.stream === undefined) continue;
      this.alarm(
        `${name}IsBehind`,
        fn[name].metric('IteratorAge', { statistic: 'Maximum', period: Duration.minutes(5) }),
        `${name} is an hour behind its stream, which keeps a day`,
        Duration.hours(1).toMilliseconds(),
      );
    }
    this.alarm(
      'DeadLetters',
      deadLetters.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5) }),
      'A batch was given up: events or entries wait in the dead-letter queue',
    );
    this.alarm(
      'OutboxMalformed',
      metric('EntriesMalformed'),
      'Something in the outbox is no entry: the log goes on without it, and somebody can write to that table',
    );
    this.alarm(
      'OutboxConflicts',
      metric('EntriesConflicting'),
      'An entry in the outbox is not the one that the log has in its place, or follows on none: the log goes on without it, and somebody can write to that table',
    );
    this.alarm(
      'RecordUnproven',
      metric('RecordsUnproven'),
      'A table is not as Writ wrote it: what rests on that was refused, and somebody can write to that table',
    );
    this.alarm(
      'Unforeseen',
      metric('ErrorsUnforeseen'),
      'A call was answered with 500: the function that served it says in its log where it happened',
    );
    this.alarm(
      'LogIsBehind',
      metric('LogBehind'),
      'A collection waited for the log in vain: nothing was disclosed',
    );
    this.alarm(
      'GrantsDiffer',
      metric('GrantMismatch'),
      'KMS has grants that no case has, or lacks some (I9)',
    );
    this.alarm(
      'DecryptsDiffer',
      metric('DecryptsDiffer'),
      'CloudTrail knows of decryptions that the log does not announce, or lacks some that it does',
    );
    this.alarm(
      'ApprovalNotProven',
      metric('ApprovalsNotProven'),
      'A case, a key or a record says what was not signed or logged, or is an older one than the log (I3, I11)',
    );
    this.alarm(
      'BreadthExceeded',
      metric('BreadthExceeded'),
      'An approved case named more epoch keys than the policy lets one case open: nothing was minted, the case is over',
    );
    this.alarm(
      'VaultKeyPolicyDiffers',
      metric('VaultKeyPolicyDiffers'),
      'A vault key has another policy than the one that all must have (I2)',
    );
    const deadlines = [
      ['Half', 'half', 'Half of the time for an answer is over, and there is none'],
      [
        'ThreeQuarters',
        'three-quarters',
        'Three quarters of the time for an answer are over, and there is none',
      ],
      ['Whole', 'whole', 'A deadline is over without an answer'],
    ] as const;
    for (const [name, part, what] of deadlines)
      this.alarm(`Deadline${name}`, metric('DeadlinesPassed', part), what);
    this.alarm(
      'EmergencyOverdue',
      metric('EmergenciesOverdue'),
      'An emergency was not validated or countersigned in time: access to the data of the case has ended, and emergencies of its agency are suspended',
    );
    this.alarm(
      'NoticesFail',
      metric('NoticesFailed'),
      'Notices to persons could not be sent: the next sweep tries again',
    );
    this.alarm(
      'NoticeOverdue',
      metric('NoticesOverdue'),
      'A person is due a notice that data about them was disclosed, and nothing has sent it',
    );
    this.alarm(
      'HoneytokenAsked',
      metric('HoneytokensAsked'),
      'A key asked for a honeytoken and was revoked: find out who held it, and where they found the account',
    );
    this.alarm(
      'ApprovedAsAsked',
      metric('ApprovedAsAsked'),
      'More cases than the policy allows were approved just as they were asked: somebody looks into how the desk decides',
    );
    this.alarm(
      'RegistryFounded',
      metric('RegistryFounded'),
      'Somebody named reviewers without being one: expected once, when Writ is set up',
    );
    this.keyChanges(fn.Forget);
  }

  private alarm(id: string, of: cloudwatch.IMetric, alarmDescription: string, threshold = 1): void {
    new cloudwatch.Alarm(this, id, {
      metric: of,
      alarmDescription,
      threshold,
      evaluationPeriods: 1,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(new actions.SnsAction(this.topic));
  }

  /**
   * I2 rests on the keys' policies, so each change that CloudTrail sees is published. `prepare` makes vault keys every
   * month, and the rule cannot name them: it names what is done, to any key of the account.
   */
  private keyChanges(forget: WritFunction): void {
    const rule = new events.Rule(this, 'KeyChanges', {
      description: 'Writ: a key was changed',
      eventPattern: {
        source: ['aws.kms'],
        detailType: ['AWS API Call via CloudTrail'],
        detail: {
          eventName: ['PutKeyPolicy', 'DisableKey', 'EnableKey', 'ScheduleKeyDeletion', 'CancelKeyDeletion'],
          // `forget` destroys keys whose time is up, and the log says so.
          userIdentity: {
            sessionContext: { sessionIssuer: { arn: [{ 'anything-but': [forget.role.roleArn] }] } },
          },
        },
      },
    });
    rule.addTarget(new targets.SnsTopic(this.topic));
    this.topic.grantPublish(new iam.ServicePrincipal('events.amazonaws.com'));
  }
}

/** @param reason of a metric that is counted by reasons */
function metric(metricName: MetricName, reason?: string): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: METRICS_NAMESPACE,
    metricName,
    dimensionsMap: { service: METRICS_SERVICE, ...(reason === undefined ? {} : { reason }) },
    statistic: 'Sum',
    period: Duration.minutes(5),
  });
}
