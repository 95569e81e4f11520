/** The programs below examples/, built once and run as an agency runs them; or why one cannot run on this machine. */
import { execFile, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { home, python } from '#dev/cloud/emulator.ts';
import { builtOnce } from '../built.ts';

export interface Program {
  readonly name: string;
  /** Whether it signs with P-256 too, beside Ed25519. */
  readonly signsP256: boolean;
  /** A second or so each time: then once for each check, and no more. */
  readonly startsSlowly: boolean;
  /** Whether it finds out that a disclosure was changed by the tag of its encryption, before any signature. */
  readonly checksTag: boolean;
  /** The reason why it cannot run here, or false. */
  readonly skip: string | false;
  /** Makes it ready and answers the command that runs it. */
  build(): Promise<readonly string[]>;
}

const example = (file: string) => join(home, 'examples', file);

export const programs: readonly Program[] = [
  {
    name: 'python',
    signsP256: true,
    startsSlowly: false,
    checksTag: true,
    skip: false,
    build: async () => [python(), example('python/writ.py')],
  },
  {
    name: 'go',
    signsP256: true,
    startsSlowly: false,
    checksTag: true,
    skip: needs('go', ['version'], /go1\.(?:2[1-9]|[3-9]\d)/),
    build: async () => {
      const folder = await builtOnce('go', example('go'), (into) =>
        must('go', ['build', '-o', join(into, 'writ'), '.'], example('go')),
      );
      return [join(folder, 'writ')];
    },
  },
  {
    name: 'java',
    signsP256: true,
    startsSlowly: true,
    checksTag: true,
    skip: needs('javac', ['--version'], /javac (?:1[7-9]|[2-9]\d)/),
    build: async () => {
      const folder = await builtOnce('java', example('java'), (into) =>
        must('javac', ['-d', into, example('java/Writ.java')]),
      );
      // Each run is short: what makes long ones fast makes it slow.
      return ['java', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-cp', folder, 'Writ'];
    },
  },
  {
    name: 'curl',
    signsP256: false,
    startsSlowly: true,
    checksTag: false,
    skip:
      needs('bash', ['--version'], /bash/) ||
      needs('openssl', ['version'], /OpenSSL [3-9]/) ||
      needs('curl', ['--version'], /curl/) ||
      needs('jq', ['--version'], /jq/),
    build: async () => ['bash', example('curl/writ.sh')],
  },
];

/** The reason to skip what needs a tool, or false. */
export function needs(tool: string, args: readonly string[], version: RegExp): string | false {
  const { stdout, status } = spawnSync(tool, args, { encoding: 'utf8' });
  if (status !== 0) return `no ${tool} on this machine`;
  return version.test(stdout)
    ? false
    : `another ${tool} than the example needs: ${stdout.trim().split('\n')[0]}`;
}

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Given {
  readonly keyFile: string;
  readonly keyId: string;
  readonly providerFile: string;
  readonly caFile: string;
  /** The provider's API, and what else only asking, following and collecting take. */
  readonly url?: string;
  readonly encryptionKeyFile?: string;
  readonly patience?: string;
}

/** Runs a built program. */
export function run(command: readonly string[], given: Given, args: readonly string[]): Promise<Outcome> {
  const [program = '', ...first] = command;
  const child = spawn(program, [...first, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      WRIT_KEY: given.keyFile,
      WRIT_KEY_ID: given.keyId,
      WRIT_PROVIDER: given.providerFile,
      WRIT_CA: given.caFile,
      WRIT_URL: given.url,
      WRIT_ENCRYPTION_KEY: given.encryptionKeyFile,
      WRIT_PATIENCE: given.patience,
    },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('close', (code) => done({ code, stdout, stderr }));
  });
}

/** Does all of this, two at a time. */
export async function inPairs(jobs: readonly (() => Promise<void>)[]): Promise<void> {
  const left = [...jobs];
  const worker = async () => {
    for (let job = left.shift(); job !== undefined; job = left.shift()) await job();
  };
  await Promise.all([worker(), worker()]);
}

/** Beside everything else: servers of this very process must go on answering while a compiler takes its time. */
async function must(program: string, args: readonly string[], cwd = home): Promise<void> {
  await promisify(execFile)(program, args, { cwd });
}
