import { setTimeout as sleep } from 'node:timers/promises';
import { awsErrorName, dynamodbSdk, iamSdk, kinesisSdk, kmsSdk, logsSdk } from '../../aws.ts';
import type { ClientSettings } from './account.ts';
import { bucketEnder } from './bucket.ts';
import type { Kind, State } from './kinds.ts';
import { endingPolicy, type Kms } from './vault-keys.ts';

/** How a thing of one kind is looked at and ended. */
export interface Ender {
  look(id: string): Promise<State>;
  end(id: string): Promise<void>;
}

/** How long AWS waits before it deletes a key: the least that KMS allows. Until then the deletion can be called off. */
const waitDays = 7;

/** An SDK is loaded when something of its kind is there. */
export function endersOf(settings: ClientSettings, isRoleMeant: boolean): Record<Kind, Ender> {
  return {
    'vault-key': keyEnder(settings, { isVaultKey: true }),
    key: keyEnder(settings, { isVaultKey: false }),
    stream: streamEnder(settings),
    table: tableEnder(settings),
    bucket: bucketEnder(settings),
    'log-group': logGroupEnder(settings),
    role: roleEnder(settings, isRoleMeant),
  };
}

/** What a look found, or that it is not there. */
export async function there(look: () => Promise<State>, notFound: readonly string[]): Promise<State> {
  try {
    return await look();
  } catch (error) {
    if (notFound.includes(awsErrorName(error))) return { is: 'gone' };
    throw error;
  }
}

function keyEnder(settings: ClientSettings, { isVaultKey }: { isVaultKey: boolean }): Ender {
  const kms = lazily(async (): Promise<Kms> => {
    const sdk = await kmsSdk();
    return { sdk, client: new sdk.KMSClient(settings) };
  });
  return {
    look: (KeyId) =>
      there(async () => {
        const { sdk, client } = await kms();
        const { KeyMetadata } = await client.send(new sdk.DescribeKeyCommand({ KeyId }));
        if (KeyMetadata?.KeyState !== 'PendingDeletion') return { is: 'there' };
        return { is: 'going', until: KeyMetadata.DeletionDate?.toISOString() ?? '' };
      }, ['NotFoundException']),
    async end(KeyId) {
      const { sdk, client } = await kms();
      if (isVaultKey) {
        const { Policy = '' } = await client.send(
          new sdk.GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }),
        );
        await client.send(
          new sdk.PutKeyPolicyCommand({
            KeyId,
            PolicyName: 'default',
            Policy: JSON.stringify(endingPolicy(KeyId, Policy)),
          }),
        );
      }
      // A key policy may take a while to count (KMS Developer Guide, "AWS KMS eventual consistency").
      await once('AccessDeniedException', () =>
        client.send(new sdk.ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: waitDays })),
      );
    },
  };
}

function tableEnder(settings: ClientSettings): Ender {
  const dynamodb = lazily(async () => {
    const sdk = await dynamodbSdk();
    return { sdk, client: new sdk.DynamoDBClient(settings) };
  });
  const notFound = ['ResourceNotFoundException'];
  return {
    look: (TableName) =>
      there(async () => {
        const { sdk, client } = await dynamodb();
        const { Table } = await client.send(new sdk.DescribeTableCommand({ TableName }));
        return Table?.TableStatus === 'DELETING' ? { is: 'gone' } : { is: 'there' };
      }, notFound),
    async end(TableName) {
      const { sdk, client } = await dynamodb();
      const { Table } = await client.send(new sdk.DescribeTableCommand({ TableName }));
      if (Table?.DeletionProtectionEnabled === true)
        await client.send(new sdk.UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
      // While a table is being changed it cannot be deleted.
      await once('ResourceInUseException', () => client.send(new sdk.DeleteTableCommand({ TableName })));
    },
  };
}

function streamEnder(settings: ClientSettings): Ender {
  const kinesis = lazily(async () => {
    const sdk = await kinesisSdk();
    // Its client speaks HTTP/2, which endpoints that are not AWS's own may not know.
    const { requestHandler } = new (await kmsSdk()).KMSClient(settings).config;
    return { sdk, client: new sdk.KinesisClient({ ...settings, requestHandler }) };
  });
  return {
    look: (StreamName) =>
      there(async () => {
        const { sdk, client } = await kinesis();
        const { StreamDescriptionSummary: found } = await client.send(
          new sdk.DescribeStreamSummaryCommand({ StreamName }),
        );
        return found?.StreamStatus === 'DELETING' ? { is: 'gone' } : { is: 'there' };
      }, ['ResourceNotFoundException']),
    async end(StreamName) {
      const { sdk, client } = await kinesis();
      await client.send(new sdk.DeleteStreamCommand({ StreamName, EnforceConsumerDeletion: true }));
    },
  };
}

function logGroupEnder(settings: ClientSettings): Ender {
  const logs = lazily(async () => {
    const sdk = await logsSdk();
    return { sdk, client: new sdk.CloudWatchLogsClient(settings) };
  });
  return {
    async look(logGroupNamePrefix) {
      const { sdk, client } = await logs();
      const { logGroups = [] } = await client.send(new sdk.DescribeLogGroupsCommand({ logGroupNamePrefix }));
      return {
        is: logGroups.some(({ logGroupName }) => logGroupName === logGroupNamePrefix) ? 'there' : 'gone',
      };
    },
    async end(logGroupName) {
      const { sdk, client } = await logs();
      await client.send(new sdk.DeleteLogGroupCommand({ logGroupName }));
    },
  };
}

/**
 * API Gateway writes every API's logs, of the whole account and region, under one role, which a deployment may have set.
 * Other APIs may use it by now, so it goes only if the operator says so.
 */
function roleEnder(settings: ClientSettings, isMeant: boolean): Ender {
  const iam = lazily(async () => {
    const sdk = await iamSdk();
    return { sdk, client: new sdk.IAMClient(settings) };
  });
  return {
    look: (RoleName) =>
      there(async () => {
        const { sdk, client } = await iam();
        await client.send(new sdk.GetRoleCommand({ RoleName }));
        const because = 'other APIs of the account may log with it; --api-role ends it too';
        return isMeant ? { is: 'there' } : { is: 'kept', because };
      }, ['NoSuchEntityException', 'NoSuchEntity']),
    async end(RoleName) {
      const { sdk, client } = await iam();
      const { AttachedPolicies = [] } = await client.send(
        new sdk.ListAttachedRolePoliciesCommand({ RoleName }),
      );
      for (const { PolicyArn } of AttachedPolicies)
        await client.send(new sdk.DetachRolePolicyCommand({ RoleName, PolicyArn }));
      const { PolicyNames = [] } = await client.send(new sdk.ListRolePoliciesCommand({ RoleName }));
      for (const PolicyName of PolicyNames)
        await client.send(new sdk.DeleteRolePolicyCommand({ RoleName, PolicyName }));
      await client.send(new sdk.DeleteRoleCommand({ RoleName }));
    },
  };
}

export function lazily<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** The longest that AWS names, for key policies. */
const patienceMs = 5 * 60_000;

/** Calls until the answer is another than a refusal that passes. */
async function once(passing: string, call: () => Promise<unknown>): Promise<void> {
  for (const end = Date.now() + patienceMs; ; await sleep(2000)) {
    try {
      await call();
      return;
    } catch (error) {
      if (awsErrorName(error) !== passing || Date.now() > end) throw error;
    }
  }
}
