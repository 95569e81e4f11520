import { randomUUID } from 'node:crypto';
import { PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { addressedSchema } from '#client/notice/letter.ts';
import { until } from './feed.ts';
import { invoke } from './invoke.ts';
import type { World } from './world.ts';

/**
 * The provider's own messenger, as far as Writ is concerned: a queue that the notices' bus is led to, and somebody who
 * asks whom each is for.
 */
const notice = z.looseObject({
  id: z.string(),
  case: z.string(),
  subject: z.int(),
  disclosed: z.looseObject({ records: z.int() }),
  to: z.object({ id: z.string(), name: z.string() }),
  check: z.looseObject({ log: z.string(), stream: z.string() }),
});
export type Notice = z.infer<typeof notice>;

export interface Messenger {
  /** The next notice of a case. */
  notice(caseId: string): Promise<Notice>;
  /** Every notice that has come, as it came. */
  readonly texts: readonly string[];
}

export async function openMessenger({ aws, outputs }: World): Promise<Messenger> {
  const name = `messenger-${randomUUID().slice(0, 8)}`;
  const { QueueUrl = '' } = await aws.sqs.send(new CreateQueueCommand({ QueueName: name }));
  const { Attributes } = await aws.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  const QueueArn = z.string().parse(Attributes?.QueueArn);
  const EventBusName = outputs.NoticesBusName;
  const { RuleArn } = await aws.eventBridge.send(
    new PutRuleCommand({
      Name: name,
      EventBusName,
      EventPattern: JSON.stringify({ source: ['writ'], 'detail-type': ['Disclosure notice'] }),
    }),
  );
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: QueueArn,
        Condition: { ArnEquals: { 'aws:SourceArn': RuleArn } },
      },
    ],
  });
  await aws.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  await aws.eventBridge.send(
    new PutTargetsCommand({ Rule: name, EventBusName, Targets: [{ Id: 'queue', Arn: QueueArn }] }),
  );
  const texts: string[] = [];
  const arrived: Notice[] = [];
  const receive = async () => {
    const { Messages = [] } = await aws.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    for (const { Body = '', ReceiptHandle } of Messages) {
      texts.push(Body);
      arrived.push(notice.parse(z.looseObject({ detail: z.unknown() }).parse(JSON.parse(Body)).detail));
      await aws.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  };
  return {
    texts,
    notice: (caseId) =>
      until('the notice has come', async () => {
        await receive();
        const i = arrived.findIndex((each) => each.case === caseId);
        return i < 0 ? undefined : arrived.splice(i, 1)[0];
      }),
  };
}

/** Asks, as the messenger does, whom a case's notices are for. @throws if the function does not answer that */
export async function whomToTell(
  world: World,
  caseId: string,
  { anew }: { anew?: boolean } = {},
): Promise<z.infer<typeof addressedSchema>> {
  return addressedSchema.parse(
    await invoke(world, 'Notice', { case: caseId, ...(anew === undefined ? {} : { anew }) }),
  );
}
