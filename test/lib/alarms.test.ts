import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { z } from 'zod';
import { changeNames, changeOf } from '#lib/changes.ts';
import { definitionOf, functionNames } from '#lib/functions.ts';
import { arnOf, matches, ofType, type Resource, type Statement, statementsOf, synthesize } from './synth.ts';

/** Who is told of what, and whether it gets there. */
const both = (['dev', 'prod'] as const).map((stage) => [stage, synthesize({ stage }).resources] as const);
const [, [, prod]] = both as [(typeof both)[number], (typeof both)[number]];

const reference = z.union([
  z.object({ Ref: z.string() }).transform(({ Ref }) => Ref),
  z.unknown().transform((value) => arnOf(value)),
]);
const references = z.array(reference).default([]);
const dimensions = z
  .array(z.object({ Name: z.string(), Value: z.unknown() }))
  .default([])
  .transform((all) => Object.fromEntries(all.map(({ Name, Value }) => [Name, Value])));
const alarm = z.object({
  Namespace: z.string(),
  MetricName: z.string(),
  Statistic: z.string(),
  Threshold: z.number(),
  TreatMissingData: z.literal('notBreaching'),
  Dimensions: dimensions,
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

const alarmsOf = (resources: readonly Resource[]) =>
  ofType(resources, 'AWS::CloudWatch::Alarm').map(({ id, Properties }) => ({
    id: id.replace(/^Alarms/, '').replace(/[0-9A-F]{8}$/, ''),
    ...alarm.parse(Properties),
  }));

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
    const { AlarmActions, OKActions, InsufficientDataActions } = alarm.parse(Properties);
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
    assert.equal(targets.length, changeNames.length);
    for (const { DeadLetterConfig } of targets) assert.equal(DeadLetterConfig?.Arn, queue?.id);
  });

  test(`I1: what is sent of a change says who did what, and nothing of a grant’s subject (${stage})`, () => {
    const paths = ofType(resources, 'AWS::Events::Rule')
      .filter(({ Properties }) => Properties.EventPattern !== undefined)
      .flatMap(({ Properties }) => {
        const input = z.object({ InputPathsMap: z.record(z.string(), z.string()) });
        return z
          .array(z.object({ InputTransformer: input }))
          .parse(Properties.Targets)
          .flatMap(({ InputTransformer }) => Object.values(InputTransformer.InputPathsMap));
      });
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

  test(`an alarm goes off when something fails, waits, differs or is changed (${stage})`, () => {
    const alarms = alarmsOf(resources);
    const thresholds: Record<string, number> = {
      IteratorAge: 3_600_000,
      ApproximateAgeOfOldestMessage: 7 * 24 * 3600,
    };
    for (const { id, AlarmActions, MetricName, Threshold, Statistic } of alarms) {
      assert.equal(AlarmActions.length, 1, id);
      assert.equal(Threshold, thresholds[MetricName] ?? 1, id);
      const isLevel = MetricName.startsWith('Approximate') || MetricName === 'IteratorAge';
      assert.equal(Statistic, isLevel ? 'Maximum' : 'Sum', id);
    }
    const on = (namespace: string, metric: string) =>
      alarms
        .filter(({ Namespace, MetricName }) => Namespace === namespace && MetricName === metric)
        .map(({ Dimensions }) => JSON.stringify(Dimensions))
        .toSorted();
    const fn = (isMeant: (name: string) => boolean) =>
      ofType(resources, 'AWS::Lambda::Function')
        .filter(({ id }) => isMeant(id.slice(0, -8)))
        .map(({ id }) => JSON.stringify({ FunctionName: { Ref: id } }))
        .toSorted();
    const ofStreams = functionNames.filter((name) => definitionOf(name).wokenBy.stream !== undefined);
    assert.deepEqual(
      on('AWS/Lambda', 'Errors'),
      fn(() => true),
    );
    assert.deepEqual(
      on('AWS/Lambda', 'IteratorAge'),
      fn((name) => ofStreams.some((each) => each === name)),
    );
    assert.deepEqual(
      on('AWS/Lambda', 'Throttles'),
      fn((name) => ofStreams.some((each) => each === name)),
    );
    const [queue] = ofType(resources, 'AWS::SQS::Queue');
    const ofQueue = [JSON.stringify({ QueueName: { 'Fn::GetAtt': [queue?.id, 'QueueName'] } })];
    assert.deepEqual(on('AWS/SQS', 'ApproximateNumberOfMessagesVisible'), ofQueue);
    assert.deepEqual(on('AWS/SQS', 'ApproximateAgeOfOldestMessage'), ofQueue);
    // API Gateway counts a REST API by its name, and by its name and stage (API Gateway Developer Guide, "Dimensions").
    const [api] = ofType(resources, 'AWS::ApiGateway::RestApi');
    const [stageOf] = ofType(resources, 'AWS::ApiGateway::Stage');
    assert.deepEqual(on('AWS/ApiGateway', '5XXError'), [
      JSON.stringify({ ApiName: api?.Properties.Name, Stage: { Ref: stageOf?.id } }),
    ]);
  });
}

test('each metric of Writ’s that has an alarm is counted under the very dimensions that the alarm watches', () => {
  const watched = alarmsOf(prod).filter(({ Namespace }) => Namespace === 'Writ');
  const reasons = watched.map(({ MetricName, Dimensions: { reason } }) => [
    MetricName,
    1,
    ...[reason ?? []].flat(),
  ]);
  const program = `
    const { count } = await import('#functions/aws/observe.ts');
    for (const each of ${JSON.stringify(reasons)}) count(...each);`;
  const lines = execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  const emf = z.looseObject({
    _aws: z.object({
      CloudWatchMetrics: z.array(
        z.object({
          Namespace: z.string(),
          Dimensions: z.array(z.array(z.string())),
          Metrics: z.array(z.object({ Name: z.string(), Unit: z.literal('Count') })),
        }),
      ),
    }),
  });
  const counted = lines
    .trim()
    .split('\n')
    .flatMap((line) => {
      const { _aws, ...members } = emf.parse(JSON.parse(line));
      return _aws.CloudWatchMetrics.map(({ Namespace, Dimensions, Metrics }) => ({
        Namespace,
        names: Metrics.map(({ Name }) => Name),
        dimensions: Dimensions.map((names) => Object.fromEntries(names.map((name) => [name, members[name]]))),
      }));
    });
  assert.deepEqual(
    counted,
    watched.map(({ Namespace, MetricName, Dimensions }) => ({
      Namespace,
      names: [MetricName],
      dimensions: [Dimensions],
    })),
  );
});

const guide = readFileSync('docs/operator.md', 'utf8');

test('the operator’s guide says of every alarm what it means, and of none that there is not', () => {
  const named = [...guide.matchAll(/^\| ((?:`…?[A-Za-z]+`(?:, )?)+)/gm)].flatMap(([, names = '']) =>
    [...names.matchAll(/`(…?)([A-Za-z]+)`/g)].map(([, open = '', name = '']) => ({
      isEnd: open !== '',
      name,
    })),
  );
  const alarms = alarmsOf(prod).map(({ id }) => id);
  // `…IsBehind` stands for every alarm that ends so.
  const covers = (alarm: string) => (value: (typeof named)[number]) =>
    value.isEnd ? alarm.endsWith(value.name) : alarm === value.name;
  assert.deepEqual(
    alarms.filter((alarm) => !named.some(covers(alarm))),
    [],
  );
  const ofRules = new Set<string>(changeNames);
  assert.deepEqual(
    named.filter((other) => !ofRules.has(other.name) && !alarms.some((alarm) => covers(alarm)(other))),
    [],
  );
});

test('the operator’s guide has every change that is told, as the rules have it', () => {
  const [, between = ''] = /<!-- changes -->\n([\s\S]*?)<!-- \/changes -->/.exec(guide) ?? [];
  const rows = changeNames.map((name) => {
    const { what, calls, but = {}, undoes, ofDeployments } = changeOf(name);
    const others = Object.entries(but).map(([call, { by }]) => `\`${call}\` by anybody but \`${by}\``);
    const said = [...calls.map((call) => `\`${call}\``), ...others].join(', ');
    const deployments = ofDeployments === 'told' ? 'told' : 'left out';
    return `| \`${name}\` | ${what} | ${said} | ${undoes} | ${deployments} |`;
  });
  assert.equal(
    between,
    [
      '| rule | somebody changed | calls | what rests on it | CloudFormation’s own |',
      '|---|---|---|---|---|',
      ...rows,
      '',
    ].join('\n'),
  );
});

/** The third column of the threat model's tables: what only shows afterwards. */
const shows = readFileSync('docs/threat-model.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.split(' | ')[2] ?? '');

test('SECURITY.md and the threat model promise no alarm and no rule that there is not', () => {
  const alarms = alarmsOf(prod).map(({ id }) => id);
  const calls = changeNames.flatMap((name) => changeOf(name).calls);
  const known = new Set<string>([
    ...alarms,
    ...changeNames,
    ...functionNames,
    ...calls,
    // Of CloudTrail itself, which a person looks up.
    ...['Decrypt', 'ScheduleKeyDeletion'],
  ]);
  for (const [page, text] of [
    ['SECURITY.md', readFileSync('SECURITY.md', 'utf8').replace(/^\| .*$/gm, '')],
    ['docs/threat-model.md', shows.join('\n')],
  ] as const) {
    const named = [...text.matchAll(/`([A-Z][a-z]+(?:[A-Z][a-z]+)*)`/g)].map(([, name = '']) => name);
    assert.ok(named.includes('KeyChanges'), page);
    assert.deepEqual(
      named.filter((name) => !known.has(name)),
      [],
      page,
    );
  }
});

test('the threat model says of every rule what an administrator does that it tells of', () => {
  for (const name of changeNames)
    assert.ok(
      shows.some((text) => text.includes(`\`${name}\``)),
      name,
    );
});
