/**
 * The local cloud: emulator, KMS gate and front door, as one thing to start, deploy to and stop.
 *
 * The process that starts it is its owner; it ends with its owner, even one that is killed. Others who know the state
 * directory can `connect` to it.
 */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { Capability } from '#dev/cloud/capabilities.ts';
import { runCustomResources } from '#dev/cloud/custom-resources.ts';
import {
  ACCOUNT,
  type Credentials,
  cleanEnvironment,
  home,
  REGION,
  startEmulator,
  tail,
  trust,
} from '#dev/cloud/emulator.ts';
import { accountOf, certificatesFor, doorBefore, keepDirOf, readEndpoint } from '#dev/cloud/endpoint.ts';
import { startFrontDoor } from '#dev/cloud/front-door.ts';
import { startGate } from '#dev/cloud/gate/gate.ts';
import { JOURNAL } from '#dev/cloud/journal.ts';
import { mendObjectLock } from '#dev/cloud/mend.ts';
import { enforcementOf, needEd25519, productOf } from '#dev/cloud/probe.ts';
import { owned, remember, sweep } from '#dev/cloud/processes.ts';
import { awaitShared, isShared } from '#dev/testing/shared.ts';

export interface Cloud {
  readonly stateDir: string;
  /** Where keys of people are kept: as long as what they are enrolled in, so at an endpoint beyond one run. */
  readonly keepDir: string;
  /** The front door, `https://localhost:<port>`. */
  readonly url: string;
  /** What clients sign as `@authority`: `localhost:<port>`. */
  readonly authority: string;
  /** Where AWS calls go: the KMS gate, and the emulator behind it. */
  readonly endpoint: string;
  readonly emulatorEndpoint: string;
  readonly caFile: string;
  readonly region: string;
  /** The account's root user: an operator with every right. */
  readonly credentials: Credentials;
  readonly accountId: string;
  /** Who answers there, such as `LocalStack 2026.3.0`. */
  readonly product: string;
  /** What it has of what tests need. Once the stack is deployed, more is known to whoever connects. */
  readonly can: readonly Capability[];
  /** The surroundings for child processes such as `cdk`. */
  readonly env: Record<string, string>;
  /** Says which REST API is behind the front door. */
  serveApi(apiId: string): void;
  /** Writes down what else it has, for whoever connects from then on. @returns all that it has */
  learn(more: readonly Capability[]): readonly Capability[];
  /** Stops what this process started; what another started stays. */
  stop(): Promise<void>;
}

type Facts = Omit<Cloud, 'env' | 'serveApi' | 'learn' | 'stop'>;

export interface CloudOptions {
  readonly stateDir: string;
  readonly say: (line: string) => void;
  /** An emulator that somebody else started, such as LocalStack. Only the front door is then ours. */
  readonly endpoint?: string | undefined;
}

/**
 * Starts a local cloud, after ending what a crashed run left in the same state directory.
 *
 * @throws Error if another run that is still alive uses the directory, or if the emulator does not come up
 */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const stateDir = resolve(options.stateDir);
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const other = owned(stateDir, 'owner');
  if (other !== undefined && other !== process.pid) {
    throw new Error(`Process ${other} is using ${stateDir}. Let it finish, or stop it.`);
  }
  for (const name of await sweep(stateDir)) options.say(`stopped the ${name} of an earlier run`);
  const owner = remember(stateDir, 'owner', process.pid);
  for (const file of [CLOUD, DOOR, JOURNAL]) rmSync(join(stateDir, file), { force: true });
  try {
    const { facts, stop } = options.endpoint
      ? await before(options.endpoint, stateDir, options.say)
      : await ours(stateDir, options.say);
    write(join(stateDir, CLOUD), JSON.stringify(facts, null, 2));
    trustHere(facts.caFile);
    let stopped: Promise<void> | undefined;
    return equip(facts, () => {
      stopped ??= stop().finally(() => {
        for (const name of [CLOUD, DOOR, 'tmp'])
          rmSync(join(stateDir, name), { recursive: true, force: true });
        owner.forget();
      });
      return stopped;
    });
  } catch (error) {
    owner.forget();
    throw error;
  }
}

/**
 * Finds the local cloud that another process runs.
 *
 * @throws Error if there is none, or its owner is gone
 */
export function connect(stateDir: string): Cloud {
  const directory = resolve(stateDir);
  if (isShared(directory)) awaitShared(directory);
  if (owned(directory, 'owner') === undefined) throw new Error(`No local cloud runs in ${directory}.`);
  const facts = JSON.parse(readFileSync(join(directory, CLOUD), 'utf8')) as Facts;
  trustHere(facts.caFile);
  return equip(facts, async () => {});
}

/** The cloud that tests share: the one named by `WRIT_STATE`, or else one of this process's own. */
export async function cloudUnderTest(): Promise<Cloud> {
  const given = process.env.WRIT_STATE;
  if (given !== undefined && given !== '') return connect(given);
  const stateDir = join(home, '.writ', `test-${process.pid}`);
  const cloud = await startCloud({ stateDir, say: () => {}, endpoint: process.env.WRIT_ENDPOINT });
  return {
    ...cloud,
    stop: () => cloud.stop().finally(() => rmSync(stateDir, { recursive: true, force: true })),
  };
}

const CLOUD = 'cloud.json';
const DOOR = 'door';

interface Started {
  readonly facts: Facts;
  readonly stop: () => Promise<void>;
}

async function ours(stateDir: string, say: (line: string) => void): Promise<Started> {
  // The gate takes its port first: the emulator's Lambdas are to call it.
  const gate = await startGate({ stateDir });
  try {
    const emulator = await startEmulator({ stateDir, lambdaEndpoint: gate.endpoint });
    emulator.onLost((reason) => say(`the emulator is gone: ${reason}\n${tail(emulator.logFile)}`));
    try {
      const ca = readFileSync(emulator.caFile);
      const tls = { cert: readFileSync(emulator.certFile), key: readFileSync(emulator.keyFile) };
      gate.open(emulator, ca, tls);
      const door = await startFrontDoor({ to: emulator.endpoint, api: doorOf(stateDir), ca, tls });
      return {
        facts: {
          stateDir,
          keepDir: stateDir,
          url: door.url,
          authority: door.authority,
          endpoint: gate.endpoint,
          emulatorEndpoint: emulator.endpoint,
          caFile: emulator.caFile,
          region: REGION,
          credentials: emulator.credentials,
          accountId: ACCOUNT,
          product: 'the local cloud',
          can: ['iam', 'kms', 'kmsJournal', 'singleRecords', 'ours'],
        },
        stop: async () => {
          await door.close();
          await emulator.stop();
          await gate.close();
        },
      };
    } catch (error) {
      await emulator.stop();
      throw error;
    }
  } catch (error) {
    await gate.close();
    throw error;
  }
}

/** A front door of ours before somebody else's emulator. */
async function before(text: string, stateDir: string, say: (line: string) => void): Promise<Started> {
  const endpoint = readEndpoint(text, process.env);
  const tls = certificatesFor(endpoint, stateDir);
  trustHere(tls.caFile);
  const product = await productOf(endpoint);
  const accountId = await accountOf(endpoint);
  say(`${product} at ${endpoint.url}, account ${accountId}, ${endpoint.region}`);
  await needEd25519(endpoint, product);
  const can = await enforcementOf(endpoint);
  const keepDir = keepDirOf(endpoint.url, accountId);
  const door = await doorBefore(endpoint, { tls, keepDir, api: doorOf(stateDir) });
  return {
    facts: {
      stateDir,
      keepDir,
      url: door.url,
      authority: door.authority,
      endpoint: endpoint.url,
      emulatorEndpoint: endpoint.url,
      caFile: tls.caFile,
      region: endpoint.region,
      credentials: endpoint.credentials,
      accountId,
      product,
      can,
    },
    stop: () => door.close(),
  };
}

/** The API behind the front door is kept in a file, so that any process that deploys can set it. */
function doorOf(stateDir: string): () => string | undefined {
  return () => {
    try {
      return readFileSync(join(stateDir, DOOR), 'utf8');
    } catch {
      return undefined;
    }
  };
}

function equip(facts: Facts, stop: () => Promise<void>): Cloud {
  let { can } = facts;
  return {
    ...facts,
    learn: (more) => {
      can = [...new Set([...can, ...more])];
      write(join(facts.stateDir, CLOUD), JSON.stringify({ ...facts, can }, null, 2));
      return can;
    },
    env: {
      ...cleanEnvironment(),
      ...trust(facts.caFile),
      AWS_ENDPOINT_URL: facts.endpoint,
      AWS_ENDPOINT_URL_S3: facts.endpoint,
      // An endpoint need not know names with a bucket's before its own. CDK does this by itself for some addresses only.
      CDK_S3_FORCE_PATH_STYLE: '1',
      AWS_ACCESS_KEY_ID: facts.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: facts.credentials.secretAccessKey,
      AWS_REGION: facts.region,
      AWS_DEFAULT_REGION: facts.region,
      CDK_DEFAULT_ACCOUNT: facts.accountId,
      CDK_DEFAULT_REGION: facts.region,
      CDK_DISABLE_VERSION_CHECK: 'true',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
    },
    serveApi: (apiId) => write(join(facts.stateDir, DOOR), apiId),
    stop,
  };
}

/** Lets every TLS client of this process trust the local cloud, beside what it trusts already. */
function trustHere(caFile: string): void {
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(caFile, 'utf8')]);
}

function write(file: string, content: string): void {
  writeFileSync(`${file}.new`, content, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

export interface DeployOptions {
  /** CDK context, `-c name=value`. */
  readonly context: Readonly<Record<string, string>>;
  readonly say: (line: string) => void;
  readonly stackName: string;
  /** The command that runs the CDK app. Default: the one of cdk.json. */
  readonly app?: string;
}

/**
 * Bootstraps the account and deploys a stack of a CDK app with the plain `cdk`.
 *
 * @returns the stack's outputs
 * @throws Error with the end of the log if a step fails
 */
export async function deploy(cloud: Cloud, options: DeployOptions): Promise<Record<string, string>> {
  const log = join(cloud.stateDir, 'cdk.log');
  const assembly = join(cloud.stateDir, 'cdk.out');
  const outputs = join(cloud.stateDir, 'outputs.json');
  rmSync(assembly, { recursive: true, force: true });
  writeFileSync(log, '');
  const context = Object.entries(options.context).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const app = options.app === undefined ? [] : ['--app', options.app];
  const run = (title: string, directory: string, args: readonly string[]) =>
    timed(options.say, title, () =>
      cdk(cloud, directory, log, [...args, '--no-notices', '--ci', '--no-color']),
    );

  // Bootstrapping needs no app and synthesising no account: they go side by side.
  await Promise.all([
    run('bootstrapped', cloud.stateDir, ['bootstrap', `aws://${cloud.accountId}/${cloud.region}`]),
    run('synthesised', home, [
      'synth',
      options.stackName,
      ...app,
      '--quiet',
      '--output',
      assembly,
      ...context,
    ]),
  ]);
  await run('deployed', home, [
    ...['deploy', options.stackName, '--app', assembly, '--method', 'direct'],
    ...['--require-approval', 'never', '--progress', 'events', '--outputs-file', outputs],
  ]);
  const template = join(assembly, `${options.stackName}.template.json`);
  await mendObjectLock(cloud, template, options.stackName);
  await runCustomResources(cloud, template, options.stackName);
  const written = JSON.parse(readFileSync(outputs, 'utf8')) as Record<string, Record<string, string>>;
  return written[options.stackName] ?? {};
}

async function timed(say: (line: string) => void, title: string, work: () => Promise<void>): Promise<void> {
  const start = performance.now();
  await work();
  say(`${title} in ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

function cdk(cloud: Cloud, cwd: string, logFile: string, args: readonly string[]): Promise<void> {
  const log = openSync(logFile, 'a');
  return new Promise<void>((done, fail) => {
    const child = spawn(process.execPath, [join(home, 'node_modules/aws-cdk/bin/cdk'), ...args], {
      cwd,
      env: cloud.env,
      stdio: ['ignore', log, log],
    });
    child.once('error', fail);
    child.once('exit', (code, signal) => {
      if (code === 0) return done();
      fail(new Error(`cdk ${args[0]} failed (${signal ?? `exit code ${code}`}):\n${tail(logFile)}`));
    });
  }).finally(() => closeSync(log));
}
