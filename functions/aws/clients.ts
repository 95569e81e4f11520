import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** One client a service, made once per Lambda instance. */
export const dynamo = DynamoDBDocumentClient.from(new DynamoDBClient({}), {
  marshallOptions: { removeUndefinedValues: true },
});

/** Slows itself down where KMS throttles: its request rates are the account's, shared by all that seals and opens. */
export const kms = new KMSClient({ retryMode: 'adaptive', maxAttempts: 6 });

export const lambda = new LambdaClient({});

export const eventBridge = new EventBridgeClient({});

/** Emulators have no wildcard DNS, so a bucket goes into the path wherever the endpoint is not AWS's own. */
export const s3 = new S3Client({
  forcePathStyle: (process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL) !== undefined,
});
