import type { Context } from 'aws-lambda';
import type { RouteAnswer } from '#core/wire/route.ts';
import type { Arrived } from '#functions/middleware/event.ts';

/** What API Gateway makes of a call, for the handlers that are deployed behind it. */

export interface Call {
  method: string;
  authority: string;
  /** Path and query, as they were written. */
  target: string;
  headers: readonly (readonly [name: string, value: string])[];
  body: Uint8Array;
}

/** As much of a route as API Gateway is set up by. */
export interface Served {
  method: string;
  path: string;
  answers?: readonly RouteAnswer[];
}

const stage = '/v1';

/** The route that a path is of, with its parameters; undefined where there is none. */
export function routed<R extends Served>(
  routes: readonly R[],
  method: string,
  target: string,
): { route: R; parameters: Record<string, string> } | undefined {
  const { pathname } = new URL(target, 'https://localhost');
  for (const route of routes) {
    const pattern = route.path.replace(/\{(\w+)(\+?)\}/g, (_, name: string, more: string) =>
      more === '' ? `(?<${name}>[^/]+)` : `(?<${name}>.+)`,
    );
    const match = new RegExp(`^${stage}${pattern}$`).exec(pathname);
    if (match !== null && route.method === method) return { route, parameters: { ...match.groups } };
  }
  return undefined;
}

export function eventOf(call: Call, route: Served, parameters: Record<string, string>): Arrived {
  const { pathname, searchParams } = new URL(call.target, `https://${call.authority}`);
  const multiValueHeaders: Record<string, string[]> = {};
  for (const [name, value] of call.headers)
    multiValueHeaders[name] = [...(multiValueHeaders[name] ?? []), value];
  const names = [...new Set(searchParams.keys())];
  return {
    at: '',
    resource: route.path,
    path: pathname.slice(stage.length),
    httpMethod: call.method,
    headers: Object.fromEntries(call.headers),
    multiValueHeaders,
    pathParameters: Object.keys(parameters).length === 0 ? null : parameters,
    queryStringParameters: names.length === 0 ? null : Object.fromEntries(searchParams),
    multiValueQueryStringParameters:
      names.length === 0 ? null : Object.fromEntries(names.map((name) => [name, searchParams.getAll(name)])),
    stageVariables: null,
    body: call.body.length === 0 ? null : Buffer.from(call.body).toString('base64'),
    isBase64Encoded: call.body.length > 0,
    requestContext: {
      accountId: '111122223333',
      apiId: 'desk',
      authorizer: undefined,
      domainName: call.authority,
      protocol: 'HTTP/1.1',
      httpMethod: call.method,
      identity: nobody,
      path: pathname,
      stage: 'v1',
      requestId: 'request',
      requestTimeEpoch: 0,
      resourceId: 'resource',
      resourcePath: route.path,
    },
  };
}

const nobody = {
  accessKey: null,
  accountId: null,
  apiKey: null,
  apiKeyId: null,
  caller: null,
  clientCert: null,
  cognitoAuthenticationProvider: null,
  cognitoAuthenticationType: null,
  cognitoIdentityId: null,
  cognitoIdentityPoolId: null,
  principalOrgId: null,
  sourceIp: '127.0.0.1',
  user: null,
  userAgent: null,
  userArn: null,
};

const nothing = () => {};
export const context: Context = {
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'desk',
  functionVersion: '1',
  invokedFunctionArn: 'arn:aws:lambda:eu-central-1:111122223333:function:desk',
  memoryLimitInMB: '128',
  awsRequestId: 'request',
  logGroupName: 'desk',
  logStreamName: 'desk',
  getRemainingTimeInMillis: () => 10_000,
  done: nothing,
  fail: nothing,
  succeed: nothing,
};
