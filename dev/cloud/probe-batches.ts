/**
 * Whether event source mappings of Kinesis follow what a function says of single records (`ReportBatchItemFailures`). An
 * emulator that does not takes the setting without a word, and a record that cannot be sealed now is then lost. So it is
 * tried, with a stream, a function and a queue of the probe's own.
 */
import { randomUUID } from 'node:crypto';
import { CloudFormationClient, CreateStackCommand, DeleteStackCommand } from '@aws-sdk/client-cloudformation';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { awsOf } from '#dev/aws.ts';
import type { Cloud } from '#dev/cloud/cloud.ts';
import { settledStack } from '#dev/cloud/stacks.ts';

const PATIENCE_SECONDS = 15;

/** Takes every record but one that says `bad`. */
const CODE = `exports.handler = async ({ Records }) => ({
  batchItemFailures: Records.filter(({ kinesis }) => Buffer.from(kinesis.data, 'base64').toString() === 'bad').map(
    ({ kinesis }) => ({ itemIdentifier: kinesis.sequenceNumber }),
  ),
});`;

/** A failed record is tried once, and then told to a queue. */
function template(name: string): string {
  const arn = (of: string) => ({ 'Fn::GetAtt': [of, 'Arn'] });
  const resources = {
    Stream: ['AWS::Kinesis::Stream', { Name: name, ShardCount: 1 }],
    Queue: ['AWS::SQS::Queue', { QueueName: name }],
    Role: [
      'AWS::IAM::Role',
      {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
          ],
        },
        Policies: [
          {
            PolicyName: 'probe',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [
                {
                  Effect: 'Allow',
                  Action: ['kinesis:Describe*', 'kinesis:Get*', 'kinesis:List*'],
                  Resource: arn('Stream'),
                },
                { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: arn('Queue') },
              ],
            },
          },
        ],
      },
    ],
    Function: [
      'AWS::Lambda::Function',
      {
        FunctionName: name,
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Code: { ZipFile: CODE },
        Role: arn('Role'),
      },
    ],
    Mapping: [
      'AWS::Lambda::EventSourceMapping',
      {
        EventSourceArn: arn('Stream'),
        FunctionName: { Ref: 'Function' },
        StartingPosition: 'TRIM_HORIZON',
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        MaximumRetryAttempts: 0,
        DestinationConfig: { OnFailure: { Destination: arn('Queue') } },
      },
    ],
  };
  return JSON.stringify({
    Resources: Object.fromEntries(
      Object.entries(resources).map(([id, [Type, Properties]]) => [id, { Type, Properties }]),
    ),
    Outputs: { queue: { Value: { Ref: 'Queue' } } },
  });
}

/** @throws Error if the endpoint cannot make what the probe needs */
export async function reportsSingleRecords(cloud: Cloud): Promise<boolean> {
  const { endpoint, region, credentials } = cloud;
  const { kinesis, sqs } = awsOf(cloud);
  const cloudFormation = new CloudFormationClient({ endpoint, region, credentials });
  const StackName = `writ-probe-${randomUUID()}`;
  await cloudFormation.send(
    new CreateStackCommand({
      StackName,
      TemplateBody: template(StackName),
      Capabilities: ['CAPABILITY_IAM'],
    }),
  );
  try {
    const { queue: QueueUrl } = await settledStack(cloudFormation, StackName);
    const Records = ['good', 'bad', 'good'].map((text) => ({ Data: Buffer.from(text), PartitionKey: 'one' }));
    await kinesis.send(new PutRecordsCommand({ StreamName: StackName, Records }));
    for (const end = performance.now() + PATIENCE_SECONDS * 1000; performance.now() < end; ) {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));
      if (Messages.length > 0) return true;
    }
    return false;
  } finally {
    await cloudFormation.send(new DeleteStackCommand({ StackName }));
    cloudFormation.destroy();
  }
}
