import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { changeNames } from '#lib/changes.ts';
import { arnOf, matches, ofType, type Resource, type Statement, statementsOf, synthesize } from './synth.ts';

/** Whether what alarms and rules send gets there, and from this account alone. */
const both = (['dev', 'prod'] as const).map((stage) => [stage, synthesize({ stage }).resources] as const);

const reference = z.union([
  z.object({ Ref: z.string() }).transform(({ Ref }) => Ref),
  z.unknown().transform((value) => arnOf(value)),
]);
const references = z.array(reference).default([]);
const actions = z.object({
  AlarmActions: references,
  OKActions: references,
  InsufficientDataActions: references,
});
const rule = z.object({
  Targets: z.array(
    z.object({
      Arn: reference,
      RoleArn: z.undefined().optional(),
      DeadLetterConfig: z.object({ Arn: reference }).optional(),
    }),
  ),
});

/** One message that a service sends: what sends it, and where to. */
interface Sent {
  what: string;
  service: 'cloudwatch.amazonaws.com' | 'events.amazonaws.com';
  /** The rule or alarm. */
  from: string;
  to: string | undefined;
}

function sentIn(resources: readonly Resource[]): Sent[] {
  const alarms = ofType(resources, 'AWS::CloudWatch::Alarm').flatMap(({ id, Properties }) => {
    const { AlarmActions, OKActions, InsufficientDataActions } = actions.parse(Properties);
    const service = 'cloudwatch.amazonaws.com' as const;
    return [...AlarmActions, ...OKActions, ...InsufficientDataActions].map((to) => ({
      what: `alarm ${id}`,
      service,
      from: id,
      to,
    }));
  });
  const rules = ofType(resources, 'AWS::Events::Rule').flatMap(({ id, Properties }) => {
    const service = 'events.amazonaws.com' as const;
    return rule
      .parse(Properties)
      .Targets.flatMap(({ Arn, DeadLetterConfig }) => [
        { what: `rule ${id}`, service, from: id, to: Arn },
        ...(DeadLetterConfig === undefined
          ? []
          : [{ what: `dead letters of rule ${id}`, service, from: id, to: DeadLetterConfig.Arn }]),
      ]);
  });
  return [...alarms, ...rules];
}

const ofService = z.object({ Service: z.string() });
const accountCondition = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };

/** Why a message does not arrive, or would arrive from another account too; undefined if all is well. */
function fault(resources: readonly Resource[], { service, from, to }: Sent): string | undefined {
  const target = resources.find(({ id }) => id === to);
  const statements = (type: string, list: string, action: string) =>
    ofType(resources, type)
      .filter(({ Properties }) => references.parse(Properties[list]).includes(to))
      .flatMap(({ Properties }) => statementsOf(Properties.PolicyDocument))
      .filter(
        (each) =>
          each.Effect === 'Allow' &&
          ofService.safeParse(each.Principal).data?.Service === service &&
          matches(each, action) &&
          each.Resource.some((resource) => reference.parse(resource) === to),
      );
  const namesRule = ({ Condition }: Statement) =>
    arnOf(Condition?.ArnEquals?.['aws:SourceArn']) === from ||
    arnOf(Condition?.ArnLike?.['aws:SourceArn']) === from;
  switch (target?.Type) {
    case 'AWS::SNS::Topic': {
      const admitting = statements('AWS::SNS::TopicPolicy', 'Topics', 'sns:Publish');
      if (target.Properties.KmsMasterKeyId !== undefined) return 'its key must admit the service too';
      // "You can't use Condition blocks in Amazon SNS topic policies for EventBridge": with one, nothing arrives.
      if (service === 'events.amazonaws.com')
        return admitting.some(({ Condition }) => Condition === undefined) ? undefined : 'not admitted';
      const isOurs = admitting.some(
        ({ Condition = {} }) =>
          JSON.stringify(Condition.StringEquals) === JSON.stringify(accountCondition.StringEquals) &&
          JSON.stringify(Condition.ArnLike).includes(':cloudwatch:') &&
          Object.keys(Condition).length === 2,
      );
      return isOurs ? undefined : 'not admitted, or from every account';
    }
    case 'AWS::SQS::Queue':
      return statements('AWS::SQS::QueuePolicy', 'Queues', 'sqs:SendMessage').some(namesRule)
        ? undefined
        : 'not admitted, or from every rule';
    case 'AWS::Lambda::Function': {
      const permissions = ofType(resources, 'AWS::Lambda::Permission').filter(
        ({ Properties }) =>
          arnOf(Properties.FunctionName) === to &&
          Properties.Principal === service &&
          Properties.Action === 'lambda:InvokeFunction',
      );
      return permissions.some(({ Properties }) => arnOf(Properties.SourceArn) === from)
        ? undefined
        : 'not admitted, or from every rule';
    }
    default:
      return `nobody has said what admits ${service} to ${target?.Type ?? 'something outside of the stack'}`;
  }
}

for (const [stage, resources] of both) {
  test(`whatever an alarm or a rule sends arrives: its topic, queue or function admits the service, for this account (${stage})`, () => {
    const sent = sentIn(resources);
    assert.ok(sent.length > 50);
    const faults = sent.flatMap((each) => {
      const what = fault(resources, each);
      return what === undefined ? [] : [`${each.what} to ${each.to}: ${what}`];
    });
    assert.deepEqual(faults, []);
  });

  test(`what a topic does not take of a rule waits in the dead letters (${stage})`, () => {
    const [queue] = ofType(resources, 'AWS::SQS::Queue');
    const topics = new Set(ofType(resources, 'AWS::SNS::Topic').map(({ id }) => id));
    const targets = ofType(resources, 'AWS::Events::Rule')
      .flatMap(({ Properties }) => rule.parse(Properties).Targets)
      .filter(({ Arn }) => topics.has(Arn ?? ''));
    // A case is told to two topics, an emergency to a third.
    assert.equal(targets.length, changeNames.length + 3);
    for (const { DeadLetterConfig } of targets) assert.equal(DeadLetterConfig?.Arn, queue?.id);
  });

  test(`I1: what is sent of a change says who did what, and nothing of a grant’s subject (${stage})`, () => {
    const paths = inputPaths(resources, 'Changes');
    const detail = [
      'eventName',
      'eventSource',
      'userIdentity.type',
      'userIdentity.arn',
      'sourceIPAddress',
      'eventID',
    ];
    assert.deepEqual(
      [...new Set(paths)].toSorted(),
      [...detail.map((member) => `$.detail.${member}`), '$.region', '$.time'].toSorted(),
    );
  });

  test(`I1: what is told of a case that arrives is its priority, its times and how many wait (${stage})`, () => {
    const told = ['dueAt', 'priority', 'receivedAt', 'waiting.cases', 'waiting.emergencies'];
    assert.deepEqual(
      [...new Set(inputPaths(resources, 'Arrivals'))].toSorted(),
      told.map((member) => `$.detail.${member}`),
    );
  });
}

/** What the rules of a construct take of an event for their messages. */
function inputPaths(resources: readonly Resource[], construct: string): string[] {
  const input = z.object({ InputPathsMap: z.record(z.string(), z.string()) });
  return ofType(resources, 'AWS::Events::Rule')
    .filter(({ id, Properties }) => id.startsWith(construct) && Properties.EventPattern !== undefined)
    .flatMap(({ Properties }) => z.array(z.object({ InputTransformer: input })).parse(Properties.Targets))
    .flatMap(({ InputTransformer }) => Object.values(InputTransformer.InputPathsMap));
}
