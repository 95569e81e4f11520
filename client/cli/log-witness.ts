import { Command } from 'commander';
import { logHash, Witness, type WitnessEvent } from '#client/log/witness/witness.ts';
import { printable } from '#client/printable.ts';
import { claimedCheckpoint } from '#core/log/checkpoint.ts';
import { formatWitnessKey } from '#core/log/cosignature.ts';
import type { VerifierKey } from '#core/log/note.ts';
import { parseTrustPolicy, TrustPolicyError } from '#core/log/trust-policy.ts';
import { listening } from './bridge/listening.ts';
import { attempt, counted, forPeople, say, UsageError } from './common.ts';
import { givenText } from './given.ts';
import { newWitnessKey, readWitnessKey } from './witness/key.ts';
import { lockState } from './witness/lock.ts';
import { serveWitness } from './witness/serving.ts';
import { makeStateFolder, openState } from './witness/state.ts';

/** `writ log witness`: a witness of other people's logs, beside one's own things. */
interface Options {
  newKey?: string;
  name?: string;
  algorithm?: string;
  key?: string;
  policy?: string;
  state?: string;
  listen: string;
}

const examples = `
Examples:
  writ log witness --new-key witness.key --name witness.example/w1
  writ log witness --key witness.key --policy logs.policy --state state

The policy is a C2SP tlog-policy: for each log that the witness knows a line
"log" with its verifier key, and a line "quorum none", for a witness needs no
other. Before it answers, it writes what it cosigned to the state. Keep the
state, and never put an older copy of it back: with it the witness could
cosign a second history of a log.

The key file is not encrypted, since a service has nobody to ask for a
passphrase. Its owner alone can read it.

It speaks HTTP, and to this machine alone unless --listen says otherwise: put
what terminates TLS before it. SIGTERM or Ctrl-C ends it, once each call that
has arrived is answered.

Exit codes: 0 ended by a signal, 2 usage, a key or a state that is not right,
3 it cannot run.
`;

export function witnessCommand(): Command {
  return forPeople(new Command('witness'))
    .description('be a witness: cosign the checkpoints of other people’s logs')
    .option('--new-key <file>', 'make a key, print its verifier key, and end')
    .option('--name <name>', 'with --new-key: a URL without its scheme')
    .option('--algorithm <name>', 'with --new-key: ed25519 or ml-dsa-44 (default: ed25519)')
    .option('--key <file>', 'the key to cosign with')
    .option('--policy <file>', 'the logs to know, a C2SP tlog-policy')
    .option('--state <folder>', 'where to keep what was cosigned')
    .option('--listen <host:port>', 'where to listen', '127.0.0.1:8042')
    .addHelpText('after', examples)
    .action(async (options: Options) => {
      process.exitCode = await attempt(() => runWitness(options));
    });
}

/** @returns its exit code, once it has ended. @throws CommandError */
export async function runWitness(options: Options): Promise<number> {
  return options.newKey === undefined ? serve(options) : make(options);
}

async function make({ newKey, name, algorithm = 'ed25519', ...others }: Options): Promise<number> {
  if (newKey === undefined || name === undefined)
    throw new UsageError('--new-key needs --name', 'name it as a URL without its scheme: witness.example/w1');
  if (others.key !== undefined || others.policy !== undefined || others.state !== undefined)
    throw new UsageError('--new-key makes a key and serves nothing: leave --key, --policy and --state out');
  if (algorithm !== 'ed25519' && algorithm !== 'ml-dsa-44')
    throw new UsageError('--algorithm is ed25519 or ml-dsa-44');
  const key = await newWitnessKey(newKey, name, algorithm);
  process.stdout.write(`${formatWitnessKey(key)}\n`);
  say(`Next: send this verifier key to those whose logs you are to witness, and ask them for theirs.
The key itself is in ${printable(newKey)}, not encrypted. Keep a copy where nobody else reads it.`);
  return 0;
}

async function serve({ key: file, policy, state: dir, listen, ...others }: Options): Promise<number> {
  if (others.name !== undefined || others.algorithm !== undefined)
    throw new UsageError('--name and --algorithm belong to --new-key: a key file says both');
  if (file === undefined || policy === undefined || dir === undefined)
    throw new UsageError('give --key, --policy and --state; or --new-key and --name');
  const { host, port } = addressOf(listen);
  const { key, sign } = await readWitnessKey(file);
  const logs = await logsOf(policy);
  const vkey = formatWitnessKey(key);
  // Ctrl-C is how it is ended: no error.
  const stopped = new Promise<void>((stop) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop());
  });
  await makeStateFolder(dir);
  const release = await lockState(dir);
  try {
    const store = await openState(dir, vkey);
    const nowSeconds = () => BigInt(Math.floor(Date.now() / 1000));
    const witness = new Witness({
      key,
      sign,
      logs,
      store,
      nowSeconds,
      tell: (event) => say(eventText(event)),
    });
    const about = `A witness of transparency logs (C2SP tlog-witness), run by Writ.\n${vkey}\n`;
    const serving = await listening(() => serveWitness({ witness, about, host, port }));
    const names = [...new Set(logs.map(({ name }) => name))];
    say(`${vkey}\nIt knows ${counted(names.length, 'log')}:`);
    for (const origin of names) say(`  ${printable(origin)}: ${await stateText(witness, origin)}`);
    process.stdout.write(`http://${host.includes(':') ? `[${host}]` : host}:${serving.port}/\n`);
    await stopped;
    await serving.close();
    return 0;
  } finally {
    await release();
  }
}

/** @throws UsageError */
function addressOf(text: string): { host: string; port: number } {
  const [, bracketed, plain, digits = ''] =
    /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]/]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || Number(digits) > 65_535)
    throw new UsageError('--listen is an address and a port: 127.0.0.1:8042, or [::1]:8042');
  return { host, port: Number(digits) };
}

/** @throws UsageError */
async function logsOf(file: string): Promise<VerifierKey[]> {
  const text = await givenText(file);
  try {
    const logs = parseTrustPolicy(text).logs.map(({ key }) => key);
    if (logs.length > 0) return logs;
  } catch (error) {
    if (!(error instanceof TrustPolicyError)) throw error;
    throw new UsageError(`${printable(file)} is no tlog-policy: ${error.message}`);
  }
  throw new UsageError(`${printable(file)} names no log`, 'a line `log <verifier key>` names one');
}

/** Whether the state was kept shows here: a log that was witnessed before is not begun anew. */
async function stateText(witness: Witness, origin: string): Promise<string> {
  const { status, body } = await witness.latest(logHash(origin));
  if (status === 200) return `goes on from ${claimedCheckpoint(body).size}`;
  return status === 404 ? 'nothing cosigned yet' : 'stopped, its state is not right';
}

/** A line about each call, with sizes and the origins that the policy names, and nothing else of a request. */
function eventText(event: WitnessEvent): string {
  const at = new Date().toISOString();
  const of = event.origin === undefined ? '' : ` ${printable(event.origin)}`;
  switch (event.did) {
    case 'cosigned':
      return `${at} cosigned${of} from ${event.oldSize} to ${event.size}`;
    case 'failed':
      return `${at} failed${of} ${event.why}`;
    case 'refused': {
      const sizes = event.size === undefined ? '' : ` from ${event.oldSize} to ${event.size}`;
      const known = event.known === undefined ? '' : `, cosigned last ${event.known}`;
      return `${at} refused${of}${sizes} ${event.why}${known}`;
    }
  }
}
