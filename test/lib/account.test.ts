/** What the stack asks of the account that it is deployed into, and does to it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { readConfig } from '#lib/config.ts';
import { definitionOf, functionNames } from '#lib/functions.ts';
import { ofType, type Resource, statementsOf, synthesize } from './synth.ts';

const odd = `Bürgernetz Köln Сеть 🛰️ "O'Neil" $ons \\ \${AWS::Region} 100%`;
const dev = synthesize({ stage: 'dev' });
const whole = synthesize({
  stage: 'prod',
  apiLogs: 'own',
  reserveConcurrency: true,
  provider: odd,
  authority: 'gateway.example',
  providerKeys: '2 1',
});
const logged = synthesize({ stage: 'dev', apiLogs: 'account' });

const types = (of: readonly Resource[]) => new Set(of.map(({ Type }) => Type));
const stageOf = (of: readonly Resource[]) => ofType(of, 'AWS::ApiGateway::Stage')[0];

test('the role that all of an account’s APIs log by is left alone unless the operator says otherwise', () => {
  for (const { resources } of [dev, logged]) {
    assert.ok(!types(resources).has('AWS::ApiGateway::Account'));
    assert.ok(!resources.some(({ id }) => id.includes('CloudWatchRole')));
  }
  const [account] = ofType(whole.resources, 'AWS::ApiGateway::Account');
  assert.ok(account, 'the operator said so');
  assert.equal(account.DeletionPolicy, 'Retain', 'another API may need it by then');
});

test('without a role of API Gateway’s there are no access logs, which would fail the deployment', () => {
  assert.equal(stageOf(dev.resources)?.Properties.AccessLogSetting, undefined);
  for (const { resources } of [logged, whole]) assert.ok(stageOf(resources)?.Properties.AccessLogSetting);
});

test('I1: the access log names no caller, no path with an id and no agent', () => {
  for (const { resources } of [logged, whole]) {
    const stage = stageOf(resources)?.Properties;
    const format = z.object({ Format: z.string() }).parse(stage?.AccessLogSetting).Format;
    const fields = [...format.matchAll(/\$context\.([A-Za-z.]+)/g)].map(([, name]) => name);
    const expected = [
      'requestId',
      'requestTimeEpoch',
      'httpMethod',
      'resourcePath',
      'status',
      'responseLatency',
    ];
    assert.deepEqual(fields.sort(), expected.sort());
  }
  for (const { resources } of [dev, logged, whole]) {
    const settings = z.array(z.record(z.string(), z.unknown()));
    for (const setting of settings.parse(stageOf(resources)?.Properties.MethodSettings)) {
      assert.notEqual(setting.DataTraceEnabled, true);
      assert.equal(setting.LoggingLevel, undefined, 'execution logs hold addresses and paths');
    }
  }
});

test('I4: a deployment is recorded when every function has its code and its rights, and CloudFormation waits minutes for it', () => {
  for (const { resources, template } of [dev, whole]) {
    const { Deployment } = z
      .object({
        Deployment: z.object({
          DependsOn: z.array(z.string()),
          Properties: z.object({ ServiceTimeout: z.coerce.number() }),
        }),
      })
      .parse(template.toJSON().Resources);
    const runs = ['AWS::Lambda::Function', 'AWS::IAM::Role', 'AWS::IAM::Policy'].flatMap((type) =>
      ofType(resources, type).filter(({ id }) => !id.includes('CloudWatchRole')),
    );
    assert.ok(runs.length > 3 * (functionNames.length - 1));
    assert.deepEqual(
      runs.map(({ id }) => id).filter((id) => !Deployment.DependsOn.includes(id)),
      [],
    );
    assert.ok(Deployment.Properties.ServiceTimeout < 3600);
  }
});

test('the template is ASCII, whatever the provider is called: CloudFormation gives anything else back as ?', () => {
  for (const { template } of [dev, whole, logged]) {
    const other = [...JSON.stringify(template.toJSON()).matchAll(/.{0,40}[^\x20-\x7e]+/gu)];
    assert.deepEqual(
      other.map(([text]) => text),
      [],
    );
  }
});

test('the functions that publish the provider’s name are given it encoded', () => {
  const names = ofType(whole.resources, 'AWS::Lambda::Function').flatMap(({ Properties }) => {
    const given = z
      .object({ Variables: z.object({ PROVIDER_NAME: z.string().optional() }) })
      .safeParse(Properties.Environment);
    return given.data?.Variables.PROVIDER_NAME ?? [];
  });
  assert.equal(names.length, 3);
  for (const name of names) {
    assert.match(name, /^[\w%.~!*'()-]+$/);
    assert.equal(
      decodeURIComponent(name),
      readConfig((key) => (key === 'provider' ? odd : undefined)).provider,
    );
  }
});

/** The template as CloudFormation reads it in a region of a partition, as far as pseudo-parameters go. */
function readIn(value: unknown, pseudo: Readonly<Record<string, string>>): unknown {
  if (Array.isArray(value)) return value.map((each) => readIn(each, pseudo));
  if (typeof value !== 'object' || value === null) return value;
  const read = Object.fromEntries(Object.entries(value).map(([name, each]) => [name, readIn(each, pseudo)]));
  if (typeof read.Ref === 'string' && read.Ref in pseudo) return pseudo[read.Ref];
  const join = z.tuple([z.string(), z.array(z.unknown())]).safeParse(read['Fn::Join']);
  if (!join.success) return read;
  const [separator, parts] = join.data;
  return parts.map((part) => (typeof part === 'string' ? part : '(a resource)')).join(separator);
}

const partitions = [
  ['aws', 'eu-central-1', 'amazonaws.com'],
  ['aws-cn', 'cn-north-1', 'amazonaws.com.cn'],
  ['aws-us-gov', 'us-gov-west-1', 'amazonaws.com'],
] as const;

for (const [partition, region, suffix] of partitions) {
  const pseudo = { 'AWS::Partition': partition, 'AWS::Region': region, 'AWS::URLSuffix': suffix };

  test(`the tables’ key is used through DynamoDB as it is called in ${partition}`, () => {
    const conditions = ofType(dev.resources, 'AWS::IAM::Policy')
      .flatMap(({ Properties }) => statementsOf(readIn(Properties.PolicyDocument, pseudo)))
      .flatMap(({ Condition }) => Condition?.StringEquals?.['kms:ViaService'] ?? []);
    assert.ok(conditions.length > 0);
    assert.ok(conditions.includes(`dynamodb.${region}.${suffix}`), String(conditions[0]));
    for (const each of conditions)
      assert.match(String(each), new RegExp(`^dynamodb\\.${region}\\.amazonaws\\.com`));
  });

  test(`no ARN in the template is of another partition than ${partition}`, () => {
    for (const { template } of [dev, whole]) {
      const text = JSON.stringify(readIn(template.toJSON(), pseudo));
      const arns = [...text.matchAll(/arn:(aws[a-z-]*):/g)].map(([, name]) => name);
      assert.ok(arns.length > 0);
      assert.deepEqual(new Set(arns), new Set([partition]));
    }
  });
}

test('the functions that must not starve have concurrency of their own, where the operator reserves it', () => {
  const reserved = ({ resources }: typeof dev) =>
    Object.fromEntries(
      ofType(resources, 'AWS::Lambda::Function').flatMap(({ id, Properties }) =>
        Properties.ReservedConcurrentExecutions === undefined
          ? []
          : [[id.slice(0, -8), Properties.ReservedConcurrentExecutions]],
      ),
    );
  assert.deepEqual(reserved(dev), {});
  const defined = functionNames.flatMap((name) => {
    const { reserved: most } = definitionOf(name);
    return most === undefined ? [] : [[name, most] as const];
  });
  assert.deepEqual(reserved(whole), Object.fromEntries(defined));
  for (const name of ['Sequence', 'Collect']) assert.ok(name in reserved(whole), name);
});

test('a function that may query a table may query its indexes by their names, and no other may', () => {
  for (const { id, Properties } of ofType(dev.resources, 'AWS::IAM::Policy')) {
    for (const { Action, Resource } of statementsOf(Properties.PolicyDocument)) {
      const text = JSON.stringify(Resource);
      if (!text.includes('/index/')) continue;
      assert.deepEqual(Action, ['dynamodb:Query'], id);
      assert.doesNotMatch(text, /\/index\/\*/, id);
    }
  }
});
