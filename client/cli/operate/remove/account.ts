import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { printable } from '#client/printable.ts';
import { awsErrorName, cloudFormationSdk, kmsSdk } from '../../aws.ts';
import { CommandError } from '../../errors.ts';
import { awsFailed } from '../invoke.ts';
import { kindOf, type Thing } from './kinds.ts';
import type { Account, Stack } from './removal.ts';
import { endersOf } from './things.ts';
import { vaultKeysOf } from './vault-keys.ts';

/** What the AWS SDK's clients are made with: region, endpoint and credentials, or as the SDK finds them. */
export interface ClientSettings {
  region?: string;
  endpoint?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
}

type CloudFormationSdk = Awaited<ReturnType<typeof cloudFormationSdk>>;
interface CloudFormation {
  sdk: CloudFormationSdk;
  client: InstanceType<CloudFormationSdk['CloudFormationClient']>;
}

/** An AWS account by its SDK. @throws CommandError sdk-missing */
export async function awsAccount(
  given: ClientSettings,
  { apiRole = false }: { apiRole?: boolean | undefined } = {},
): Promise<Account> {
  // An account may have hundreds of keys to look at, and KMS takes ten such calls a second.
  const settings = { ...given, maxAttempts: 8 };
  const [cloudFormation, kms] = await Promise.all([cloudFormationSdk(), kmsSdk()]);
  const stacks = { sdk: cloudFormation, client: new cloudFormation.CloudFormationClient(settings) };
  const keys = { sdk: kms, client: new kms.KMSClient(settings) };
  const enders = endersOf(settings, apiRole);
  return {
    stacks: (name) => stacksNamed(stacks, name),
    deleteStack: (id) => deleteStack(stacks, id),
    vaultKeysOf: (roles) => vaultKeysOf(keys, roles).catch(refused('the account’s keys cannot be listed')),
    look: ({ kind, id }) => enders[kind].look(id).catch(refused(`the ${kind} ${id} cannot be looked at`)),
    end: ({ kind, id }) => enders[kind].end(id).catch(refused(`the ${kind} ${id} could not be deleted`)),
  };
}

const refused = (what: string) => (cause: unknown) => {
  if (cause instanceof CommandError) throw cause;
  return awsFailed(printable(what))(cause);
};

/** Of every template of Writ's. */
const description = 'Writ disclosure gateway';

const templateSchema = z.looseObject({
  Description: z.string().optional(),
  Resources: z.record(z.string(), z.looseObject({ Type: z.string(), DeletionPolicy: z.string().optional() })),
});

async function stacksNamed(cloudFormation: CloudFormation, name: string): Promise<Stack[]> {
  const { sdk, client } = cloudFormation;
  const ids: string[] = [];
  try {
    for await (const page of sdk.paginateListStacks({ client }, {})) {
      for (const { StackName, StackId } of page.StackSummaries ?? [])
        if (StackName === name && StackId !== undefined) ids.push(StackId);
    }
  } catch (cause) {
    awsFailed('the account’s stacks cannot be listed')(cause);
  }
  const stacks: Stack[] = [];
  for (const id of ids) stacks.push(await readStack(cloudFormation, id));
  return stacks;
}

async function readStack(cloudFormation: CloudFormation, StackName: string): Promise<Stack> {
  const { sdk, client } = cloudFormation;
  const { Stacks = [] } = await client.send(new sdk.DescribeStacksCommand({ StackName }));
  const { StackStatus: status = '' } = Stacks[0] ?? {};
  const template = await templateOf(cloudFormation, StackName);
  const made = await everMade(cloudFormation, StackName);
  const keeps = (logicalId: string) =>
    template.Resources[logicalId]?.DeletionPolicy?.startsWith('Retain') === true;
  const [, partition = 'aws', , , account = ''] = StackName.split(':');
  const things: Thing[] = [];
  const roles: string[] = [];
  for (const { logicalId, type, id } of made) {
    const kind = kindOf(type, keeps(logicalId));
    if (kind !== undefined) things.push({ kind, id });
    if (type === 'AWS::Lambda::Function') things.push({ kind: 'log-group', id: `/aws/lambda/${id}` });
    if (type === 'AWS::IAM::Role') roles.push(`arn:${partition}:iam::${account}:role/${id}`);
  }
  return {
    id: StackName,
    status,
    isWrit: template.Description === description && 'LogBucket' in template.Resources,
    isKept: keeps('LogBucket'),
    things,
    roles,
  };
}

/** Nothing of ours where CloudFormation has no template in JSON. */
async function templateOf({ sdk, client }: CloudFormation, StackName: string) {
  try {
    const { TemplateBody } = await client.send(new sdk.GetTemplateCommand({ StackName }));
    return templateSchema.parse(JSON.parse(TemplateBody ?? ''));
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof z.ZodError)) awsErrorName(error);
    return { Description: undefined, Resources: {} };
  }
}

interface Made {
  logicalId: string;
  type: string;
  id: string;
}

/**
 * What a stack made: what it has, and what its events of the last 90 days tell of, such as what was kept when the stack was
 * deleted or an update took it out.
 */
async function everMade({ sdk, client }: CloudFormation, StackName: string): Promise<Made[]> {
  const made = new Map<string, Made>();
  const add = (logicalId = '', type = '', id = '') => {
    if (id !== '' && type !== 'AWS::CloudFormation::Stack')
      made.set(`${type} ${id}`, { logicalId, type, id });
  };
  for await (const page of sdk.paginateDescribeStackEvents({ client }, { StackName })) {
    for (const event of page.StackEvents ?? [])
      add(event.LogicalResourceId, event.ResourceType, event.PhysicalResourceId);
  }
  for await (const page of sdk.paginateListStackResources({ client }, { StackName })) {
    for (const each of page.StackResourceSummaries ?? [])
      add(each.LogicalResourceId, each.ResourceType, each.PhysicalResourceId);
  }
  return [...made.values()];
}

/** CloudFormation takes minutes to delete a stack with twenty functions. */
const deletionMs = 30 * 60_000;

async function deleteStack(cloudFormation: CloudFormation, StackName: string): Promise<boolean> {
  const { sdk, client } = cloudFormation;
  const statusNow = async () => {
    const { Stacks = [] } = await client.send(new sdk.DescribeStacksCommand({ StackName }));
    return Stacks[0]?.StackStatus ?? 'DELETE_COMPLETE';
  };
  try {
    const { Stacks = [] } = await client.send(new sdk.DescribeStacksCommand({ StackName }));
    if (Stacks[0]?.EnableTerminationProtection === true)
      await client.send(
        new sdk.UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection: false }),
      );
    await client.send(new sdk.DeleteStackCommand({ StackName }));
  } catch (cause) {
    awsFailed('the stack could not be deleted')(cause);
  }
  const end = Date.now() + deletionMs;
  for (let pauseMs = 100; ; pauseMs = Math.min(2 * pauseMs, 5000)) {
    await sleep(pauseMs);
    const status = await statusNow();
    if (status === 'DELETE_COMPLETE') return true;
    if (status === 'DELETE_FAILED' || Date.now() > end) return false;
  }
}
