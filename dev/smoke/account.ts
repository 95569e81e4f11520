import { mkdirSync } from 'node:fs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Cloud } from '#dev/cloud/cloud.ts';
import { cleanEnvironment } from '#dev/cloud/emulator.ts';

/** The profile cannot be used as it is. */
export class ProfileError extends Error {}

/**
 * What a profile of the AWS configuration gives, and nothing else: credentials in the environment may be of any account.
 *
 * @throws ProfileError if the profile gives no credentials or no region
 */
export async function profileOf(profile: string, given?: string) {
  // The SDK says that it may come to prefer them.
  for (const name of Object.keys(process.env))
    if (/^AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|SECURITY_TOKEN)$/i.test(name))
      delete process.env[name];
  const client = new STSClient({ profile, ...(given === undefined ? {} : { region: given }) });
  try {
    const [credentials, region] = await Promise.all([client.config.credentials(), client.config.region()]);
    return { credentials, region };
  } catch (cause) {
    throw new ProfileError(`The profile ${profile} gives no credentials or no region.`, { cause });
  }
}

/**
 * A real account, as a cloud without an endpoint.
 *
 * @throws ProfileError if the profile gives no credentials or no region
 */
export async function openAccount(options: {
  profile: string;
  region?: string | undefined;
  stateDir: string;
}): Promise<Cloud> {
  const { profile, stateDir } = options;
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const { credentials, region } = await profileOf(profile, options.region);
  const sts = new STSClient({ region, credentials });
  const { Account: accountId = '' } = await sts.send(new GetCallerIdentityCommand({}));
  let api = '';
  const host = () => (api === '' ? '' : `${api}.execute-api.${region}.amazonaws.com`);
  return {
    stateDir,
    keepDir: stateDir,
    // Both are known once the API is made.
    get url() {
      return `https://${host()}`;
    },
    get authority() {
      return host();
    },
    endpoint: '',
    emulatorEndpoint: '',
    caFile: '',
    region,
    credentials,
    accountId,
    product: 'AWS',
    can: ['iam', 'kms'],
    env: {
      ...withoutGuards(cleanEnvironment()),
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      ...(credentials.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: credentials.sessionToken }),
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      CDK_DEFAULT_ACCOUNT: accountId,
      CDK_DEFAULT_REGION: region,
      CDK_DISABLE_VERSION_CHECK: 'true',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
    },
    serveApi: (apiId) => {
      api = apiId;
    },
    learn: (more) => ['iam', 'kms', ...more],
    stop: async () => {},
  };
}

/** What keeps a process of the local cloud from the network and its proxies. */
function withoutGuards({ NO_PROXY: _, ...env }: Record<string, string>): Record<string, string> {
  const proxies = Object.entries(process.env).flatMap(([name, value]) =>
    /^(https?_proxy|no_proxy|ssl_cert_(file|dir)|node_extra_ca_certs)$/i.test(name) && value !== undefined
      ? [[name, value] as const]
      : [],
  );
  return { ...env, ...Object.fromEntries(proxies) };
}
