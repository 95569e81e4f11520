import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import type { Cloud } from '#dev/cloud/cloud.ts';
import { signed } from '#dev/cloud/gate/sign.ts';
import { asked, settings } from './gate/live.ts';

/** What tests of event source mappings share: each makes a stack of its own, and looks into its queue. */

/** Waits until a stack is made or changed. @returns its outputs */
export async function settledStack(cloud: Cloud, StackName: string): Promise<Record<string, string>> {
  const cloudFormation = new CloudFormationClient(settings(cloud));
  for (;;) {
    const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
    const { StackStatus = '', StackStatusReason, Outputs = [] } = Stacks[0] ?? {};
    if (/^(CREATE|UPDATE)_COMPLETE$/.test(StackStatus))
      return Object.fromEntries(
        Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
      );
    assert.match(StackStatus, /IN_PROGRESS$/, StackStatusReason);
    await sleep(50);
  }
}

/** Takes the messages of a queue that takes calls over TLS alone. @returns their bodies */
export async function messagesOf(cloud: Cloud, QueueUrl: string): Promise<string[]> {
  const body = Buffer.from(JSON.stringify({ QueueUrl, MaxNumberOfMessages: 10 }));
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': 'AmazonSQS.ReceiveMessage',
  };
  const { host } = new URL(cloud.endpoint);
  const request = { host, region: cloud.region, service: 'sqs', body, headers };
  const answer = await asked(cloud, Object.entries(signed(request, cloud.credentials)), body);
  assert.equal(answer.status, 200, answer.body);
  const { Messages = [] } = JSON.parse(answer.body) as { Messages?: { Body: string }[] };
  return Messages.map(({ Body }) => Body);
}
