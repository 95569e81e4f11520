import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import type { APIGatewayProxyResult } from 'aws-lambda';
import { z } from 'zod';
import { type Policy, policySchema } from '#core/cases/policy.ts';
import type { SubscriptionsFile } from '#core/revocations/subscription.ts';
import { asRole, roleOf } from '#dev/as.ts';
import type { World } from '#dev/world.ts';
import type { FunctionName } from '#lib/functions.ts';

/**
 * A function of the stack in the test's own process, with the rights of its own role and what its deployment told it, but
 * for the policy, which may be one that is not deployed. One a process, since modules read what they are told as they
 * are loaded.
 *
 * @param variables others than the deployment's
 * @returns what a session calls instead of `fetch`
 */
export async function ownFunction(
  world: World,
  name: keyof typeof served,
  policy: Policy,
  variables: Record<string, string> = {},
): Promise<typeof fetch> {
  await becomeFunction(world, name, { POLICY: fileOf(JSON.stringify(policy)), ...variables });
  const { handler } = await served[name]();
  return async (input, init) => {
    const event = eventOf(new URL(String(input)), init);
    return answerOf(await handler(event, Object.create(null)));
  };
}

/** The same of the function that heeds other providers, with providers that the deployment does not know. */
export async function ownHeed(world: World, subscriptions: SubscriptionsFile): Promise<() => Promise<void>> {
  await becomeFunction(world, 'Heed', { REVOCATIONS_FROM: fileOf(JSON.stringify(subscriptions)) });
  const { handler } = await import('#functions/heed.ts');
  return handler;
}

const served = {
  Request: () => import('#functions/request.ts'),
  Review: () => import('#functions/review.ts'),
  Collect: () => import('#functions/collect.ts'),
};

/** A file that is there as long as this process is. */
export function fileOf(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'writ-own-'));
  process.once('exit', () => rmSync(folder, { recursive: true }));
  const file = join(folder, 'file');
  writeFileSync(file, text);
  return file;
}

/** Gives this process what a function of the stack has: its role, and its variables but for some. */
export async function becomeFunction(
  world: World,
  name: FunctionName,
  variables: Record<string, string>,
): Promise<void> {
  const { aws, cloud, outputs } = world;
  const functionName = outputs[`${name}FunctionName`];
  const { Environment } = await aws.lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName: functionName }),
  );
  const RoleArn = await roleOf(aws, functionName);
  // Lends the operator the role's trust, too.
  await asRole(cloud, aws, RoleArn);
  const { Credentials } = await aws.sts.send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: 'writ-test' }),
  );
  Object.assign(process.env, Environment?.Variables, {
    ...variables,
    AWS_REGION: cloud.region,
    AWS_ENDPOINT_URL: cloud.endpoint,
    AWS_ACCESS_KEY_ID: Credentials?.AccessKeyId,
    AWS_SECRET_ACCESS_KEY: Credentials?.SecretAccessKey,
    AWS_SESSION_TOKEN: Credentials?.SessionToken,
    POWERTOOLS_DEV: 'true',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  });
}

/** The policy that is deployed, as everybody is told. */
export async function publishedPolicy(world: World): Promise<Policy> {
  const published = await (await fetch(`${world.cloud.url}/v1/provider`)).json();
  return z.object({ policy: policySchema }).parse(published).policy;
}

type Event = Parameters<typeof import('#functions/request.ts').handler>[0];

const id = /[0-9a-f]{8}-[0-9a-f-]{27}/;

/** A call as API Gateway hands it over. */
function eventOf(url: URL, init: RequestInit | undefined): Event {
  const path = url.pathname;
  const multiValueHeaders = Object.fromEntries(
    [...new Headers(init?.headers)].map(([name, value]) => [name, [value]]),
  );
  const event: Partial<Event> = {
    httpMethod: init?.method ?? 'GET',
    resource: path.replace(/^\/v1/, '').replace(id, '{id}'),
    pathParameters: { id: id.exec(path)?.[0] ?? '' },
    multiValueQueryStringParameters: null,
    multiValueHeaders,
    body: init?.body instanceof Uint8Array ? Buffer.from(init.body).toString('base64') : null,
    isBase64Encoded: true,
  };
  const requestContext: Pick<Event['requestContext'], 'path' | 'domainName'> = { path, domainName: url.host };
  // What API Gateway sends besides, the functions do not look at.
  return { ...event, requestContext } as Event;
}

function answerOf({ statusCode, headers, body }: APIGatewayProxyResult): Response {
  const fields = Object.entries(headers ?? {}).map(([name, value]): [string, string] => [
    name,
    String(value),
  ]);
  return new Response(body, { status: statusCode, headers: fields });
}
