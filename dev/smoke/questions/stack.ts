import { createHash } from 'node:crypto';
import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { GetFunctionCommand } from '@aws-sdk/client-lambda';
import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { addressAt } from '#client/cli/doctor/code.ts';
import { awsAccount } from '#client/cli/operate/remove/account.ts';
import { until } from '#dev/feed.ts';
import { answer, type Question, type Scene, seconds, unanswered } from '../question.ts';

export const firstEvent: Question = {
  id: 'first-event',
  asks: 'Is the first event sealed, and how soon?',
  assumes: 'Within two minutes of a deployment, vault keys being made on the way.',
  ask: async ({ plot, sealedSeconds }) =>
    answer(
      sealedSeconds < 120,
      `${plot.events.length} events sealed ${sealedSeconds.toFixed(1)} s after they were sent`,
    ),
};

export const codeSha: Question = {
  id: 'code-sha',
  asks: 'Is a function’s CodeSha256 the SHA-256 of the file that was deployed?',
  assumes: 'Yes: doctor compares it.',
  async ask({ world, isLocal }) {
    const { Configuration, Code } = await world.aws.lambda.send(
      new GetFunctionCommand({ FunctionName: world.outputs.SealFunctionName }),
    );
    const location = Code?.Location ?? '';
    if (!URL.canParse(location)) return unanswered('this cloud gives no address of the code');
    const address = addressAt(location, world.cloud.endpoint || undefined);
    const response = await fetch(address).catch(() => undefined);
    if (response === undefined) return unanswered('the code’s address cannot be reached');
    if (!response.ok) return unanswered(`the code’s address answers ${response.status}`);
    const zip = new Uint8Array(await response.arrayBuffer());
    const digest = createHash('sha256').update(zip).digest('base64');
    const said = `${zip.length} bytes, ${digest === Configuration?.CodeSha256 ? 'the same' : 'another'} digest`;
    return digest !== Configuration?.CodeSha256 && isLocal
      ? unanswered(said)
      : answer(digest === Configuration?.CodeSha256, said);
  },
};

/** The kinds that hold data, kept as in prod, and a resource that cannot be made. */
const failing = JSON.stringify({
  Description: 'Writ: a first deployment that fails',
  Resources: {
    Protected: table(true),
    Unprotected: table(false),
    Bucket: { Type: 'AWS::S3::Bucket', DeletionPolicy: 'RetainExceptOnCreate' },
    // SQS keeps messages for a minute at least.
    Fails: {
      Type: 'AWS::SQS::Queue',
      DependsOn: ['Protected', 'Unprotected', 'Bucket'],
      Properties: { MessageRetentionPeriod: 1 },
    },
  },
});

function table(DeletionProtectionEnabled: boolean) {
  return {
    Type: 'AWS::DynamoDB::Table',
    DeletionPolicy: 'RetainExceptOnCreate',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      DeletionProtectionEnabled,
    },
  };
}

export const failedFirstDeployment: Question = {
  id: 'failed-first-deployment',
  asks: 'What does a first deployment that fails leave of what prod keeps?',
  assumes: 'Tables that are protected from deletion, and nothing else: ROLLBACK_FAILED.',
  async ask(scene) {
    const { cloudFormation, stackName } = scene;
    const StackName = `${stackName}-fails`;
    await cloudFormation.send(new CreateStackCommand({ StackName, TemplateBody: failing }));
    const ids = new Map<string, string>();
    const status = await until(
      'the stack is rolled back',
      async () => {
        // Events tell of what is no longer the stack's, too.
        const { StackEvents = [] } = await cloudFormation.send(new DescribeStackEventsCommand({ StackName }));
        for (const { LogicalResourceId, PhysicalResourceId = '' } of StackEvents)
          if (LogicalResourceId !== undefined && PhysicalResourceId !== '')
            ids.set(LogicalResourceId, PhysicalResourceId);
        const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
        const now = Stacks?.[0]?.StackStatus;
        return now?.endsWith('_IN_PROGRESS') === true ? undefined : now;
      },
      scene.isLocal ? 30_000 : 600_000,
    );
    const left: string[] = [];
    for (const name of ['Protected', 'Unprotected', 'Bucket'])
      if (await isThere(scene, name, ids.get(name))) left.push(name);
    await clear(scene, StackName, ids.get('Protected'));
    if (scene.isLocal && status === 'CREATE_COMPLETE')
      return unanswered('the local cloud makes the queue that AWS refuses');
    return answer(
      status === 'ROLLBACK_FAILED' && left.join() === 'Protected',
      `${status}; left: ${left.join(', ') || 'nothing'}`,
    );
  },
};

async function isThere({ world }: Scene, name: string, id: string | undefined): Promise<boolean> {
  if (id === undefined) return false;
  const { dynamo, s3 } = world.aws;
  const look =
    name === 'Bucket'
      ? s3.send(new HeadBucketCommand({ Bucket: id })).then(() => true)
      : dynamo
          .send(new DescribeTableCommand({ TableName: id }))
          .then(({ Table }) => Table?.TableStatus !== 'DELETING');
  return look.catch(() => false);
}

/** As `writ operate remove` does for a stack of Writ's. */
async function clear({ world, cloudFormation }: Scene, StackName: string, table: string | undefined) {
  const since = performance.now();
  if (table !== undefined) {
    const { endpoint, region, credentials } = world.cloud;
    const account = await awsAccount({ region, credentials, ...(endpoint === '' ? {} : { endpoint }) });
    const thing = { kind: 'table', id: table } as const;
    if ((await account.look(thing)).is === 'there') await account.end(thing);
  }
  await cloudFormation.send(new DeleteStackCommand({ StackName }));
  await until(
    `${StackName} is deleted (${seconds(since)})`,
    () =>
      cloudFormation.send(new DescribeStacksCommand({ StackName })).then(
        ({ Stacks }) => Stacks?.[0]?.StackStatus === 'DELETE_COMPLETE',
        () => true,
      ),
    300_000,
  );
}
