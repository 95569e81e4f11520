import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { LambdaClient, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { lacks } from '#dev/cloud/capabilities.ts';
import { cloudUnderTest } from '#dev/cloud/cloud.ts';
import { settledStack } from '#dev/cloud/stacks.ts';
import { settings } from './gate/live.ts';
import { messagesOf } from './mappings.ts';

/** An event source mapping of a DynamoDB stream, as the stack makes them. */
const cloud = await cloudUnderTest();
const skip = lacks(cloud, 'ours');

/** Writes down what it is handed, and fails if one of it begins with `bad`. */
const CODE = `
const { appendFileSync } = require('node:fs');
exports.handler = async ({ Records }) => {
  const names = Records.map(({ dynamodb }) => dynamodb.Keys.pk.S);
  appendFileSync(process.env.SEEN, names.join(' ') + '\\n');
  if (names.some((name) => name.startsWith('bad'))) throw new Error('a bad record');
};`;

test('a mapping of a DynamoDB stream halves what fails, gives it up after its tries, and goes on', {
  skip,
}, async () => {
  const name = `d${process.pid}-${Date.now() % 1e7}`;
  const scratch = mkdtempSync(join(tmpdir(), 'writ-dynamodb-'));
  const seenFile = join(scratch, 'seen');
  writeFileSync(seenFile, '');
  after(async () => {
    await cloud.stop();
    rmSync(scratch, { recursive: true });
  });
  const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
  const allow = (Action: string) => ({ Effect: 'Allow', Action, Resource: '*' });
  const service = { Service: 'lambda.amazonaws.com' };
  const made = await stack(name, {
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        TableName: name,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
      },
    },
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: name } },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: service, Action: 'sts:AssumeRole' }],
        },
        Policies: [
          {
            PolicyName: 'own',
            PolicyDocument: { Version: '2012-10-17', Statement: [allow('sqs:SendMessage')] },
          },
        ],
      },
    },
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: name,
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Code: { ZipFile: CODE },
        Environment: { Variables: { SEEN: seenFile } },
        Role: arn('Role'),
      },
    },
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: { 'Fn::GetAtt': ['Table', 'StreamArn'] },
        FunctionName: { Ref: 'Function' },
        StartingPosition: 'TRIM_HORIZON',
        BatchSize: 100,
        BisectBatchOnFunctionError: true,
        MaximumRetryAttempts: 1,
        Enabled: false,
        DestinationConfig: { OnFailure: { Destination: arn('Queue') } },
      },
    },
  });
  const dynamo = new DynamoDBClient(settings(cloud));
  const put = (pk: string) => dynamo.send(new PutItemCommand({ TableName: name, Item: { pk: { S: pk } } }));
  // One batch: it waits for the mapping.
  for (const pk of ['1', '2', '3', 'bad', '4']) await put(pk);
  const UUID = made.Mapping ?? '';
  await new LambdaClient(settings(cloud)).send(new UpdateEventSourceMappingCommand({ UUID, Enabled: true }));
  const seen = () => readFileSync(seenFile, 'utf8').split('\n').slice(0, -1);
  const deadline = performance.now() + 60_000;
  while (!seen().includes('4')) {
    assert.ok(performance.now() < deadline, seen().join(', '));
    await sleep(50);
  }
  assert.deepEqual(seen(), ['1 2 3 bad 4', '1 2 3', 'bad 4', 'bad', 'bad', '4']);
  const [message] = await messagesOf(cloud, made.Queue ?? '');
  const { requestContext, DDBStreamBatchInfo } = JSON.parse(message ?? '{}');
  assert.equal(requestContext.condition, 'RetryAttemptsExhausted');
  assert.equal(DDBStreamBatchInfo.batchSize, 1);
  assert.doesNotMatch(message ?? '', /"bad/, 'where it lies, and nothing of what it holds');
});

/** Makes a stack. @returns the names of its resources */
async function stack(StackName: string, Resources: Record<string, object>): Promise<Record<string, string>> {
  const cloudFormation = new CloudFormationClient(settings(cloud));
  const Outputs = Object.fromEntries(['Mapping', 'Queue'].map((id) => [id, { Value: { Ref: id } }]));
  const TemplateBody = JSON.stringify({ Resources, Outputs });
  await cloudFormation.send(
    new CreateStackCommand({ StackName, TemplateBody, Capabilities: ['CAPABILITY_IAM'] }),
  );
  return settledStack(cloudFormation, StackName);
}
