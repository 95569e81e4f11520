import { styleText } from 'node:util';
import { Command } from 'commander';
import { type Check, unknown, wrong } from '#client/doctor/check.ts';
import { printable } from '#client/printable.ts';
import type { ProviderDocument } from '#client/provider.ts';
import { type AwsOptions, forAws } from '../aws.ts';
import { attempt, bad, exit, forPeople, good, printJson, UsageError } from '../common.ts';
import { addressOf } from '../connect.ts';
import { CommandError } from '../errors.ts';
import { trust } from '../outgoing.ts';
import { connect, forProfile, type ProfileOptions } from '../profile/connection.ts';
import { findProfile, loadProfile, type Named } from '../profile/profile.ts';
import { addressChecks } from './address.ts';
import { keyCheck, signsUnasked } from './key.ts';
import { logCheck } from './log.ts';
import { nodeCheck, profileChecks } from './machine.ts';
import { askProvider, publishedChecks } from './provider.ts';
import { type Account, openAccount, stackChecks } from './stack.ts';

/** `writ doctor`: what is wrong, and what to do about it. It changes nothing. */
interface Options extends ProfileOptions, AwsOptions {
  url?: string;
  ca?: string;
  stack?: string;
  sign?: boolean;
  timeout: string;
}

const examples = `
Examples:
  writ doctor                                              this profile: machine, address, clock, keys, log
  writ doctor --sign                                       the same, where a passphrase or a card is needed to sign
  writ doctor --url https://disclosure.example --json      without a profile: what anybody can look at
  writ doctor --url https://disclosure.example --stack Writ --region eu-central-1     the AWS account too

Whether the key counts is asked by one signed call that changes nothing: a reviewer’s for a list, an agency’s for a request
that nobody made, which the log counts among what was refused. With --stack it reads the AWS account, with the
credentials that the AWS SDK finds, and says what was changed by hand: roles, functions, their code, the vault keys'
policies, the trail. It fetches the functions' code, and compares it with the template and the log. The SDK is no part of
writ: npm install @aws-sdk/client-cloudformation @aws-sdk/client-cloudtrail @aws-sdk/client-iam @aws-sdk/client-kms
@aws-sdk/client-lambda.

Exit codes: 0 nothing is wrong, 1 something is, 2 usage, 3 nothing is, but it could not look at everything.
`;

export function doctorCommand(): Command {
  return forAws(forProfile(forPeople(new Command('doctor'))))
    .description('say what is wrong: machine, address, clock, keys, log, AWS account')
    .option('--url <url>', 'another address than the profile’s: https://host')
    .option('--ca <file>', 'a certificate authority to trust beside the system’s, PEM')
    .option('--stack <name>', 'the stack, for operators: is the AWS account as it was deployed?')
    .option('--sign', 'try the key although it asks for a passphrase, a PIN or a card')
    .option('--timeout <seconds>', 'how long one answer is waited for', '10')
    .addHelpText('after', examples)
    .action(async (options: Options) => {
      process.exitCode = await attempt(() => run(options), options);
    });
}

async function run(options: Options): Promise<number> {
  const seconds = Number(options.timeout);
  if (!(seconds > 0 && seconds <= 600)) throw new UsageError('--timeout takes seconds, at most 600');
  const url = options.url === undefined ? undefined : addressOf(options.url);
  const account = options.stack === undefined ? undefined : await openAccount(options);
  const checks: Check[] = [];
  for await (const check of look({ ...options, url, account, timeoutMs: 1000 * seconds })) {
    checks.push(check);
    if (options.json !== true) process.stdout.write(line(check));
  }
  if (options.json === true) printJson({ checks });
  const states = new Set(checks.map(({ state }) => state));
  if (states.has('wrong')) return exit.wrong;
  return states.has('unknown') ? exit.unread : 0;
}

const colours: Record<Check['state'], (text: string) => string> = {
  ok: good,
  wrong: bad,
  unknown: (text) => styleText('yellow', text, { stream: process.stdout }),
};

function line({ name, state, message, next }: Check): string {
  const said = `${colours[state](state.padEnd(7))}  ${name}: ${printable(message)}\n`;
  return next === undefined ? said : `${said}         next: ${printable(next)}\n`;
}

interface Looking extends Omit<Options, 'url'> {
  url: string | undefined;
  account: Account | undefined;
  timeoutMs: number;
}

async function* look(options: Looking): AsyncGenerator<Check> {
  yield nodeCheck();
  const named = await profileOf(options);
  if (named !== undefined && 'state' in named) return yield named;
  if (named !== undefined) yield* await profileChecks(named);
  const url = options.url ?? named?.profile.provider?.url;
  let published: ProviderDocument | undefined;
  if (url !== undefined) published = yield* lookAtProvider({ ...options, url }, named);
  else if (options.stack === undefined)
    yield wrong('address', 'this profile knows no provider', '`writ connect https://…`, or give --url');
  const { account, stack } = options;
  if (account !== undefined && stack !== undefined) {
    const host = url === undefined ? undefined : new URL(url).host;
    const verifierKey = named?.profile.provider?.logKey ?? published?.log?.verifierKey;
    const log = url === undefined || verifierKey === undefined ? undefined : { url, verifierKey };
    yield* await stackChecks(account, { stack, host, published, log });
  }
}

/** The profile to check; none where the caller named something else. */
async function profileOf({ profile, url, stack }: Looking): Promise<Named | Check | undefined> {
  try {
    const found = await findProfile(profile);
    const isNeeded = profile !== undefined || (url === undefined && stack === undefined);
    return found ?? (isNeeded ? await loadProfile(profile) : undefined);
  } catch (error) {
    if (!(error instanceof CommandError) || error.code === 'usage') throw error;
    return wrong('profile', error.message, error.next);
  }
}

async function* lookAtProvider(
  { url, ca, timeoutMs, ...options }: Looking & { url: string },
  named: Named | undefined,
): AsyncGenerator<Check, ProviderDocument | undefined> {
  const caFile = ca ?? named?.profile.provider?.caFile;
  try {
    await trust(caFile);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    yield wrong('certificate-authority', error.message, error.next);
  }
  const address = await addressChecks(url, timeoutMs);
  yield* address;
  const cannotCall = address.some(({ name, state }) => state !== 'ok' && name !== 'certificate');
  if (cannotCall) {
    yield unknown('provider', 'it could not be asked', 'mend the address first');
    return undefined;
  }
  const { published, checks } = await askProvider(url, timeoutMs);
  yield* checks;
  if (published === undefined) return undefined;
  yield* publishedChecks(url, published, named?.profile);
  const logKey = named?.profile.provider?.logKey ?? published.log?.verifierKey;
  if (logKey !== undefined) yield await logCheck(url, logKey);
  if (named?.profile.signing !== undefined && named.profile.provider !== undefined)
    yield await tryKey(named, { ...options, url, timeoutMs }, published);
  return published;
}

async function tryKey(
  named: Named,
  options: Looking & { url: string },
  published: ProviderDocument,
): Promise<Check> {
  const passphraseFile = options.passphraseFile ?? process.env.WRIT_PASSPHRASE_FILE;
  if (options.sign !== true && !(await signsUnasked(named, passphraseFile)))
    return unknown(
      'key',
      'not tried: to sign, somebody or something would have to be asked',
      '`writ doctor --sign`',
    );
  try {
    const { session, profile } = await connect({ ...options, profile: named.name });
    return await keyCheck(
      { session: { ...session, url: options.url }, profile },
      published,
      options.timeoutMs,
    );
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return wrong('key', error.message, error.next);
  }
}
