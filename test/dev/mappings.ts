import assert from 'node:assert/strict';
import type { Cloud } from '#dev/cloud/cloud.ts';
import { signed } from '#dev/cloud/gate/sign.ts';
import { asked } from './gate/live.ts';

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
