/** What an endpoint has made of the deployed stack: some take a property of a template and drop it without a word. */
import { setTimeout as delay } from 'node:timers/promises';
import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeContinuousBackupsCommand } from '@aws-sdk/client-dynamodb';
import { DescribeStreamSummaryCommand } from '@aws-sdk/client-kinesis';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { GetObjectLockConfigurationCommand } from '@aws-sdk/client-s3';
import type { Aws } from '#dev/aws.ts';
import type { Capability } from '#dev/cloud/capabilities.ts';
import type { Cloud } from '#dev/cloud/cloud.ts';
import type { Outputs } from '#lib/outputs.ts';

/** @returns what the stack has there of what its template says */
export async function foundOnStack(cloud: Cloud, aws: Aws, outputs: Outputs): Promise<Capability[]> {
  const { LogBucketName, EventStreamName, CasesTableName, DeployedFunctionName } = outputs;
  const asked: readonly [Capability, () => Promise<boolean>][] = [
    [
      'objectLock',
      async () => {
        const found = await aws.s3.send(new GetObjectLockConfigurationCommand({ Bucket: LogBucketName }));
        return found.ObjectLockConfiguration?.Rule?.DefaultRetention?.Mode === 'COMPLIANCE';
      },
    ],
    [
      'streamEncryption',
      async () => {
        const found = await aws.kinesis.send(
          new DescribeStreamSummaryCommand({ StreamName: EventStreamName }),
        );
        return found.StreamDescriptionSummary?.EncryptionType === 'KMS';
      },
    ],
    [
      'pointInTime',
      async () => {
        const found = await aws.dynamo.send(
          new DescribeContinuousBackupsCommand({ TableName: CasesTableName }),
        );
        const recovery = found.ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
        return recovery?.PointInTimeRecoveryStatus === 'ENABLED';
      },
    ],
    [
      'logGroups',
      async () => {
        const found = await aws.lambda.send(
          new GetFunctionConfigurationCommand({ FunctionName: DeployedFunctionName }),
        );
        if (found.LoggingConfig?.LogGroup === undefined) return false;
        return !(await logsByItsName(aws, DeployedFunctionName, cloud.can.includes('ours') ? 0 : 2));
      },
    ],
    [
      'gatewayResponses',
      async () => {
        const answer = await fetch(`${cloud.url}/v1/no-such-route`);
        await answer.body?.cancel();
        return answer.headers.get('content-type') === 'application/problem+json';
      },
    ],
  ];
  const found = await Promise.all(asked.map(async ([name, ask]) => ((await has(ask)) ? [name] : [])));
  return found.flat();
}

/**
 * Whether a function that the deployment called writes to the group of its own name, which Lambda takes where none is named.
 * LocalStack keeps the name of another and does that all the same, a moment after the call.
 */
async function logsByItsName(aws: Aws, functionName: string, patienceSeconds: number): Promise<boolean> {
  const logGroupNamePrefix = `/aws/lambda/${functionName}`;
  for (const end = Date.now() + patienceSeconds * 1000; ; await delay(100)) {
    const { logGroups = [] } = await aws.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix }));
    if (logGroups.length > 0 || Date.now() > end) return logGroups.length > 0;
  }
}

/** An endpoint that refuses the question does not have it. */
async function has(ask: () => Promise<boolean>): Promise<boolean> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Error && '$metadata' in error) return false;
    throw error;
  }
}
