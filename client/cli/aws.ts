import type { Command } from 'commander';
import { CommandError, UsageError } from './errors.ts';
import { namesProxy } from './proxy.ts';

/**
 * The AWS SDK. Only operators' commands need it, so the package does not bring it, and a command loads the part that it
 * needs when it runs. The clients find region and credentials as the SDK does anywhere.
 */
export interface AwsOptions {
  region?: string;
  endpoint?: string;
}

export function forAws(command: Command): Command {
  return command
    .option('--region <region>', 'the AWS region (default: as the AWS SDK finds it)')
    .option('--endpoint <url>', 'another endpoint than the region’s own');
}

export const cloudFormationSdk = () => load('cloudformation', () => import('@aws-sdk/client-cloudformation'));
export const cloudTrailSdk = () => load('cloudtrail', () => import('@aws-sdk/client-cloudtrail'));
export const iamSdk = () => load('iam', () => import('@aws-sdk/client-iam'));
export const kmsSdk = () => load('kms', () => import('@aws-sdk/client-kms'));
export const lambdaSdk = () => load('lambda', () => import('@aws-sdk/client-lambda'));
export const kinesisSdk = () => load('kinesis', () => import('@aws-sdk/client-kinesis'));
export const dynamodbSdk = () => load('dynamodb', () => import('@aws-sdk/client-dynamodb'));
export const cloudWatchSdk = () => load('cloudwatch', () => import('@aws-sdk/client-cloudwatch'));
export const logsSdk = () => load('cloudwatch-logs', () => import('@aws-sdk/client-cloudwatch-logs'));
export const s3Sdk = () => load('s3', () => import('@aws-sdk/client-s3'));

export type KinesisSdk = Awaited<ReturnType<typeof kinesisSdk>>;
export type KinesisClient = InstanceType<KinesisSdk['KinesisClient']>;
export type CloudTrailSdk = Awaited<ReturnType<typeof cloudTrailSdk>>;
export type IamSdk = Awaited<ReturnType<typeof iamSdk>>;
export type KmsSdk = Awaited<ReturnType<typeof kmsSdk>>;
export type LambdaSdk = Awaited<ReturnType<typeof lambdaSdk>>;

/** @throws CommandError sdk-missing */
async function load<T>(service: string, from: () => Promise<T>): Promise<T> {
  try {
    return await from();
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND';
    if (!isMissing) throw cause;
    const name = `@aws-sdk/client-${service}`;
    throw new CommandError(
      'sdk-missing',
      `this command uses the AWS SDK, and ${name} is not installed`,
      `npm install ${name}, beside writ`,
      { cause },
    );
  }
}

/** The settings of every client. Through the proxy of the environment it goes as Node's own agents do, from Node 24.5 on. */
export function awsConfig({ region, endpoint }: AwsOptions) {
  return {
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(namesProxy() ? { requestHandler: { httpsAgent: { proxyEnv: process.env } } } : {}),
  };
}

/** The region that a client found. @throws UsageError where there is none */
export async function regionOf(client: { config: { region: () => Promise<string> } }): Promise<string> {
  return client.config.region().catch(() => {
    throw new UsageError('there is no region', 'give --region, or set AWS_REGION');
  });
}

/**
 * The name that AWS or its SDK gives a failure: `AccessDenied`, `CredentialsProviderError`.
 *
 * @throws what was thrown, if that is neither's
 */
export function awsErrorName(error: unknown): string {
  const isTheirs =
    error instanceof Error &&
    ('$metadata' in error || 'code' in error || error.name.endsWith('ProviderError'));
  if (!isTheirs) throw error;
  return error.name === 'Error' && 'code' in error ? String(error.code) : error.name;
}
