import { z } from 'zod';
import { type Check, ok, unknown, wrong } from '#client/doctor/check.ts';
import { type Resource, rolesOf } from '#client/doctor/roles.ts';
import { type Deployed, urlSuffixIn } from '#client/doctor/template.ts';
import { printable } from '#client/printable.ts';
import type { ProviderDocument } from '#client/provider.ts';
import {
  type AwsOptions,
  awsConfig,
  awsErrorName,
  cloudFormationSdk,
  cloudTrailSdk,
  iamSdk,
  kmsSdk,
  lambdaSdk,
  regionOf,
} from '../aws.ts';
import { codeChecks, type PublishedLog } from './code.ts';
import { functionChecks } from './functions.ts';
import { roleChecks } from './roles.ts';
import { trailCheck } from './trail.ts';
import { vaultKeyChecks } from './vault-keys.ts';

/**
 * The AWS account, with the operator's own credentials: whether the stack's resources are still as the stack made them. It
 * reads (cloudformation, cloudtrail, iam, kms and lambda: Get, List and Describe) and changes nothing.
 */
interface StackOptions {
  stack: string;
  /** What callers sign for. */
  host: string | undefined;
  published: ProviderDocument | undefined;
  log: PublishedLog | undefined;
}

export interface ReadStack extends Deployed {
  status: string;
  template: Record<string, Resource & { Metadata?: unknown }>;
}

const templateSchema = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({
      Type: z.string(),
      Properties: z.record(z.string(), z.unknown()).default({}),
      Metadata: z.unknown(),
    }),
  ),
});

/** An AWS account as the operator reaches it. */
export type Account = Awaited<ReturnType<typeof openAccount>>;

/** @throws CommandError sdk-missing, usage (no region) */
export async function openAccount(options: AwsOptions) {
  const [cloudFormation, cloudTrail, iam, kms, lambda] = await Promise.all([
    cloudFormationSdk(),
    cloudTrailSdk(),
    iamSdk(),
    kmsSdk(),
    lambdaSdk(),
  ]);
  const config = awsConfig(options);
  const client = new cloudFormation.CloudFormationClient(config);
  await regionOf(client);
  return {
    cloudFormation: { sdk: cloudFormation, client },
    cloudTrail: { sdk: cloudTrail, client: new cloudTrail.CloudTrailClient(config) },
    iam: { sdk: iam, client: new iam.IAMClient(config) },
    kms: { sdk: kms, client: new kms.KMSClient(config) },
    lambda: {
      sdk: lambda,
      client: new lambda.LambdaClient(config),
      endpoint: options.endpoint ?? process.env.AWS_ENDPOINT_URL,
    },
  };
}

export async function stackChecks(
  account: Account,
  { stack: name, host, published, log }: StackOptions,
): Promise<Check[]> {
  let stack: ReadStack;
  try {
    stack = await readStack(account.cloudFormation, name);
  } catch (error) {
    return [unreadStack(error, name)];
  }
  return [
    statusCheck(stack),
    ...(await roleChecks(account.iam, rolesOf(stack.template, stack), stack)),
    ...(await functionChecks(account.lambda, stack, host)),
    ...(await codeChecks(account.lambda, stack, log)),
    ...(await vaultKeyChecks(account.kms, stack)),
    await trailCheck(account.cloudTrail, stack),
    deployedPolicyCheck(stack, published),
  ];
}

/** @throws the error of AWS, or of what the template is read with */
export async function readStack(
  { sdk, client }: Account['cloudFormation'],
  StackName: string,
): Promise<ReadStack> {
  const { Stacks = [] } = await client.send(new sdk.DescribeStacksCommand({ StackName }));
  const { StackId: stackId = '', StackStatus: status = '', Outputs = [] } = Stacks[0] ?? {};
  const [, partition = 'aws', , region = '', account = ''] = stackId.split(':');
  const { TemplateBody } = await client.send(new sdk.GetTemplateCommand({ StackName }));
  const resources = new Map<string, string>();
  for await (const page of sdk.paginateListStackResources({ client }, { StackName })) {
    for (const { LogicalResourceId, PhysicalResourceId } of page.StackResourceSummaries ?? []) {
      if (LogicalResourceId !== undefined && PhysicalResourceId !== undefined)
        resources.set(LogicalResourceId, PhysicalResourceId);
    }
  }
  const template = templateSchema.parse(JSON.parse(TemplateBody ?? '')).Resources;
  const urlSuffix = urlSuffixIn(Outputs.find(({ OutputKey }) => OutputKey === 'Url')?.OutputValue);
  return {
    partition,
    region,
    account,
    urlSuffix,
    stackName: StackName,
    stackId,
    status,
    resources,
    template,
  };
}

/** Why a stack could not be read. */
export function unreadStack(error: unknown, stack: string): Check {
  const name = 'stack';
  if (error instanceof SyntaxError || error instanceof z.ZodError)
    return unknown(
      name,
      `the template of ${printable(stack)} cannot be read`,
      'was it deployed by `cdk deploy`?',
    );
  const code = awsErrorName(error);
  if (code === 'ValidationError')
    return wrong(
      name,
      `there is no stack ${printable(stack)} in this account and region`,
      'give --stack and --region',
    );
  return unknown(
    name,
    `${printable(stack)} cannot be read (${printable(code)})`,
    'credentials and region are those that the AWS SDK finds; they need to read cloudformation, cloudtrail, iam, kms, lambda',
  );
}

export function statusCheck({ status, stackName, resources }: ReadStack): Check {
  const name = 'stack';
  const said = `${printable(stackName)}, ${status}, ${resources.size} resources`;
  if (status.endsWith('_IN_PROGRESS'))
    return unknown(name, said, 'it is being deployed: look again after that');
  if (/^(CREATE|UPDATE|UPDATE_ROLLBACK|IMPORT)_COMPLETE$/.test(status)) return ok(name, said);
  return wrong(name, said, 'what failed is in the stack’s events; mend it and `cdk deploy` again');
}

/** Whether the policy in the stack's template is the one that the API publishes. */
function deployedPolicyCheck({ template }: ReadStack, published: ProviderDocument | undefined): Check {
  const name = 'deployed-policy';
  const deployed = Object.values(template).find(({ Type }) => Type === 'Custom::WritDeployment')?.Properties;
  if (typeof deployed?.policy !== 'string')
    return unknown(name, 'the template does not say which policy it deploys');
  if (published === undefined)
    return unknown(
      name,
      `${deployed.policy} is deployed, and was not compared`,
      'give --url to compare what is published',
    );
  return deployed.policy === published.policyHash
    ? ok(name, 'the one that is published')
    : wrong(
        name,
        `${deployed.policy} is deployed, and ${printable(published.policyHash)} published`,
        'is --url the address of this stack? Else `cdk deploy` again',
      );
}
