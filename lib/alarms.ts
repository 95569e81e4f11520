import {
  ArnFormat,
  aws_cloudwatch_actions as actions,
  type aws_apigateway as apigateway,
  aws_cloudwatch as cloudwatch,
  Duration,
  aws_iam as iam,
  Stack,
  aws_sns as sns,
  type aws_sqs as sqs,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { AlarmName } from '#core/alarms.ts';
import { type DeadlinePart, deadlineParts } from '#core/cases/case.ts';
import {
  METRICS_NAMESPACE,
  METRICS_SERVICE,
  type MetricName,
  type PlainMetric,
  type ReasonedMetric,
} from '#core/metrics.ts';
import type { WritFunction } from './function.ts';
import { definitionOf, type FunctionName, functionNames } from './functions.ts';

/** What a rule needs to publish to the alarms' topic. */
export interface Publishing {
  topic: sns.Topic;
  /** What becomes of an event that the topic does not take. */
  delivery: { deadLetterQueue: sqs.Queue; maxEventAge: Duration; retryAttempts: number };
}

/** The alarms, on one topic that the operator subscribes to. docs/operator.md says what each means. */
export class Alarms extends Construct {
  readonly topic: sns.Topic;
  readonly publishing: Publishing;

  constructor(
    scope: Construct,
    id: string,
    {
      fn,
      api,
      deadLetters,
    }: { fn: Record<FunctionName, WritFunction>; api: apigateway.RestApi; deadLetters: sqs.Queue },
  ) {
    super(scope, id);
    this.topic = this.makeTopic();
    this.publishing = {
      topic: this.topic,
      delivery: { deadLetterQueue: deadLetters, maxEventAge: Duration.hours(1), retryAttempts: 20 },
    };

    for (const name of functionNames) {
      this.alarm(`${name}Fails`, fn[name].metricErrors({ period: Duration.minutes(5) }), `${name} fails`);
      if (definitionOf(name).wokenBy.stream === undefined) continue;
      this.alarm(
        `${name}IsThrottled`,
        fn[name].metricThrottles({ period: Duration.minutes(5) }),
        `${name} was not run, since the account runs as many functions as it may`,
      );
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
      'Something was given up after several tries: the dead-letter queue says what',
    );
    // An alarm tells once, when it goes on: a second message that joins a first one, nobody would hear of.
    this.alarm(
      'DeadLettersWait',
      deadLetters.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(5) }),
      'Something has waited in the dead-letter queue for a week, and is lost after another',
      Duration.days(7).toSeconds(),
    );
    // A handler answers what it throws, so Lambda counts no error: the gateway counts the answers, and its own refusals.
    this.alarm(
      'ApiFails',
      api.deploymentStage.metricServerError({ period: Duration.minutes(5), statistic: 'Sum' }),
      'The API answered with a 5xx: a function failed, was throttled or took too long',
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
      'LogUnwitnessed',
      metric('LogUnwitnessed'),
      'A collection waited in vain for witnesses of the log, which the policy requires: nothing was disclosed',
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
      'ApprovalNotMinted',
      metric('ApprovalsNotMinted'),
      'A case was approved a quarter of an hour ago and more, and has no grants: its agency can collect nothing',
    );
    this.alarm(
      'EntriesAreLate',
      metric('EntriesLate'),
      'The stream of the outbox did not bring an entry in twenty minutes: the clock did, and the log has it now',
    );
    this.alarm(
      'EventsSetAside',
      metric('EventsSetAside'),
      'Events that no try would seal were set aside: they lie in the stream for a day from when they came',
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
    const deadlines: Record<DeadlinePart, readonly [id: AlarmName, what: string]> = {
      half: ['DeadlineHalf', 'Half of the time for an answer is over, and there is none'],
      'three-quarters': [
        'DeadlineThreeQuarters',
        'Three quarters of the time for an answer are over, and there is none',
      ],
      whole: ['DeadlineWhole', 'A deadline is over without an answer'],
    };
    for (const part of deadlineParts) {
      const [id, what] = deadlines[part];
      this.alarm(id, metric('DeadlinesPassed', part), what);
    }
    this.alarm(
      'CaseUndecided',
      metric('CasesUndecided'),
      'A case ended because nobody decided it in its lifetime: its agency has no answer, and no ground',
    );
    // Half of eight hours is too late to hear of it first.
    this.alarm(
      'EmergencyArrived',
      metric('CasesArrived', 'Emergency').with({ period: Duration.minutes(1) }),
      'An emergency arrived: a reviewer decides now, its answer is due in hours',
    );
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
      'RevealLate',
      metric('RevealsLate'),
      'The log revealed what it withheld of a request more than an hour after it said it would',
    );
    this.alarm(
      'HoneytokenAsked',
      metric('HoneytokensAsked'),
      'A key asked for a honeytoken and was revoked: find out who held it, and where they found the account',
    );
    this.alarm(
      'KeySuspended',
      metric('KeysSuspended'),
      'Another provider revoked a key that is enrolled here: it is suspended until two reviewers have decided',
    );
    this.alarm(
      'RevocationFeedRefused',
      metric('RevocationFeedsRefused'),
      'What another provider says of revoked keys was forged, old, cut or not in its log: none of it was heeded',
    );
    this.alarm(
      'RevocationFeedUnread',
      metric('RevocationFeedsUnread'),
      'What another provider says of revoked keys could not be taken for a day',
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
    this.alarmOfHour(
      'WitnessFailed',
      metric('WitnessesFailing'),
      'A witness has cosigned no checkpoint for an hour: the log goes on without it',
    );
    this.alarm(
      'WitnessDisagrees',
      metric('WitnessesDisagreeing'),
      'A witness has seen another history of the log under its name and key: the log forked, or a witness errs',
    );
    this.alarm(
      'WitnessAhead',
      metric('WitnessesAhead'),
      'A witness has cosigned a larger tree of the log than there is: the log was set back, or somebody else signs with its key',
    );
    this.alarmOfHour(
      'Unwitnessed',
      metric('CheckpointsUnwitnessed'),
      'For an hour no checkpoint was cosigned by as many witnesses as the setting asks for',
    );
  }

  /**
   * With a policy of its own a topic takes messages of nobody whom that does not name, CloudWatch included. The alarms of
   * this account alone (Amazon SNS Developer Guide, "Allow CloudWatch alarms to publish…"). For EventBridge, which rules
   * add, there can be no condition: "You can't use Condition blocks in Amazon SNS topic policies for EventBridge" (AWS
   * re:Post, "Why isn't my SNS topic receiving EventBridge notifications?").
   *
   * Under no key of KMS: messages name no person, and alarms to a topic under `alias/aws/sns` do not arrive at all.
   */
  private makeTopic(): sns.Topic {
    const topic = new sns.Topic(this, 'Topic', { displayName: 'Writ alarms', enforceSSL: true });
    const { account } = Stack.of(this);
    topic.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'AlarmsPublish',
        principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnLike: {
            'aws:SourceArn': Stack.of(this).formatArn({
              service: 'cloudwatch',
              resource: 'alarm',
              resourceName: '*',
              arnFormat: ArnFormat.COLON_RESOURCE_NAME,
            }),
          },
        },
      }),
    );
    return topic;
  }

  /** Of what is counted once in five minutes, for as long as it is so. */
  private alarmOfHour(id: AlarmName, of: cloudwatch.IMetric, alarmDescription: string): void {
    this.alarm(id, of, alarmDescription, 1, 12);
  }

  private alarm(
    id: AlarmName,
    of: cloudwatch.IMetric,
    alarmDescription: string,
    threshold = 1,
    evaluationPeriods = 1,
  ): void {
    new cloudwatch.Alarm(this, id, {
      metric: of,
      alarmDescription,
      threshold,
      evaluationPeriods,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(new actions.SnsAction(this.topic));
  }
}

function metric(metricName: PlainMetric): cloudwatch.Metric;
function metric(metricName: ReasonedMetric, reason: string): cloudwatch.Metric;
function metric(metricName: MetricName, reason?: string): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: METRICS_NAMESPACE,
    metricName,
    dimensionsMap: { service: METRICS_SERVICE, ...(reason === undefined ? {} : { reason }) },
    statistic: 'Sum',
    period: Duration.minutes(5),
  });
}
