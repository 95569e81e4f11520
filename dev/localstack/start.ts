/**
 * LocalStack in a process of its own, in the host mode of its open release: without Docker, and with what Writ needs of it
 * that it does not have (writ_localstack/, kms_ed25519.py). Set-up has made its virtual environment (dev/setup.mjs).
 *
 * Everything it writes lies below the state directory. Nothing is kept from one run to the next but the emulator of Kinesis,
 * which LocalStack fetches from npm when it is first used.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, copyFileSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { KinesisClient, ListStreamsCommand } from '@aws-sdk/client-kinesis';
import { z } from 'zod';
import { cleanEnvironment, home, python, REGION, tail } from '#dev/cloud/emulator.ts';
import { end, owned, remember, sweep } from '#dev/cloud/processes.ts';

const START_SECONDS = 60;
/** LocalStack ends its own children first. */
const STOP_SECONDS = 20;

const source = join(home, 'dev/localstack');
const HOOK = 'kms_ed25519.py';
const LOOPBACK = '127.0.0.1';

export interface LocalStack {
  readonly version: string;
  readonly endpoint: string;
  readonly logFile: string;
  /** Settles when LocalStack ends without having been asked to: how. */
  readonly lost: Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts LocalStack and waits until it answers and its KMS knows Ed25519.
 *
 * @param options.port where to listen on 127.0.0.1; 0 means a free port
 * @throws Error if it runs from this directory already, or with the end of its log if it does not come up
 */
export async function startLocalStack(options: { stateDir: string; port: number }): Promise<LocalStack> {
  const stateDir = resolve(options.stateDir);
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const other = owned(stateDir, 'owner');
  if (other !== undefined && other !== process.pid)
    throw new Error(`Process ${other} runs LocalStack in ${stateDir}. Stop it first.`);
  await sweep(stateDir);
  const port = await freePort(options.port);
  const owner = remember(stateDir, 'owner', process.pid);
  const files = prepare(stateDir);

  const logFile = join(stateDir, 'localstack.log');
  const log = openSync(logFile, 'w');
  // In a group of its own: a terminal's Ctrl-C is for us, who then end it.
  const child = spawn(join(stateDir, 'venv/bin/python'), ['-m', 'localstack.runtime.main'], {
    cwd: stateDir,
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...cleanEnvironment(), ...settings({ ...files, stateDir, port }) },
  });
  closeSync(log);
  let over: string | undefined;
  const ended = new Promise<string>((done) => {
    child.once('error', (error) => done(`it could not be started: ${error.message}`));
    child.once('exit', (code, signal) => done(`it ended with ${signal ?? `code ${code}`}`));
  }).then((reason) => {
    over = reason;
    return `${reason}\n${tail(logFile)}`;
  });
  const tracked = child.pid === undefined ? undefined : remember(stateDir, 'localstack', child.pid);

  const stop = async () => {
    if (over === undefined && child.pid !== undefined)
      await end(child.pid, () => over === undefined, STOP_SECONDS * 1000);
    // What it held is not to be taken for what the next one holds.
    for (const folder of [files.temporary, files.state]) rmSync(folder, { recursive: true, force: true });
    tracked?.forget();
    owner.forget();
  };
  const endpoint = `http://${LOOPBACK}:${port}`;
  try {
    const version = await ready(endpoint, () => over);
    await wake(endpoint);
    return { version, endpoint, logFile, lost: ended, stop };
  } catch (error) {
    await stop();
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`LocalStack did not start: ${reason}\n${tail(logFile)}`);
  }
}

interface Files {
  /** What LocalStack takes for the root of the file system, as in its container. */
  readonly root: string;
  readonly state: string;
  readonly temporary: string;
}

/** Lays out the folders that LocalStack expects, with the hook among its start scripts. */
function prepare(stateDir: string): Files {
  const root = join(stateDir, 'root');
  const temporary = join(stateDir, 'tmp');
  // LocalStack puts its state where the folder for temporary files would be below that root.
  const state = join(root, temporary);
  for (const folder of [state, temporary]) rmSync(folder, { recursive: true, force: true });
  const scripts = join(root, 'etc/localstack/init/start.d');
  for (const folder of [scripts, temporary]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  copyFileSync(join(source, HOOK), join(scripts, HOOK));
  // Functions are unpacked and run here. Without this, Node would take them for part of our ES module package.
  writeFileSync(join(temporary, 'package.json'), '{"type":"commonjs"}');
  return { root, state, temporary };
}

/** How LocalStack is told to run here. Its own names: docs.localstack.cloud, "Configuration". */
function settings(given: Files & { stateDir: string; port: number }): Record<string, string> {
  const { stateDir, port } = given;
  return {
    // Its plugins of ours: writ_localstack, found by the entry points beside it.
    PYTHONPATH: source,
    PYTHONDONTWRITEBYTECODE: '1',
    LAMBDA_RUNTIME_EXECUTOR: 'process',
    GATEWAY_SERVER: 'loopback',
    WRIT_MINISTACK_PYTHON: python(),
    // The provider of DynamoDB that hands everything to a server beside it, streams too.
    PROVIDER_OVERRIDE_DYNAMODB: 'v2',

    GATEWAY_LISTEN: `${LOOPBACK}:${port}`,
    LOCALSTACK_HOST: `${LOOPBACK}:${port}`,
    DNS_ADDRESS: '0',
    AWS_DEFAULT_REGION: REGION,

    // A machine that is itself a container is a host all the same: without this, LocalStack writes to /var/lib.
    OVERRIDE_IN_DOCKER: '0',
    FILESYSTEM_ROOT: given.root,
    TMPDIR: given.temporary,
    CONFIG_DIR: join(stateDir, 'config'),
    XDG_CACHE_HOME: join(stateDir, 'cache'),
    DOCKER_HOST: `unix://${join(stateDir, 'no-docker')}`,
    // It tells nobody that it runs, and fetches no certificate for a name that is not used.
    DISABLE_EVENTS: '1',
    SKIP_SSL_CERT_DOWNLOAD: '1',

    // The functions are deployed for arm64; a process runs as what the machine is.
    LAMBDA_IGNORE_ARCHITECTURE: '1',
    // A burst leaves many processes: they go after a minute and a half in which nobody called them.
    LAMBDA_KEEPALIVE_MS: '90000',
    LAMBDA_RUNTIME_ENVIRONMENT_TIMEOUT: '60',
  };
}

/**
 * A port that nobody has: what answers there later is then the one that we started.
 *
 * @param wanted 0 means any
 */
async function freePort(wanted: number): Promise<number> {
  const server = createServer().listen(wanted, LOOPBACK);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new Error(`Port ${wanted} cannot be had. Leave --port away, or name another.`, { cause: error });
  }
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No port is free.');
  return address.port;
}

/**
 * Has LocalStack start the servers behind its Kinesis and DynamoDB, as it does at the first call. The first Kinesis of a state
 * directory comes from npm. A deployment whose client waits for that loses patience and makes its stream a second time.
 */
async function wake(endpoint: string): Promise<void> {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const given = { endpoint, region: REGION, credentials, maxAttempts: 1 };
  await Promise.all([
    new KinesisClient(given).send(new ListStreamsCommand({})),
    new DynamoDBClient(given).send(new ListTablesCommand({})),
  ]);
}

const healthSchema = z.object({ version: z.string() });
const initSchema = z.object({
  completed: z.object({ START: z.boolean() }),
  scripts: z.array(z.object({ name: z.string(), state: z.string() })),
});

/** Waits until LocalStack has started. @returns its product and version */
async function ready(endpoint: string, over: () => string | undefined): Promise<string> {
  const deadline = performance.now() + START_SECONDS * 1000;
  const ask = async (path: string): Promise<unknown> => {
    const answer = await fetch(`${endpoint}/_localstack/${path}`, { signal: AbortSignal.timeout(5000) });
    return answer.json();
  };
  for (;;) {
    const reason = over();
    if (reason !== undefined) throw new Error(reason);
    const init = initSchema.safeParse(await ask('init').catch(() => undefined));
    if (init.data?.completed.START) {
      const hook = init.data.scripts.find(({ name }) => name === HOOK);
      if (hook?.state !== 'SUCCESSFUL')
        throw new Error(
          `its script ${HOOK}, which teaches its KMS Ed25519, is ${hook?.state ?? 'not there'}`,
        );
      return `LocalStack ${healthSchema.parse(await ask('health')).version}`;
    }
    if (performance.now() > deadline) throw new Error(`it did not answer within ${START_SECONDS} s`);
    await delay(100);
  }
}
