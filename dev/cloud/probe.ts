/**
 * A look at an endpoint that somebody else started: who answers, whether Writ can stand on it at all, and what it can do
 * of what tests need. What is asked before the deployment takes a second and leaves nothing but two keys whose deletion is
 * scheduled.
 */
import { randomUUID } from 'node:crypto';
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
} from '@aws-sdk/client-iam';
import {
  CreateGrantCommand,
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DecryptCommand,
  EncryptCommand,
  ListAliasesCommand,
  ScheduleKeyDeletionCommand,
  SignCommand,
} from '@aws-sdk/client-kms';
import { z } from 'zod';
import { type Aws, awsOf } from '#dev/aws.ts';
import type { Capability } from '#dev/cloud/capabilities.ts';
import type { Endpoint } from '#dev/cloud/endpoint.ts';

const healthSchema = z.looseObject({ version: z.string().optional(), edition: z.string().optional() });

/**
 * Who answers there, such as `LocalStack 2026.3.0`, as far as it says so.
 *
 * @throws Error that says what to do, if nobody answers
 */
export async function productOf({ url }: Pick<Endpoint, 'url'>): Promise<string> {
  // MiniStack answers LocalStack's question too, so its own comes first.
  for (const [name, path] of [
    ['MiniStack', '/_ministack/health'],
    ['LocalStack', '/_localstack/health'],
  ] as const) {
    const text = await textAt(url, path);
    const health = healthSchema.safeParse(text === undefined ? undefined : jsonIn(text));
    if (!health.success) continue;
    const { version = 'of an unknown version', edition } = health.data;
    return `${name} ${version}${edition === undefined ? '' : ` (${edition})`}`;
  }
  return 'an endpoint that does not say what it is';
}

async function textAt(url: string, path: string): Promise<string | undefined> {
  try {
    const answer = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(10_000) });
    const text = await answer.text();
    return answer.ok ? text : undefined;
  } catch (error) {
    throw new Error(
      `Nothing answers at ${url}: ${reasonOf(error)}. Start the endpoint, or set WRIT_ENDPOINT to where it is. ` +
        'If it is https with a certificate of its own, name its authority’s file in AWS_CA_BUNDLE.',
      { cause: error },
    );
  }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Writ's log is signed with Ed25519, which not every KMS has.
 *
 * @throws Error that says what to do, where this one has not
 */
export async function needEd25519(endpoint: Endpoint, product: string): Promise<void> {
  const { kms } = awsOf(asCloud(endpoint));
  try {
    const spec = { KeySpec: 'ECC_NIST_EDWARDS25519', KeyUsage: 'SIGN_VERIFY' } as const;
    await withKey(kms, spec, (KeyId) =>
      kms.send(
        new SignCommand({
          KeyId,
          Message: new Uint8Array([1]),
          MessageType: 'RAW',
          SigningAlgorithm: 'ED25519_SHA_512',
        }),
      ),
    );
  } catch (error) {
    throw new Error(
      `KMS at ${endpoint.url} (${product}) does not sign with Ed25519, and Writ’s log needs that: ${reasonOf(error)}. ` +
        'LocalStack lacks it (localstack/localstack#13886): docs/localstack.md has a start hook that adds it. ' +
        'Of another emulator, take a version whose KMS has the key spec ECC_NIST_EDWARDS25519.',
      { cause: error },
    );
  }
}

/** What an endpoint enforces: asked as somebody who has been given nothing. */
export async function enforcementOf(endpoint: Endpoint): Promise<Capability[]> {
  const root = awsOf(asCloud(endpoint));
  return withNobody(root, endpoint, async (nobody, arn) => {
    const [iam, kms] = await Promise.all([
      isDenied(() => nobody.kms.send(new ListAliasesCommand({}))),
      grantsDecide(root, nobody, arn),
    ]);
    return [...(iam ? (['iam'] as const) : []), ...(kms ? (['kms'] as const) : [])];
  });
}

/** Whether a grant lets its grantee open one encryption context, and nobody opens without one. */
async function grantsDecide(root: Aws, nobody: Aws, arn: string): Promise<boolean> {
  return withKey(root.kms, {}, async (KeyId) => {
    const sealed = async (EncryptionContext: Record<string, string>) => {
      const Plaintext = new Uint8Array([1]);
      const { CiphertextBlob } = await root.kms.send(
        new EncryptCommand({ KeyId, Plaintext, EncryptionContext }),
      );
      return { CiphertextBlob, EncryptionContext };
    };
    const [granted, other] = [await sealed({ probe: 'granted' }), await sealed({ probe: 'other' })];
    const open = (what: typeof granted, tokens: string[] = []) =>
      nobody.kms.send(new DecryptCommand({ KeyId, ...what, GrantTokens: tokens }));
    if (!(await isDenied(() => open(granted)))) return false;
    const { GrantToken } = await root.kms.send(
      new CreateGrantCommand({
        KeyId,
        GranteePrincipal: arn,
        Operations: ['Decrypt'],
        Constraints: { EncryptionContextEquals: granted.EncryptionContext },
      }),
    );
    // AWS KMS Developer Guide, "Using a grant token": until a grant is known everywhere, its token makes it count.
    const tokens = GrantToken === undefined ? [] : [GrantToken];
    if (await isDenied(() => open(granted, tokens))) return false;
    return isDenied(() => open(other, tokens));
  });
}

/** Does something as a user without any policy, who is gone afterwards. */
async function withNobody<T>(
  root: Aws,
  endpoint: Endpoint,
  work: (nobody: Aws, arn: string) => Promise<T>,
): Promise<T> {
  const UserName = `writ-probe-${randomUUID()}`;
  const { User } = await root.iam.send(new CreateUserCommand({ UserName }));
  const { AccessKey } = await root.iam.send(new CreateAccessKeyCommand({ UserName }));
  const { AccessKeyId, SecretAccessKey } = z
    .object({ AccessKeyId: z.string(), SecretAccessKey: z.string() })
    .parse(AccessKey);
  try {
    const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey };
    return await work(awsOf(asCloud(endpoint), credentials), z.string().parse(User?.Arn));
  } finally {
    await root.iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
    await root.iam.send(new DeleteUserCommand({ UserName }));
  }
}

/** Does something with a key of its own, whose deletion is scheduled afterwards. */
async function withKey<T>(
  kms: Aws['kms'],
  input: CreateKeyCommandInput,
  work: (keyId: string) => Promise<T>,
): Promise<T> {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Description: 'Writ: a probe', ...input }));
  const KeyId = z.string().parse(KeyMetadata?.KeyId);
  try {
    return await work(KeyId);
  } finally {
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
  }
}

/** @throws whatever is neither a yes nor a denial: an endpoint that cannot be asked is no proof of anything */
async function isDenied(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call();
    return false;
  } catch (error) {
    if (
      error instanceof Error &&
      /^(AccessDenied|AccessDeniedException|UnauthorizedOperation)$/.test(error.name)
    )
      return true;
    throw error;
  }
}

const asCloud = ({ url, region, credentials }: Endpoint) => ({ endpoint: url, region, credentials });

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  const inner =
    cause instanceof Error ? cause.message || ('code' in cause ? String(cause.code) : cause.name) : '';
  return inner === '' ? error.message || error.name : inner;
}
