import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { z } from 'zod';
import { changeNames, changeOf } from '#lib/changes.ts';
import { definitionOf, functionNames } from '#lib/functions.ts';
import { arnOf, ofType, type Resource, synthesize } from './synth.ts';

/** What alarms watch, and what pages say of them. */
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
});
const alarmsOf = (resources: readonly Resource[]) =>
  ofType(resources, 'AWS::CloudWatch::Alarm').map(({ id, Properties }) => ({
    id: id.replace(/^Alarms/, '').replace(/[0-9A-F]{8}$/, ''),
    ...alarm.parse(Properties),
  }));

for (const [stage, resources] of both) {
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
  const named = [...guide.matchAll(/^\| ((?:`…?[A-Z][A-Za-z]+`(?:, )?)+)/gm)].flatMap(([, names = '']) =>
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
