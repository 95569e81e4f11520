/** What the gate's live tests share: roles with policies of their own, clients that call as them, and refusals. */
import assert from 'node:assert/strict';
import { request } from 'node:https';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { Cloud } from '#dev/cloud/cloud.ts';

export function settings(of: Cloud) {
  return { endpoint: of.endpoint, region: of.region, credentials: of.credentials, maxAttempts: 1 };
}

export interface Role {
  readonly arn: string;
  /** KMS as a session of this role. */
  readonly kms: KMSClient;
}

/** A role that anyone in the account may assume, with one inline policy. */
export async function makeRole(
  of: Cloud,
  RoleName: string,
  statements: readonly object[] = [],
): Promise<Role> {
  const iam = new IAMClient(settings(of));
  const AssumeRolePolicyDocument = policy([
    { Effect: 'Allow', Principal: account(of), Action: 'sts:AssumeRole' },
  ]);
  const { Role: made } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  assert(made?.Arn);
  if (statements.length > 0) {
    const PolicyDocument = policy(statements);
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument }));
  }
  return { arn: made.Arn, kms: await assume(of, made.Arn) };
}

async function assume(of: Cloud, RoleArn: string): Promise<KMSClient> {
  const sts = new STSClient(settings(of));
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'gate-test' }));
  assert(Credentials?.AccessKeyId && Credentials.SecretAccessKey && Credentials.SessionToken);
  return new KMSClient({
    ...settings(of),
    credentials: {
      accessKeyId: Credentials.AccessKeyId,
      secretAccessKey: Credentials.SecretAccessKey,
      sessionToken: Credentials.SessionToken,
    },
  });
}

/** The same caller with a secret that is not theirs. */
export async function forged(of: Cloud, { kms }: Role): Promise<KMSClient> {
  const real = await kms.config.credentials();
  return new KMSClient({ ...settings(of), credentials: { ...real, secretAccessKey: 'guessed' } });
}

export function account(of: Cloud) {
  return { AWS: `arn:aws:iam::${of.accountId}:root` };
}

export function policy(Statement: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

export const allow = (Action: string | readonly string[], more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource: '*',
  ...more,
});

export async function denied(call: Promise<unknown>, reason = /not authorized/): Promise<void> {
  await fails(call, 'AccessDeniedException', reason);
}

export async function fails(call: Promise<unknown>, name: string, message = /(?:)/): Promise<void> {
  await assert.rejects(call, (error: Error) => {
    assert.equal(error.name, name, error.message);
    assert.match(error.message, message);
    return true;
  });
}

/** Sends just these header lines and bytes to the endpoint. */
export function asked(
  of: Cloud,
  headers: readonly (readonly [string, string])[],
  body: Buffer,
): Promise<{ status: number; body: string }> {
  return new Promise((done, fail) => {
    const lines = [...headers, ['content-length', String(body.length)]].flat();
    const onward = request(of.endpoint, { method: 'POST', headers: lines, agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () => done({ status: answer.statusCode ?? 0, body: text }));
    });
    onward.on('error', fail);
    onward.end(body);
  });
}
