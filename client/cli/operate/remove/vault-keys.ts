import { inParallel } from '#core/parallel.ts';
import { administratorsActions } from '#core/vault/key-policy.ts';
import { awsErrorName, type KmsSdk } from '../../aws.ts';

export interface Kms {
  sdk: KmsSdk;
  client: InstanceType<KmsSdk['KMSClient']>;
}

/**
 * The keys tagged as a vault's whose policy names one of these roles. Once a role is deleted, a policy's principals show
 * its id and no longer its ARN (IAM User Guide, "AWS JSON policy elements: Principal"); conditions keep the ARN as it was
 * written, and the vault keys' denials have it there.
 */
export async function vaultKeysOf({ sdk, client }: Kms, roles: readonly string[]): Promise<string[]> {
  if (roles.length === 0) return [];
  const all: string[] = [];
  for await (const { Keys = [] } of sdk.paginateListKeys({ client }, {}))
    all.push(...Keys.flatMap(({ KeyArn }) => KeyArn ?? []));
  const ours = await inParallel(all, 4, async (KeyId) => {
    try {
      const { Tags = [] } = await client.send(new sdk.ListResourceTagsCommand({ KeyId }));
      if (!Tags.some(({ TagKey, TagValue }) => TagKey === 'writ' && TagValue === 'vault')) return false;
      const { Policy = '' } = await client.send(
        new sdk.GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }),
      );
      return roles.some((role) => Policy.includes(`"${role}"`));
    } catch (error) {
      // Keys of AWS's own and keys of others may not be looked at. A call that was one too many is no such answer.
      if (!notOurs.includes(awsErrorName(error))) throw error;
      return false;
    }
  });
  return all.filter((_, i) => ours[i] === true);
}

const notOurs = ['AccessDeniedException', 'NotFoundException', 'UnsupportedOperationException'];

/**
 * The policy under which a vault key ends. Administrators may schedule its deletion, which the vault keys' own policy lets
 * nobody but `forget` do; and still nobody opens with it, wraps with it or lets others. A removal that is broken off after
 * this finds the key by the role again.
 */
export function endingPolicy(key: string, before: string): object {
  const [, partition = 'aws', , , account = ''] = key.split(':');
  const [, role = ''] = /"(arn:[\w-]+:iam::\d+:role\/[\w+=,.@/-]+)"/.exec(before) ?? [];
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'AdministratorsEndThisKey',
        Effect: 'Allow',
        Principal: { AWS: `arn:${partition}:iam::${account}:root` },
        Action: [...administratorsActions, 'kms:CancelKeyDeletion', 'kms:ScheduleKeyDeletion'],
        Resource: '*',
      },
      {
        Sid: 'NobodyElseOpens',
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: ['kms:CreateGrant', 'kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
        Resource: '*',
        Condition: { ArnNotEquals: { 'aws:PrincipalArn': role } },
      },
    ],
  };
}
