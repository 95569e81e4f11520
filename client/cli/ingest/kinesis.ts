import type { Put } from '#client/events.ts';
import {
  type AwsOptions,
  awsConfig,
  type KinesisClient,
  type KinesisSdk,
  kinesisSdk,
  kmsSdk,
  regionOf,
} from '../aws.ts';

/** PutRecords on a stream. */
export function streamPut(
  { PutRecordsCommand }: Pick<KinesisSdk, 'PutRecordsCommand'>,
  client: Pick<KinesisClient, 'send'>,
  StreamName: string,
): Put {
  return async (Records) => {
    const answer = await client.send(new PutRecordsCommand({ StreamName, Records }));
    return (answer.Records ?? []).map(({ ErrorCode }) => ErrorCode);
  };
}

/** A stream, with the caller's own credentials. @throws CommandError sdk-missing, usage (no region) */
export async function ownStream(stream: string, options: AwsOptions): Promise<{ put: Put; region: string }> {
  const sdk = await kinesisSdk();
  const config = awsConfig(options);
  // Kinesis' client speaks HTTP/2, which endpoints that are not AWS's own may not know. KMS's speaks HTTP/1.1.
  const spoken =
    options.endpoint === undefined
      ? {}
      : { requestHandler: new (await kmsSdk()).KMSClient(config).config.requestHandler };
  const client = new sdk.KinesisClient({ ...config, ...spoken });
  return { put: streamPut(sdk, client, stream), region: await regionOf(client) };
}
