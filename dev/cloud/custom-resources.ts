/**
 * LocalStack's CloudFormation has no custom resources: it calls such a resource complete, "deployed as a fallback", and
 * invokes nobody. So a stack could come about with a part of it missing and nobody told. After a deployment, whatever was
 * deployed so is looked for: the one that Writ knows is done as CloudFormation would do it, and any other is a failure.
 * On an emulator or account that runs custom resources by itself, this finds nothing and does nothing.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DeleteObjectCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import type { Credentials } from '#dev/cloud/emulator.ts';

/** What Writ's stack has of custom resources. Each can be created again with the same outcome. */
const ours = ['Custom::WritDeployment'];

/** A resource of a stack, as ListStackResources tells it. */
export interface StackResource {
  readonly LogicalResourceId?: string | undefined;
  readonly PhysicalResourceId?: string | undefined;
  readonly ResourceType?: string | undefined;
  readonly ResourceStatusReason?: string | undefined;
}

const templateSchema = z.object({
  Resources: z.record(z.string(), z.object({ Properties: z.looseObject({}).optional() })),
});
type Template = z.infer<typeof templateSchema>;

/** CloudFormation's own reference to a function: `Fn::GetAtt` of its ARN. */
const propertiesSchema = z.looseObject({
  ServiceToken: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) }),
});

const answerSchema = z.looseObject({ Status: z.enum(['SUCCESS', 'FAILED']), Reason: z.string().optional() });

/** Calls the function of a custom resource and brings the answer that it put at the event's `ResponseURL`. */
export type Ask = (functionName: string, event: Omit<CreateEvent, 'ResponseURL'>) => Promise<unknown>;

/** AWS CloudFormation User Guide, "Custom resource request objects". */
interface CreateEvent {
  readonly RequestType: 'Create';
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly ResourceType: string;
  readonly LogicalResourceId: string;
  readonly ServiceToken: string;
  readonly ResourceProperties: Readonly<Record<string, unknown>>;
}

/**
 * Does what the emulator left out.
 *
 * LocalStack keeps nothing of a resource that it did not make, so each deployment makes ours anew, as a Create.
 *
 * @throws Error naming each resource that was left out and is not ours; or that ours did not come about, and why
 */
export async function completeFallbacks(
  resources: readonly StackResource[],
  template: Template,
  stackId: string,
  ask: Ask,
): Promise<void> {
  const left = resources.filter((each) => each.ResourceStatusReason?.includes('deployed as a fallback'));
  const others = left.filter(({ ResourceType = '' }) => !ours.includes(ResourceType));
  if (others.length > 0) {
    const named = others.map((each) => `${each.LogicalResourceId} (${each.ResourceType})`).join(', ');
    throw new Error(
      `The endpoint says that it deployed the stack, but it left out ${named}.\n` +
        'It does not know such resources. Use an endpoint that does, or take them out of the stack for this stage.',
    );
  }
  for (const { LogicalResourceId = '', ResourceType = '' } of left) {
    const { ServiceToken, ...rest } = propertiesSchema.parse(
      template.Resources[LogicalResourceId]?.Properties,
    );
    const [functionId] = ServiceToken['Fn::GetAtt'];
    const functionName = resources.find((each) => each.LogicalResourceId === functionId)?.PhysicalResourceId;
    if (functionName === undefined)
      throw new Error(`${LogicalResourceId} is to be made by ${functionId}, which the stack does not have.`);
    const { Status, Reason } = answerSchema.parse(
      await ask(functionName, {
        RequestType: 'Create',
        StackId: stackId,
        RequestId: randomUUID(),
        ResourceType,
        LogicalResourceId,
        ServiceToken: functionName,
        ResourceProperties: { ServiceToken: functionName, ...rest },
      }),
    );
    if (Status === 'FAILED')
      throw new Error(`${LogicalResourceId} (${ResourceType}) failed: ${Reason ?? ''}`);
  }
}

/** As much of a cloud as it takes to reach it. */
interface Reachable {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Credentials;
  readonly accountId: string;
}

/** Completes a stack that was just deployed. @see completeFallbacks */
export async function runCustomResources(
  cloud: Reachable,
  templateFile: string,
  StackName: string,
): Promise<void> {
  const settings = { endpoint: cloud.endpoint, region: cloud.region, credentials: cloud.credentials };
  const client = new CloudFormationClient(settings);
  const resources: StackResource[] = [];
  for await (const page of paginateListStackResources({ client }, { StackName }))
    resources.push(...(page.StackResourceSummaries ?? []));
  const template = templateSchema.parse(JSON.parse(readFileSync(templateFile, 'utf8')));
  await completeFallbacks(resources, template, StackName, askThroughBucket(cloud, settings));
}

/**
 * CloudFormation waits for the answer in a bucket of its own, at a presigned address. Ours is the bucket that `cdk bootstrap`
 * made; the address is not presigned, since an endpoint with fallbacks lets everybody in.
 */
function askThroughBucket(
  cloud: Reachable,
  settings: { endpoint: string; region: string; credentials: Credentials },
): Ask {
  const lambda = new LambdaClient(settings);
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  return async (FunctionName, event) => {
    const Bucket = `cdk-hnb659fds-assets-${cloud.accountId}-${cloud.region}`;
    const Key = `writ-custom-resource-${event.RequestId}`;
    const ResponseURL = new URL(`/${Bucket}/${Key}`, await originForFunctions(cloud.endpoint)).href;
    const Payload = JSON.stringify({ ...event, ResponseURL });
    const { FunctionError } = await lambda.send(new InvokeCommand({ FunctionName, Payload }));
    if (FunctionError !== undefined)
      throw new Error(
        `${event.LogicalResourceId} (${event.ResourceType}): its function failed without an answer.`,
      );
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key }));
    return JSON.parse((await Body?.transformToString()) ?? '');
  };
}

const infoSchema = z.object({ is_docker: z.boolean() });

/**
 * Where functions reach the endpoint. To one in a container `localhost` is the container itself; LocalStack's own name
 * server gives those that it starts this name for itself (docs.localstack.cloud, "DNS Server"). Not tried by us.
 */
async function originForFunctions(endpoint: string): Promise<string> {
  const answer = await fetch(new URL('/_localstack/info', endpoint)).catch(() => undefined);
  const info = infoSchema.safeParse(await answer?.json().catch(() => undefined));
  return info.data?.is_docker === true ? 'http://localhost.localstack.cloud:4566' : endpoint;
}
