import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Cloud } from './cloud/cloud.ts';

export interface AwsCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** AWS clients of a cloud, as its operator or with other credentials. AWS itself is a cloud without an endpoint. */
export function awsOf(cloud: Pick<Cloud, 'endpoint' | 'region' | 'credentials'>, as?: AwsCredentials) {
  const { endpoint, region, credentials } = cloud;
  const config = {
    ...(endpoint === '' ? {} : { endpoint }),
    region,
    credentials: as ?? credentials,
    maxAttempts: 3,
  };
  return {
    dynamo: DynamoDBDocumentClient.from(new DynamoDBClient(config)),
    streams: new DynamoDBStreamsClient(config),
    eventBridge: new EventBridgeClient(config),
    iam: new IAMClient(config),
    // The emulator speaks HTTP/1.1; this client's own default is HTTP/2.
    kinesis: new KinesisClient({ ...config, requestHandler: new KMSClient(config).config.requestHandler }),
    kms: new KMSClient(config),
    lambda: new LambdaClient(config),
    logs: new CloudWatchLogsClient(config),
    s3: new S3Client({ ...config, forcePathStyle: endpoint !== '' }),
    sns: new SNSClient(config),
    sqs: new SQSClient(config),
    sts: new STSClient(config),
  };
}

export type Aws = ReturnType<typeof awsOf>;
