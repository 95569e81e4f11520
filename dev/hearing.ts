import { randomUUID } from 'node:crypto';
import { SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { until } from './feed.ts';
import type { World } from './world.ts';

/** Somebody who is subscribed to a topic: a queue, in the place of a mail or a pager. */
export interface Subscriber {
  /** The first message, of those that have come or are to come, with this text in it. */
  message(text: string): Promise<string>;
}

const delivered = z.looseObject({ Message: z.string() });

export async function subscribe({ aws }: Pick<World, 'aws'>, topic: string): Promise<Subscriber> {
  const { QueueUrl = '' } = await aws.sqs.send(
    new CreateQueueCommand({ QueueName: `hears-${randomUUID().slice(0, 8)}` }),
  );
  const { Attributes } = await aws.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  const queue = z.string().parse(Attributes?.QueueArn);
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: queue,
        Condition: { ArnEquals: { 'aws:SourceArn': topic } },
      },
    ],
  });
  await aws.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  await aws.sns.send(new SubscribeCommand({ TopicArn: topic, Protocol: 'sqs', Endpoint: queue }));
  const heard: string[] = [];
  const receive = async () => {
    const { Messages = [] } = await aws.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    for (const { Body = '', ReceiptHandle } of Messages) {
      heard.push(delivered.parse(JSON.parse(Body)).Message);
      await aws.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  };
  return {
    message: (text) =>
      until('the topic has told it', async () => {
        await receive();
        return heard.find((message) => message.includes(text));
      }),
  };
}
