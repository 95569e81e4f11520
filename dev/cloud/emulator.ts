/**
 * The emulator: MiniStack in a process of its own, over TLS, with IAM enforced.
 *
 * It listens on this machine only, on a free port, and keeps everything it writes below the state directory, so
 * that two checkouts do not meet. It ends with its parent: it holds the other end of the pipe it reads from.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { delimiter, join, resolve } from 'node:path';
import { remember, type Tracked } from '#dev/cloud/processes.ts';

/** The project's own directory, which holds `node_modules`, `.writ` and this file. */
export const home = resolve(import.meta.dirname, '../..');

/** Where the local cloud pretends to be. */
export const REGION = 'eu-central-1';
export const ACCOUNT = '000000000000';

const START_SECONDS = 60;

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface Emulator {
  /** `https://127.0.0.1:<port>`: an address rather than a name, so that S3 clients use paths, not host names. */
  readonly endpoint: string;
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
  /** The account's root user: what an operator with every right would hold. */
  readonly credentials: Credentials;
  /** Shows the emulator that a question about a KMS call comes from the gate. */
  readonly gateToken: string;
  readonly logFile: string;
  /** Called if the emulator ends without having been asked to. */
  onLost(listener: (reason: string) => void): void;
  stop(): Promise<void>;
}

/** The Python that set-up has made ready (`dev/setup.mjs`). */
export function python(): string {
  const venv = join(home, '.writ/venv');
  return process.platform === 'win32' ? join(venv, 'Scripts/python.exe') : join(venv, 'bin/python');
}

/**
 * The surroundings of every child of the local cloud: ours without what would lead it to a real account, a proxy
 * or another certificate store, with this project's Node first on the path.
 */
export function cleanEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name, value]) =>
      value !== undefined &&
      !/^(AWS_|CDK_|MINISTACK_|LOCALSTACK_|LAMBDA_|PYTHON|VIRTUAL_ENV$|NODE_OPTIONS$)/i.test(name) &&
      !/^((https?|all|no)_proxy|ssl_cert_(file|dir)|requests_ca_bundle|curl_ca_bundle|node_extra_ca_certs)$/i.test(
        name,
      ),
  );
  const env = Object.fromEntries(kept) as Record<string, string>;
  const path = Object.keys(env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  env[path] = [join(home, 'node_modules/.bin'), env[path]].filter(Boolean).join(delimiter);
  return { ...env, NO_PROXY: '*', AWS_EC2_METADATA_DISABLED: 'true' };
}

/** What makes an AWS SDK, in any language, trust the local cloud's certificate. */
export function trust(caFile: string): Record<string, string> {
  return {
    AWS_CA_BUNDLE: caFile,
    NODE_EXTRA_CA_CERTS: caFile,
    SSL_CERT_FILE: caFile,
    REQUESTS_CA_BUNDLE: caFile,
  };
}

/**
 * Starts the emulator and waits until it answers.
 *
 * @param lambdaEndpoint where the Lambdas' own AWS calls go: the KMS gate, which is listening already
 * @throws Error with the end of the emulator's log when it does not come up
 */
export async function startEmulator(options: {
  stateDir: string;
  lambdaEndpoint: string;
}): Promise<Emulator> {
  const { stateDir } = options;
  const temporary = join(stateDir, 'tmp');
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true, mode: 0o700 });
  // Lambdas are unpacked and run here. Without this, Node would take them for part of our ES module package.
  writeFileSync(join(temporary, 'package.json'), '{"type":"commonjs"}');
  const announcement = join(stateDir, 'emulator.json');
  rmSync(announcement, { force: true });
  const logFile = join(stateDir, 'emulator.log');
  const credentials = {
    accessKeyId: `AKIAWRIT${randomBytes(6).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(24).toString('base64url'),
  };
  const gateToken = randomBytes(24).toString('base64url');

  const log = openSync(logFile, 'w');
  const child = spawn(python(), ['-u', join(home, 'dev/cloud/emulator.py'), stateDir], {
    cwd: stateDir,
    detached: process.platform !== 'win32',
    stdio: ['pipe', log, log],
    env: {
      ...cleanEnvironment(),
      ...trust(join(stateDir, 'tls/ca.pem')),
      // Each of its Lambdas runs from a new directory: what one has compiled, no other would find.
      NODE_DISABLE_COMPILE_CACHE: '1',
      AUTH: 'true',
      USE_SSL: '1',
      MINISTACK_REGION: REGION,
      MINISTACK_ACCOUNT_ID: ACCOUNT,
      AWS_DEFAULT_REGION: REGION,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_ENDPOINT_URL: options.lambdaEndpoint,
      LAMBDA_EXECUTOR: 'local',
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
      DOCKER_HOST: `unix://${join(stateDir, 'no-docker')}`,
      TMPDIR: temporary,
      TEMP: temporary,
      TMP: temporary,
      PYTHONDONTWRITEBYTECODE: '',
    },
  });
  closeSync(log);
  let over: string | undefined;
  let asked = false;
  const lost: ((reason: string) => void)[] = [];
  const ended = new Promise<void>((done) => {
    const end = (reason: string) => {
      over ??= reason;
      if (!asked) for (const listener of lost) listener(reason);
      done();
    };
    child.once('error', (error) => end(`it could not be started: ${error.message}`));
    child.once('exit', (code, signal) => end(`it ended with ${signal ?? `code ${code}`}`));
  });
  let tracked: Tracked | undefined;
  if (child.pid !== undefined) tracked = remember(stateDir, 'emulator', child.pid);
  const leash = child.stdin as NonNullable<typeof child.stdin>;
  leash.on('error', () => {}); // the emulator is gone; `ended` says so
  leash.write(`${JSON.stringify({ token: gateToken })}\n`);

  const stop = async () => {
    asked = true;
    leash.end();
    await ended;
    tracked?.forget();
  };
  try {
    const at = await announced(announcement, () => over);
    const endpoint = `https://127.0.0.1:${at.port}`;
    await healthy(endpoint, readFileSync(at.caFile), () => over);
    return {
      endpoint,
      caFile: at.caFile,
      certFile: at.certFile,
      keyFile: at.keyFile,
      credentials,
      gateToken,
      logFile,
      onLost: (listener) => void lost.push(listener),
      stop,
    };
  } catch (error) {
    await stop();
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The emulator did not start: ${reason}\n${tail(logFile)}`);
  }
}

/** The last lines of a log, to be shown with a failure. */
export function tail(logFile: string, lines = 40): string {
  try {
    const text = readFileSync(logFile, 'utf8').trimEnd();
    return `${text.split('\n').slice(-lines).join('\n')}\n(${logFile})`;
  } catch {
    return `(${logFile} could not be read)`;
  }
}

interface Announcement {
  readonly port: number;
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
}

async function announced(file: string, over: () => string | undefined): Promise<Announcement> {
  return until(over, async () => {
    try {
      return JSON.parse(readFileSync(file, 'utf8')) as Announcement;
    } catch {
      return undefined; // not written yet
    }
  });
}

async function healthy(endpoint: string, ca: Buffer, over: () => string | undefined): Promise<void> {
  await until(
    over,
    () =>
      new Promise<true | undefined>((done) => {
        const probe = request(
          `${endpoint}/_ministack/health`,
          { ca, timeout: 5000, agent: false },
          (answer) => {
            answer.resume();
            done(answer.statusCode === 200 ? true : undefined);
          },
        );
        probe.on('error', () => done(undefined));
        probe.on('timeout', () => probe.destroy());
        probe.end();
      }),
  );
}

/** Asks again and again until there is an answer, or the emulator is over, or its time is up. */
async function until<T>(over: () => string | undefined, ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + START_SECONDS * 1000;
  for (;;) {
    const reason = over();
    if (reason !== undefined) throw new Error(reason);
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`it did not answer within ${START_SECONDS} s`);
    await new Promise((next) => setTimeout(next, 25));
  }
}
