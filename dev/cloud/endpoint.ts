/**
 * An endpoint that somebody else started, such as LocalStack: how it is named, whose account answers there, and a front
 * door of ours before it.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getCACertificates } from 'node:tls';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { z } from 'zod';
import { type Credentials, home, python, REGION } from '#dev/cloud/emulator.ts';
import { type FrontDoor, startFrontDoor } from '#dev/cloud/front-door.ts';

export interface Endpoint {
  /** As it was given, without a path. No client rewrites its host: a certificate names the one that was given. */
  readonly url: string;
  readonly region: string;
  readonly credentials: Credentials;
}

/**
 * Reads `WRIT_ENDPOINT` and the AWS variables beside it.
 *
 * @throws Error if it is no address of a server
 */
export function readEndpoint(text: string, env: Readonly<Record<string, string | undefined>>): Endpoint {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search !== '') {
    throw new Error(
      'WRIT_ENDPOINT is not an address such as http://localhost:4566. Name protocol, host and port, and no path.',
    );
  }
  return {
    url: url.origin,
    region: env.AWS_REGION || env.AWS_DEFAULT_REGION || REGION,
    credentials: {
      accessKeyId: env.AWS_ACCESS_KEY_ID || 'test',
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY || 'test',
    },
  };
}

/** Whose credentials these are, as the endpoint itself says. */
export async function accountOf({ url, region, credentials }: Endpoint): Promise<string> {
  const sts = new STSClient({ endpoint: url, region, credentials, maxAttempts: 2 });
  try {
    const { Account } = await sts.send(new GetCallerIdentityCommand({}));
    if (Account === undefined) throw new Error(`${url} does not say whose account it is.`);
    return Account;
  } catch (error) {
    const reason = error instanceof Error ? error.message || error.name : String(error);
    throw new Error(
      `STS at ${url} does not say whose account it is: ${reason}. ` +
        'Start the endpoint with STS, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to credentials that it knows.',
      { cause: error },
    );
  } finally {
    sts.destroy();
  }
}

/** Where what belongs to an account at an endpoint is kept: keys of people outlive a run, as the deployment does. */
export function keepDirOf(url: string, account: string): string {
  const { protocol, host } = new URL(url);
  return join(home, '.writ/endpoints', `${protocol}${host}-${account}`.replaceAll(/[^\w.-]+/g, '_'));
}

/** A certificate for a front door. Its authority's file also holds the one that the endpoint's own certificate needs. */
export function certificatesFor({ url }: Endpoint, stateDir: string) {
  execFileSync(python(), [join(home, 'dev/cloud/emulator.py'), stateDir, 'certificate'], { stdio: 'pipe' });
  const file = (name: string) => join(stateDir, 'tls', name);
  if (url.startsWith('https:')) {
    const given = process.env.AWS_CA_BUNDLE ?? process.env.NODE_EXTRA_CA_CERTS;
    const theirs =
      given === undefined ? getCACertificates('default').join('\n') : readFileSync(given, 'utf8');
    writeFileSync(file('ca.pem'), `${readFileSync(file('ca.pem'), 'utf8')}\n${theirs}`, { mode: 0o600 });
  }
  return {
    caFile: file('ca.pem'),
    cert: readFileSync(file('server.pem')),
    key: readFileSync(file('server.key')),
  };
}

const portSchema = z.object({ port: z.number().int().positive() });

/**
 * Opens a front door of ours before an endpoint, at the port that it had the last time if that is free: the deployment
 * that is there knows its authority.
 */
export async function doorBefore(
  { url }: Endpoint,
  options: {
    tls: ReturnType<typeof certificatesFor>;
    keepDir: string;
    api: () => string | undefined;
  },
): Promise<FrontDoor> {
  const { tls, keepDir, api } = options;
  const kept = join(keepDir, 'door.json');
  const door = await startFrontDoor({
    to: url,
    api,
    tls,
    closesIdle: true,
    port: portIn(kept),
    ...(url.startsWith('https:') ? { ca: readFileSync(tls.caFile) } : {}),
  });
  mkdirSync(keepDir, { recursive: true, mode: 0o700 });
  writeFileSync(kept, JSON.stringify({ port: Number(new URL(door.url).port) }));
  return door;
}

function portIn(file: string): number | undefined {
  try {
    return portSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).port;
  } catch {
    return undefined; // no front door stood there before
  }
}
