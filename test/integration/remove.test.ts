import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateKeyCommand,
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import {
  HeadBucketCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
} from '@aws-sdk/client-s3';
import { z } from 'zod';
import { vaultKeyPolicy } from '#core/vault/key-policy.ts';
import { type Aws, awsOf } from '#dev/aws.ts';
import { lacks } from '#dev/cloud/capabilities.ts';
import { cloudUnderTest } from '#dev/cloud/cloud.ts';
import { until } from '#dev/feed.ts';
import { writ } from '#dev/writ.ts';

/** `writ operate remove` on stacks that hold what Writ's stack holds, one of each kind. */
const answer = z.object({
  stacks: z.array(z.object({ status: z.string() })),
  found: z.array(z.object({ kind: z.string(), id: z.string(), state: z.looseObject({ is: z.string() }) })),
  lockedUntil: z.string().optional(),
});

const versioned = { VersioningConfiguration: { Status: 'Enabled' } };
const kept = { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' };

/** @param fails whether it has a resource that cannot be made once the others are: SQS keeps messages for a minute at least */
function template(isKept: boolean, fails = false): string {
  const holding = (Type: string, Properties: object = {}) => ({
    Type,
    Properties,
    ...(isKept ? kept : {}),
  });
  return JSON.stringify({
    Description: 'Writ disclosure gateway',
    Resources: {
      LogBucket: holding('AWS::S3::Bucket', { ...versioned, ObjectLockEnabled: true }),
      TrailBucket: holding('AWS::S3::Bucket', versioned),
      TablesKey: holding('AWS::KMS::Key', {
        KeyPolicy: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { AWS: { 'Fn::Join': ['', ['arn:aws:iam::', { Ref: 'AWS::AccountId' }, ':root']] } },
              Action: 'kms:*',
              Resource: '*',
            },
          ],
        },
      }),
      EventStream: holding('AWS::Kinesis::Stream', { StreamModeDetails: { StreamMode: 'ON_DEMAND' } }),
      CasesTable: holding('AWS::DynamoDB::Table', {
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        DeletionProtectionEnabled: isKept,
      }),
      CollectRole: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
            ],
          },
        },
      },
      SealLog: { Type: 'AWS::Logs::LogGroup' },
      ...(fails
        ? {
            Fails: {
              Type: 'AWS::SQS::Queue',
              DependsOn: ['LogBucket', 'TrailBucket', 'TablesKey', 'EventStream', 'CasesTable'],
              Properties: { MessageRetentionPeriod: 1 },
            },
          }
        : {}),
    },
  });
}

const cloud = await cloudUnderTest();
after(() => cloud.stop());
const skip = lacks(cloud, 'ours');

describe('writ operate remove', { concurrency: 2, skip }, () => {
  let aws: Aws;
  let cloudFormation: CloudFormationClient;
  const vaultKeys: string[] = [];
  before(async () => {
    aws = awsOf(cloud);
    const { endpoint, region, credentials } = cloud;
    cloudFormation = new CloudFormationClient({ endpoint, region, credentials });
  });
  after(async () => {
    for (const KeyId of vaultKeys)
      await aws.kms.send(new ScheduleKeyDeletionCommand({ KeyId })).catch(() => {});
  });

  /** @returns its name, once CloudFormation has finished with it */
  async function made(isKept: boolean, ends: string): Promise<string> {
    const stack = `WritRemoval-${randomUUID()}`;
    await cloudFormation.send(
      new CreateStackCommand({
        StackName: stack,
        TemplateBody: template(isKept, ends !== 'CREATE_COMPLETE'),
        EnableTerminationProtection: isKept,
        Capabilities: ['CAPABILITY_IAM'],
      }),
    );
    await until(`the stack is ${ends}`, async () => {
      const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: stack }));
      return Stacks?.[0]?.StackStatus === ends;
    });
    return stack;
  }

  /** A stack with a file in each bucket and a vault key that names its role. */
  async function deployed(isKept: boolean) {
    const stack = await made(isKept, 'CREATE_COMPLETE');
    const { StackResourceSummaries = [] } = await cloudFormation.send(
      new ListStackResourcesCommand({ StackName: stack }),
    );
    const ids = Object.fromEntries(
      StackResourceSummaries.map((each) => [each.LogicalResourceId, each.PhysicalResourceId ?? '']),
    );
    const { LogBucket = '', TrailBucket = '', CollectRole = '', CasesTable = '' } = ids;
    const DefaultRetention = { Mode: 'COMPLIANCE', Days: 1 } as const;
    await aws.s3.send(
      new PutObjectLockConfigurationCommand({
        Bucket: LogBucket,
        ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention } },
      }),
    );
    await aws.s3.send(new PutObjectCommand({ Bucket: LogBucket, Key: 'checkpoint', Body: 'x' }));
    for (const Body of ['1', '2'])
      await aws.s3.send(new PutObjectCommand({ Bucket: TrailBucket, Key: 'AWSLogs/1', Body }));
    await aws.s3.send(
      new PutBucketPolicyCommand({
        Bucket: TrailBucket,
        Policy: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Deny',
              Principal: '*',
              Action: ['s3:DeleteObject', 's3:DeleteObjectVersion'],
              Resource: `arn:aws:s3:::${TrailBucket}/*`,
            },
          ],
        }),
      }),
    );
    const role = `arn:aws:iam::${cloud.accountId}:role/${CollectRole}`;
    const account = `arn:aws:iam::${cloud.accountId}:root`;
    const roles = { seal: role, authorise: role, expire: role, preserve: role, forget: role };
    const { KeyMetadata } = await aws.kms.send(
      new CreateKeyCommand({
        Policy: JSON.stringify(vaultKeyPolicy({ account, collect: role, ...roles })),
        Tags: [{ TagKey: 'writ', TagValue: 'vault' }],
        BypassPolicyLockoutSafetyCheck: true,
      }),
    );
    const vaultKey = KeyMetadata?.Arn ?? '';
    vaultKeys.push(vaultKey);
    return { stack, LogBucket, TrailBucket, CasesTable, vaultKey };
  }

  async function removing(stack: string, ...args: string[]) {
    const { credentials, caFile, endpoint, region } = cloud;
    const where = ['--endpoint', endpoint, '--region', region, '--json'];
    const ran = await writ(['operate', 'remove', '--stack', stack, ...where, ...args], {
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      NODE_EXTRA_CA_CERTS: caFile,
    });
    return { ...ran, told: ran.out === '' ? undefined : answer.parse(JSON.parse(ran.out)) };
  }
  const stateOf = async (KeyId: string) =>
    (await aws.kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.KeyState;

  test('a stack in dev goes with its vault keys, and what stays is the log until its lock ends', async () => {
    const { stack, LogBucket, TrailBucket, vaultKey } = await deployed(false);
    const listed = await removing(stack, '--list');
    assert.equal(listed.code, 0, listed.err);
    assert.ok(listed.told?.found.some(({ kind, id }) => kind === 'vault-key' && id === vaultKey));

    const unconfirmed = await removing(stack);
    assert.equal(unconfirmed.code, 2, 'without the name nothing happens');
    assert.equal(await stateOf(vaultKey), 'Enabled');

    const { code, told, err } = await removing(stack, '--confirm', stack);
    assert.equal(code, 1, err);
    const left = Object.groupBy(told?.found ?? [], ({ state }) => state.is);
    assert.deepEqual(Object.keys(left).sort(), ['going', 'locked'], err);
    assert.deepEqual(
      left.locked?.map(({ id }) => id),
      [LogBucket],
    );
    assert.deepEqual(left.going?.map(({ kind }) => kind).sort(), ['key', 'vault-key']);
    assert.ok(Date.parse(told?.lockedUntil ?? '') > Date.now());
    assert.equal(await stateOf(vaultKey), 'PendingDeletion');
    const { Policy = '' } = await aws.kms.send(
      new GetKeyPolicyCommand({ KeyId: vaultKey, PolicyName: 'default' }),
    );
    assert.doesNotMatch(Policy.replace(/"Deny".*/s, ''), /Decrypt|ReEncrypt|CreateGrant/, 'I2');
    await assert.rejects(aws.s3.send(new HeadBucketCommand({ Bucket: TrailBucket })));

    const again = await removing(stack, '--confirm', stack);
    assert.deepEqual([again.code, again.told?.found], [1, told?.found], again.err);
  });

  test('a stack in prod is not touched without the word for it; with it the protected tables go too', async () => {
    const { stack, LogBucket, CasesTable, vaultKey } = await deployed(true);
    const refused = await removing(stack, '--confirm', stack);
    assert.equal(refused.code, 1);
    assert.match(refused.err, /not-confirmed.*--prod/);
    assert.equal(await stateOf(vaultKey), 'Enabled');

    const { code, told, err } = await removing(stack, '--prod', '--confirm', stack);
    assert.equal(code, 1, err);
    assert.deepEqual(
      told?.found.filter(({ state }) => state.is !== 'going').map(({ id }) => id),
      [LogBucket],
      err,
    );
    await assert.rejects(aws.dynamo.send(new DescribeTableCommand({ TableName: CasesTable })));
    assert.deepEqual(
      told?.stacks.map(({ status }) => status),
      ['DELETE_COMPLETE'],
    );
  });

  test('a first deployment that fails leaves the protected tables of prod and nothing else, and they go with it', async () => {
    const stack = await made(true, 'ROLLBACK_FAILED');
    const listed = await removing(stack, '--prod', '--list');
    assert.deepEqual(
      listed.told?.found.map(({ kind, state }) => [kind, state.is]),
      [
        ['table', 'there'],
        ['key', 'going'],
      ],
      listed.err,
    );
    const { code, told, err } = await removing(stack, '--prod', '--confirm', stack);
    assert.deepEqual([code, told?.found.map(({ state }) => state.is)], [0, ['going']], err);
  });
});
