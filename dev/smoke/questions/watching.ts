import { ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import {
  DescribeAlarmsCommand,
  type Dimension,
  ListMetricsCommand,
  type MetricAlarm,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { GetKeyPolicyCommand, PutKeyPolicyCommand } from '@aws-sdk/client-kms';
import { SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { until } from '#dev/feed.ts';
import { liveVaultKeys } from '#dev/vault-keys.ts';
import { answer, type Question, type Scene, seconds, unanswered } from '../question.ts';

/** A queue that hears what the alarms' topic says, for as long as some work lasts. */
async function hearing<T>(
  { world, sns, stackName }: Scene,
  work: (heard: (what: string) => Promise<boolean>) => Promise<T>,
): Promise<T> {
  const { aws, outputs } = world;
  const { QueueUrl = '' } = await aws.sqs.send(
    new CreateQueueCommand({ QueueName: `${stackName}-hears-${Date.now()}` }),
  );
  let SubscriptionArn: string | undefined;
  try {
    const { Attributes = {} } = await aws.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
    );
    const queue = z.string().parse(Attributes.QueueArn);
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'sns.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: queue,
          Condition: { ArnEquals: { 'aws:SourceArn': outputs.AlarmsTopicArn } },
        },
      ],
    });
    await aws.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
    const subscribed = await sns.send(
      new SubscribeCommand({
        TopicArn: outputs.AlarmsTopicArn,
        Protocol: 'sqs',
        Endpoint: queue,
        ReturnSubscriptionArn: true,
      }),
    );
    SubscriptionArn = subscribed.SubscriptionArn;
    const texts: string[] = [];
    return await work(async (what) => {
      const { Messages = [] } = await aws.sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
      );
      texts.push(...Messages.flatMap(({ Body }) => Body ?? []));
      return texts.some((text) => text.includes(what));
    });
  } finally {
    if (SubscriptionArn !== undefined) await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
    await aws.sqs.send(new DeleteQueueCommand({ QueueUrl }));
  }
}

async function alarmsOf({ cloudFormation, cloudWatch, stackName }: Scene): Promise<MetricAlarm[]> {
  const names: string[] = [];
  for (let NextToken: string | undefined; ; ) {
    const page = await cloudFormation.send(
      new ListStackResourcesCommand({ StackName: stackName, NextToken }),
    );
    for (const { ResourceType, PhysicalResourceId } of page.StackResourceSummaries ?? [])
      if (ResourceType === 'AWS::CloudWatch::Alarm' && PhysicalResourceId !== undefined)
        names.push(PhysicalResourceId);
    NextToken = page.NextToken;
    if (NextToken === undefined) break;
  }
  const alarms: MetricAlarm[] = [];
  for (let at = 0; at < names.length; at += 100) {
    const { MetricAlarms = [] } = await cloudWatch.send(
      new DescribeAlarmsCommand({ AlarmNames: names.slice(at, at + 100), MaxRecords: 100 }),
    );
    alarms.push(...MetricAlarms);
  }
  return alarms;
}

export const alarmDelivery: Question = {
  id: 'alarm-delivery',
  asks: 'Does an alarm reach who subscribes to the topic?',
  assumes: 'Yes: the topic’s policy lets CloudWatch publish.',
  async ask(scene) {
    const [alarm] = await alarmsOf(scene);
    const AlarmName = z.string().parse(alarm?.AlarmName);
    return hearing(scene, async (heard) => {
      const since = performance.now();
      const state = { AlarmName, StateReason: 'Writ: smoke test' };
      await scene.cloudWatch.send(new SetAlarmStateCommand({ ...state, StateValue: 'ALARM' }));
      try {
        await until('the alarm is heard', () => heard(AlarmName), scene.isLocal ? 15_000 : 120_000);
        return answer(true, `received after ${seconds(since)}`);
      } catch {
        return answer(false, `nothing received within ${seconds(since)}`);
      } finally {
        await scene.cloudWatch.send(new SetAlarmStateCommand({ ...state, StateValue: 'OK' }));
      }
    });
  },
};

/** CloudTrail says 5 minutes on average; EventBridge has an event sooner or later than the bucket has its file. */
const trailMs = 900_000;

export const keyChangeRule: Question = {
  id: 'key-change-rule',
  asks: 'Does a change of a vault key’s policy reach who subscribes to the topic?',
  assumes: 'Yes, where a trail logs management events, within minutes.',
  async ask(scene) {
    if (scene.isLocal)
      return unanswered('the local cloud has no CloudTrail; a test matches the rules’ patterns');
    const { aws, outputs } = scene.world;
    const [key] = await liveVaultKeys(aws, outputs);
    const KeyId = z.string().parse(key?.arn);
    return hearing(scene, async (heard) => {
      const { Policy } = await aws.kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }));
      const since = performance.now();
      // The same again: a change by its name alone.
      await aws.kms.send(
        new PutKeyPolicyCommand({
          KeyId,
          PolicyName: 'default',
          Policy,
          BypassPolicyLockoutSafetyCheck: true,
        }),
      );
      try {
        await until('the change is heard', () => heard('PutKeyPolicy'), trailMs);
        return answer(true, `received after ${seconds(since)}`);
      } catch {
        return answer(false, `nothing received within ${seconds(since)}`);
      }
    });
  },
};

interface Watched {
  Namespace: string;
  MetricName: string;
  Dimensions: Dimension[];
}

function watchedBy(alarm: MetricAlarm): Watched[] {
  const stats = (alarm.Metrics ?? []).flatMap(({ MetricStat }) => MetricStat?.Metric ?? []);
  return [alarm, ...stats].flatMap(({ Namespace, MetricName, Dimensions = [] }) =>
    Namespace === undefined || MetricName === undefined ? [] : [{ Namespace, MetricName, Dimensions }],
  );
}

export const metricDimensions: Question = {
  id: 'metric-dimensions',
  asks: 'Is each metric that an alarm watches recorded under the dimensions that it watches?',
  assumes: 'Yes: no metric of an alarm’s name is recorded under other dimensions alone.',
  async ask(scene) {
    const watched = (await alarmsOf(scene)).flatMap(watchedBy);
    const names = Map.groupBy(watched, ({ Namespace, MetricName }) => `${Namespace} ${MetricName}`);
    let there = 0;
    const elsewhere = new Set<string>();
    for (const [name, wanted] of names) {
      const recorded = await recordedAs(scene, wanted[0]);
      const found = wanted.filter((each) => recorded.has(dimensionsText(each.Dimensions)));
      there += found.length;
      // AWS records a function's metrics under several sets of dimensions, and under the function's from its first call.
      const isOurs = wanted[0]?.Namespace.startsWith('AWS/') === false;
      if (isOurs && recorded.size > 0 && found.length === 0) elsewhere.add(name);
    }
    const wrong = elsewhere.size === 0 ? '' : `; under other dimensions: ${[...elsewhere].join(', ')}`;
    if (scene.isLocal && there === 0 && elsewhere.size === 0)
      return unanswered(
        'the local cloud records none of these metrics; a test compares names and dimensions',
      );
    return answer(
      elsewhere.size === 0,
      `${there} of ${watched.length} are recorded so far, the others not at all${wrong}`,
    );
  },
};

async function recordedAs({ cloudWatch }: Scene, metric: Watched | undefined): Promise<Set<string>> {
  const found = new Set<string>();
  if (metric === undefined) return found;
  const { Namespace, MetricName } = metric;
  for (let NextToken: string | undefined; ; ) {
    const page = await cloudWatch.send(new ListMetricsCommand({ Namespace, MetricName, NextToken }));
    for (const { Dimensions = [] } of page.Metrics ?? []) found.add(dimensionsText(Dimensions));
    NextToken = page.NextToken;
    if (NextToken === undefined) return found;
  }
}

const dimensionsText = (dimensions: readonly Dimension[]): string =>
  dimensions
    .map(({ Name, Value }) => `${Name}=${Value}`)
    .sort()
    .join();
