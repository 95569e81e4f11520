import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ExpectedRole, type LiveRole, roleDrift, rolesOf } from '#client/doctor/roles.ts';
import { type Deployed, matches, urlSuffixIn } from '#client/doctor/template.ts';

const deployed: Deployed = {
  partition: 'aws',
  region: 'eu-central-1',
  account: '111122223333',
  urlSuffix: 'amazonaws.com',
  stackName: 'Writ',
  stackId: 'arn:aws:cloudformation:eu-central-1:111122223333:stack/Writ/1',
  resources: new Map([
    ['Bucket', 'writ-bucket-1'],
    ['Queue', 'https://sqs.eu-central-1.amazonaws.com/111122223333/Writ-Queue-1'],
    ['Log', '/aws/writ/Log'],
    ['Role', 'Writ-Role-1'],
  ]),
};
const arn = { 'Fn::GetAtt': ['Bucket', 'Arn'] };
const trust = {
  Version: '2012-10-17',
  Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } }],
};
const reads = {
  Effect: 'Allow',
  Action: ['s3:GetObject', 's3:List*'],
  Resource: [arn, { 'Fn::Join': ['', [arn, '/*']] }],
};
const liveReads = {
  Effect: 'Allow',
  Action: ['s3:List*', 's3:GetObject'],
  Resource: ['arn:aws:s3:::writ-bucket-1', 'arn:aws:s3:::writ-bucket-1/*'],
};
const role: ExpectedRole = {
  id: 'Role',
  trust,
  inline: new Map([['Default', { Statement: [reads] }]]),
  attached: [{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:policy/service-role/Push']] }],
};
const asDeployed: LiveRole = {
  trust,
  inline: new Map([['Default', { Statement: liveReads }]]),
  attached: ['arn:aws:iam::aws:policy/service-role/Push'],
};
const drift = (changes: Partial<LiveRole>) => roleDrift(role, { ...asDeployed, ...changes }, deployed);
const statement = (value: unknown) => ({ inline: new Map([['Default', { Statement: value }]]) });

test('a role that is as its template makes it has not drifted, in whatever order and form IAM says so', () => {
  assert.deepEqual(drift({}), []);
});

test('what was added by hand is named: a policy, an attachment, a statement', () => {
  const mine = { Statement: { Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' } };
  assert.deepEqual(drift({ inline: new Map([...asDeployed.inline, ['mine', mine]]) }), [
    'policy mine was added by hand (Allow s3:ListAllMyBuckets on *)',
  ]);
  const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess';
  assert.deepEqual(drift({ attached: [...asDeployed.attached, administrator] }), [
    `policy ${administrator} was attached by hand`,
  ]);
  assert.deepEqual(drift(statement([liveReads, { Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }])), [
    'policy Default: added Allow everything but iam:* on *',
  ]);
});

test('what was taken away is named', () => {
  assert.deepEqual(drift({ inline: new Map() }), ['policy Default was taken away']);
  assert.deepEqual(drift({ attached: [] }), ['a policy that the template attaches is not attached']);
  assert.deepEqual(drift(statement([])), [
    'policy Default: missing Allow s3:GetObject, s3:List* on Bucket, what is made up at deployment',
  ]);
});

test('a right that was widened is seen: to other things, more actions, fewer conditions', () => {
  const widened = [
    { ...liveReads, Resource: '*' },
    { ...liveReads, Resource: ['arn:aws:s3:::writ-bucket-1', 'arn:aws:s3:::writ-bucket-1*'] },
    { ...liveReads, Resource: ['arn:aws:s3:::*', 'arn:aws:s3:::writ-bucket-1/*'] },
    { ...liveReads, Resource: ['arn:aws:s3:::other', 'arn:aws:s3:::writ-bucket-1/*'] },
    { ...liveReads, Condition: { Bool: { 'aws:SecureTransport': 'true' } } },
  ];
  for (const value of widened) {
    const [found = '', ...more] = drift(statement([value]));
    assert.match(
      found,
      /^policy Default: changed to Allow s3:GetObject, s3:List\* on /,
      JSON.stringify(value),
    );
    assert.deepEqual(more, []);
  }
  assert.equal(drift(statement([{ ...liveReads, Action: ['s3:*'] }])).length, 2);
  assert.equal(drift(statement([{ ...liveReads, Effect: 'Deny' }])).length, 2);
});

test('a trust that lets in more than Lambda is seen', () => {
  const [only] = trust.Statement;
  assert.ok(only);
  const root = { ...only, Principal: { AWS: 'arn:aws:iam::111122223333:root' } };
  assert.deepEqual(drift({ trust: { ...trust, Statement: [only, root] } }), [
    'trust: added Allow sts:AssumeRole to arn:aws:iam::111122223333:root',
  ]);
  assert.deepEqual(drift({ trust: { ...trust, Statement: [root] } }), [
    'trust: changed to Allow sts:AssumeRole to arn:aws:iam::111122223333:root',
  ]);
});

const filled = (name: string) => `\${${name}}`;

test('what CloudFormation fills in is known by the resource’s own name, and never a wildcard', () => {
  const cases: [expected: unknown, live: unknown, does: boolean][] = [
    [{ Ref: 'Bucket' }, 'writ-bucket-1', true],
    [{ Ref: 'Bucket' }, 'writ-bucket-10', false],
    [{ 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:aws:sqs:eu-central-1:111122223333:Writ-Queue-1', true],
    [{ 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:aws:sqs:eu-central-1:111122223333:Writ-Queue-12', false],
    [{ 'Fn::GetAtt': 'Log.Arn' }, 'arn:aws:logs:eu-central-1:111122223333:log-group:/aws/writ/Log:*', true],
    [{ 'Fn::GetAtt': 'Log.Arn' }, 'arn:aws:logs:*:111122223333:log-group:/aws/writ/Log:*', false],
    [{ 'Fn::Sub': `a-${filled('AWS::Region')}-${filled('Bucket')}` }, 'a-eu-central-1-writ-bucket-1', true],
    [{ 'Fn::Sub': [`a-${filled('It')}`, { It: { Ref: 'Bucket' } }] }, 'a-writ-bucket-1', true],
    [{ 'Fn::Sub': `a-${filled('Bucket')}` }, 'a-*', false],
    [{ 'Fn::ImportValue': 'x' }, 'anything', true],
    [{ 'Fn::ImportValue': 'x' }, '*', false],
    [{ Ref: 'NotOfThisStack' }, 'arn:*', false],
    [{ a: '1', b: { Ref: 'AWS::NoValue' } }, { a: '1' }, true],
    [{ a: '1' }, { a: '1', b: '2' }, false],
    [{ a: 1 }, { a: '1' }, true],
    [undefined, 'x', false],
    ['a.c', 'abc', false],
  ];
  for (const [expected, live, does] of cases)
    assert.equal(
      matches(expected, live, deployed),
      does,
      `${JSON.stringify(expected)} ${JSON.stringify(live)}`,
    );
});

test('two values of a set that are made up to the same one are one value, as AWS gives them back', () => {
  const names = [
    'dynamodb.eu-central-1.amazonaws.com',
    { 'Fn::Join': ['', ['dynamodb.eu-central-1.', { Ref: 'AWS::URLSuffix' }]] },
  ];
  const via = (value: unknown) => ({ ...reads, Condition: { StringEquals: { 'kms:ViaService': value } } });
  const expected = { ...role, inline: new Map([['Default', { Statement: [via(names)] }]]) };
  const liveVia = (value: unknown) => {
    const live = { ...liveReads, Condition: { StringEquals: { 'kms:ViaService': value } } };
    return roleDrift(expected, { ...asDeployed, ...statement([live]) }, deployed);
  };
  assert.deepEqual(liveVia(names[0]), []);
  assert.deepEqual(liveVia([names[0], names[0]]), []);
  for (const other of ['*', [names[0], 'dynamodb.eu-west-1.amazonaws.com'], []])
    assert.equal(liveVia(other).length, 1, JSON.stringify(other));
});

test('the suffix of AWS’s domains is read from the API’s address, and an unknown one stays unknown', () => {
  const of = (host: string) => urlSuffixIn(`https://${host}/v1/`);
  assert.equal(of('a1b2.execute-api.eu-central-1.amazonaws.com'), 'amazonaws.com');
  assert.equal(of('a1b2.execute-api.cn-north-1.amazonaws.com.cn'), 'amazonaws.com.cn');
  assert.equal(
    of('a1b2.execute-api.eu-central-1.localhost.localstack.cloud:4566'),
    'localhost.localstack.cloud',
  );
  for (const other of ['disclosure.example', 'localhost:1234']) assert.equal(of(other), undefined);
  assert.equal(urlSuffixIn(undefined), undefined);
});

test('a template’s roles have the policies that stand beside them', () => {
  const properties = { PolicyName: 'Default', PolicyDocument: { Statement: [] }, Roles: [{ Ref: 'Role' }] };
  const own = { PolicyName: 'Own', PolicyDocument: { Statement: [] } };
  const resources = {
    Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trust, Policies: [own] } },
    Policy: { Type: 'AWS::IAM::Policy', Properties: properties },
    Managed: { Type: 'AWS::IAM::ManagedPolicy', Properties: { Roles: [{ Ref: 'Role' }] } },
    Other: {
      Type: 'AWS::IAM::Policy',
      Properties: { ...properties, Roles: [{ Ref: 'Else' }], PolicyName: 'Other' },
    },
  };
  const [expectedRole, ...more] = rolesOf(resources, deployed);
  assert.deepEqual(more, []);
  assert.deepEqual([...(expectedRole?.inline.keys() ?? [])], ['Own', 'Default']);
  assert.deepEqual(expectedRole?.attached, [{ Ref: 'Managed' }]);
});
