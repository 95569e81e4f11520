import { spawn } from 'node:child_process';
import { createPublicKey, type KeyObject } from 'node:crypto';
import { Command } from 'commander';
import { attempt, forPeople, printJson, say, UsageError } from '../common.ts';
import { CommandError } from '../errors.ts';
import { when } from '../format.ts';
import { forProfile, keyPath, type ProfileOptions } from '../profile/connection.ts';
import { keyFileState, passphraseFrom, readKeyFile } from '../profile/key-file.ts';
import { loadProfile, type Named } from '../profile/profile.ts';
import { agentAbout, lockAgents } from './asking.ts';
import { newPlace } from './place.ts';
import { type AgentOrder, readyLine } from './protocol.ts';

/** `writ keys unlock` and `lock`: a passphrase is typed once a session. */
interface UnlockOptions extends ProfileOptions {
  for: string;
}

const unlockExamples = `
Examples:
  writ keys unlock                  asks for the passphrase; until 8 hours from now no other command does
  writ keys unlock --for 30m --profile desk
  writ keys lock

A small process of yours holds the keys in its memory: it signs and decrypts, gives no key out, and ends at its time, by
\`writ keys lock\`, or with the machine. Any program that runs as you can have it sign until then. Each command still shows
what it signs, and asks.
`;

const lockExamples = `
Examples:
  writ keys lock
  writ keys lock --profile desk
`;

export function unlockCommand(): Command {
  return forProfile(forPeople(new Command('unlock')))
    .description('have the passphrase asked once: an agent holds the keys for a time')
    .option('--for <time>', 'how long: 30m, 8h; 24h at most', '8h')
    .addHelpText('after', unlockExamples)
    .action(async (options: UnlockOptions) => {
      process.exitCode = await attempt(() => unlock(options), options);
    });
}

export function lockCommand(): Command {
  return forProfile(forPeople(new Command('lock')))
    .description('end the agent that holds the keys')
    .addHelpText('after', lockExamples)
    .action(async (options: ProfileOptions) => {
      process.exitCode = await attempt(() => lock(options), options);
    });
}

/** What `unlock` runs as a process of its own. Nobody calls it: it waits for an order on its standard input. */
export function agentCommand(): Command {
  return forPeople(new Command('agent')).action(async () => (await import('./process.ts')).runAgent());
}

async function unlock(options: UnlockOptions): Promise<number> {
  const until = new Date(Date.now() + durationMs(options.for)).toISOString();
  const named = await loadProfile(options.profile);
  const keys = await lockedKeys(named, options);
  if (keys === undefined) {
    say(`The keys of profile ${named.name} are not under a passphrase: there is nothing to unlock.`);
    return 0;
  }
  await lockAgents(named);
  await started({ place: await newPlace(named), until, ...keys });
  const about = await agentAbout(named);
  if (about === undefined) throw failed('it does not answer');
  if (options.json === true) printJson({ profile: named.name, ...about });
  else process.stdout.write(`Profile ${named.name} is unlocked until ${when(about.until)}.\n`);
  return 0;
}

async function lock(options: ProfileOptions): Promise<number> {
  const named = await loadProfile(options.profile);
  const wasUnlocked = await lockAgents(named);
  if (options.json === true) printJson({ profile: named.name, wasUnlocked });
  else process.stdout.write(`Profile ${named.name} ${wasUnlocked ? 'is locked' : 'was not unlocked'}.\n`);
  return 0;
}

const units: Record<string, number> = { m: 60_000, h: 3_600_000 };
const longestMs = 24 * 3_600_000;

/** @throws UsageError */
export function durationMs(text: string): number {
  const [, count = '', unit = ''] = /^(\d{1,4})([mh])$/.exec(text) ?? [];
  const ms = Number(count) * (units[unit] ?? Number.NaN);
  if (!(ms > 0 && ms <= longestMs))
    throw new UsageError('--for takes minutes or hours, 24h at most: 30m, 8h');
  return ms;
}

/** The keys that a passphrase guards, decrypted; undefined where there is none of these. */
async function lockedKeys(
  named: Named,
  options: ProfileOptions,
): Promise<Pick<AgentOrder, 'signing' | 'encryption'> | undefined> {
  const { signing, encryption } = named.profile;
  const passphrase = passphraseFrom(options.passphraseFile ?? process.env.WRIT_PASSPHRASE_FILE);
  const unlocked = async (key: { file: string; publicKey: Record<string, unknown> } | undefined) => {
    if (key === undefined) return undefined;
    const file = keyPath(named, key.file);
    // What is missing or no key is told by reading it.
    if ((await keyFileState(file))?.isEncrypted === false) return undefined;
    const read = await readKeyFile(file, passphrase);
    if (createPublicKey(read).export({ format: 'jwk' }).x !== key.publicKey.x)
      throw new CommandError('key-malformed', 'a key file holds another key than the profile says');
    return pemOf(read);
  };
  const signingPem = await unlocked(signing?.at === 'file' ? signing : undefined);
  const encryptionPem = await unlocked(encryption);
  if (signingPem === undefined && encryptionPem === undefined) return undefined;
  return {
    ...(signingPem === undefined ? {} : { signing: signingPem }),
    ...(encryptionPem === undefined ? {} : { encryption: encryptionPem }),
  };
}

const pemOf = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString();

const failed = (why: string) =>
  new CommandError(
    'agent-failed',
    `the agent could not be started: ${why}`,
    'give --passphrase-file meanwhile',
  );

/** How long a process may take to start. */
const patienceMs = 20_000;

/**
 * Starts an agent, and returns once it listens. Its order goes through a pipe, since others may read a command line and an
 * environment. It takes nothing of this environment: what is set there for Node would run within the agent.
 */
function started(order: AgentOrder): Promise<void> {
  const [, program = ''] = process.argv;
  const { SystemRoot } = process.env;
  const child = spawn(process.execPath, [...hardened(), program, 'keys', 'agent'], {
    detached: true,
    cwd: '/',
    env: SystemRoot === undefined ? {} : { SystemRoot },
    stdio: ['pipe', 'pipe', 'ignore'],
    windowsHide: true,
  });
  return new Promise((listens, fails) => {
    const timer = setTimeout(() => child.kill(), patienceMs);
    child.once('error', () => fails(failed('there is no process for it')));
    child.once('close', () => fails(failed('it ended')));
    child.stdin.on('error', () => undefined);
    child.stdout.on('data', (part: Buffer) => {
      if (!part.toString().includes(readyLine)) return;
      clearTimeout(timer);
      child.stdout.destroy();
      child.unref();
      listens();
    });
    child.stdin.end(JSON.stringify(order));
  });
}

/** A signal to Node opens its debugger, which reads the memory: newer Nodes can be told not to. */
const hardened = () =>
  process.allowedNodeEnvironmentFlags.has('--disable-sigusr1') ? ['--disable-sigusr1'] : [];
