import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import {
  InvokeCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { lacks } from '#dev/cloud/capabilities.ts';
import { cloudUnderTest } from '#dev/cloud/cloud.ts';
import { settledStack } from '#dev/cloud/stacks.ts';
import { until } from '#dev/feed.ts';
import { settings } from './gate/live.ts';

/** A function that is changed while it runs. AWS Lambda Developer Guide: "Update code", "Lambda runtime environment lifecycle". */
const cloud = await cloudUnderTest();
const skip = lacks(cloud, 'ours');

/** Says that it has begun, and ends when it is told to. */
const CODE = `
const { existsSync, writeFileSync } = require('node:fs');
const { setTimeout: sleep } = require('node:timers/promises');
exports.handler = async ({ begun, end }) => {
  writeFileSync(begun, '');
  while (!existsSync(end)) await sleep(20);
  return { version: process.env.VERSION };
};`;

describe('a function that is changed while it runs', { skip }, () => {
  const scratch = mkdtempSync(join(tmpdir(), 'writ-lambda-'));
  const cloudFormation = new CloudFormationClient(settings(cloud));
  const lambda = new LambdaClient(settings(cloud));
  after(async () => {
    await cloud.stop();
    rmSync(scratch, { recursive: true });
  });

  it('ends what it began as it was, and begins the next as it is', async () => {
    const FunctionName = `changed-${process.pid}-${Date.now() % 1e7}`;
    const TemplateBody = JSON.stringify({
      Resources: {
        Role: {
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
        Function: {
          Type: 'AWS::Lambda::Function',
          Properties: {
            FunctionName,
            Runtime: 'nodejs24.x',
            Handler: 'index.handler',
            Timeout: 60,
            Code: { ZipFile: CODE },
            Environment: { Variables: { VERSION: 'first' } },
            Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
          },
        },
      },
    });
    const made = { StackName: FunctionName, TemplateBody, Capabilities: ['CAPABILITY_IAM' as const] };
    await cloudFormation.send(new CreateStackCommand(made));
    await settledStack(cloudFormation, FunctionName);

    const at = (name: string) => join(scratch, name);
    const run = async (name: string) => {
      const Payload = JSON.stringify({ begun: at(`${name}-begun`), end: at(`${name}-end`) });
      const answer = await lambda.send(new InvokeCommand({ FunctionName, Payload }));
      return JSON.parse(Buffer.from(answer.Payload ?? []).toString()) as unknown;
    };
    const first = run('one');
    await until('it has begun', async () => existsSync(at('one-begun')));
    const Environment = { Variables: { VERSION: 'second' } };
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment }));
    await waitUntilFunctionUpdatedV2({ client: lambda, maxWaitTime: 60 }, { FunctionName });
    for (const name of ['one', 'two']) writeFileSync(at(`${name}-end`), '');
    assert.deepEqual(await first, { version: 'first' });
    assert.deepEqual(await run('two'), { version: 'second' });
  });
});
