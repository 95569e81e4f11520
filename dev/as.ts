import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { z } from 'zod';
import { type Aws, type AwsCredentials, awsOf } from './aws.ts';
import type { Cloud } from './cloud/cloud.ts';
import { until } from './feed.ts';

/**
 * Acting as somebody else on the local cloud, to see what they cannot do. On a real account nobody but Lambda can
 * take on a function's role; here the operator first lends itself the trust.
 */
const trust = (principal: Record<string, string>) => ({
  Effect: 'Allow',
  Principal: principal,
  Action: 'sts:AssumeRole',
});

/** AWS clients with the rights of a function of the stack, by its role's ARN. */
export async function asRole(cloud: Cloud, aws: Aws, roleArn: string): Promise<Aws> {
  const roleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  await aws.iam.send(new GetRoleCommand({ RoleName: roleName }));
  await aws.iam.send(
    new UpdateAssumeRolePolicyCommand({
      RoleName: roleName,
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          trust({ Service: 'lambda.amazonaws.com' }),
          trust({ AWS: `arn:aws:iam::${cloud.accountId}:root` }),
        ],
      }),
    }),
  );
  return assume(cloud, aws, roleArn);
}

/** An administrator as companies have them: `AdministratorAccess`, and not the account's root user. */
export async function asAdministrator(cloud: Cloud, aws: Aws): Promise<{ aws: Aws; leave(): Promise<void> }> {
  const RoleName = `writ-administrator-${process.pid}`;
  const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
  const { Role } = await aws.iam.send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [trust({ AWS: `arn:aws:iam::${cloud.accountId}:root` })],
      }),
    }),
  );
  await aws.iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
  return {
    aws: await assume(cloud, aws, z.string().parse(Role?.Arn)),
    leave: async () => {
      await aws.iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
      await aws.iam.send(new DeleteRoleCommand({ RoleName }));
    },
  };
}

/** The role of a deployed function. */
export async function roleOf(aws: Aws, functionName: string): Promise<string> {
  const { Role } = await aws.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: functionName }));
  return z.string().parse(Role);
}

export async function assume(cloud: Cloud, aws: Aws, RoleArn: string): Promise<Aws> {
  const call = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'writ-dev' });
  // On AWS a new role and a changed trust take seconds to count.
  const { Credentials } = await until(
    'the role is assumed',
    () =>
      aws.sts.send(call).catch((error: unknown) => {
        if (error instanceof Error && error.name === 'AccessDenied') return undefined;
        throw error;
      }),
    60_000,
  );
  const credentials: AwsCredentials = {
    accessKeyId: z.string().parse(Credentials?.AccessKeyId),
    secretAccessKey: z.string().parse(Credentials?.SecretAccessKey),
    sessionToken: z.string().parse(Credentials?.SessionToken),
  };
  return awsOf(cloud, credentials);
}
