import { stat } from 'node:fs/promises';
import { Command } from 'commander';
import type { z } from 'zod';
import { type Proof, proveDisclosure } from '#client/log/prove.ts';
import { isTlogProof } from '#client/log/prove-tlog.ts';
import { fetchJson } from '#client/log/source.ts';
import type { GivenKeys } from '#client/package/prove.ts';
import { printable } from '#client/printable.ts';
import { parseVerifierKey } from '#core/log/note.ts';
import { publishedKeys } from '#core/wire/provider.ts';
import {
  attempt,
  bad,
  counted,
  exit,
  forPeople,
  givenKey,
  good,
  type LogOptions,
  parseJson,
  printJson,
  UsageError,
} from './common.ts';
import { CommandError } from './errors.ts';
import { givenText } from './given.ts';
import { givenPolicy } from './given-policy.ts';
import { faultText, proveFolder } from './log-prove-folder.ts';
import { proveTlogFile } from './log-prove-tlog.ts';
import { witnessLines } from './log-prove-witnesses.ts';
import { findProfile, loadProfile } from './profile/profile.ts';

/** `writ log prove`: one disclosure, years later, on another machine, with no account. */
interface ProveOptions extends LogOptions {
  provider?: string;
  profile?: string;
  policy?: string;
  json?: boolean;
}

const examples = `
Examples:
  writ log prove GS-4711-26 --provider provider.json        a folder as \`writ collect\` wrote it
  writ log prove GS-4711-26                                by the keys that \`writ connect\` pinned, where it did
  writ log prove disclosure.jws --key @log.vkey --json      one signed page
  writ log prove disclosure.jws --url https://disclosure.example/v1
  writ log prove GS-4711-26 --policy witnesses.policy       and seen by as many witnesses as that file asks for
  writ log prove disclosure.tlog-proof --key @log.vkey      the log's proof alone: which entry it is of

It needs no network but for --url, and no account. A folder is proven by the keys that you give, or else by those that your
profile has pinned. With neither it is checked with the keys in the folder itself, and then it is at best consistent with
itself: anybody can make such a folder. The log's key alone proves no folder: who signed the records, it does not say.

A policy (C2SP tlog-policy) names witnesses of the log and how many must have cosigned it. You have it from whoever you
trust about witnesses; /v1/log/policy is the provider's own.

Exit codes: 0 proven, 1 something does not hold, 2 usage, 3 it cannot be read, or is consistent with itself alone.
`;

export function proveCommand(): Command {
  return forPeople(new Command('prove'))
    .description('check that a disclosure is what was signed, and that the log announced it first')
    .argument(
      '<package>',
      'a folder of `writ collect`; a JWS, or a JSON object that has it as "jws"; or a .tlog-proof',
    )
    .option('--key <key>', "the log's verifier key, or @file")
    .option('--provider <file>', "what the provider's /v1/provider said: its keys, and the log's")
    .option('--url <url>', "ask the provider's API for both: https://host/v1")
    .option('--profile <name>', 'take both from a profile (for a folder, default: your usual one)')
    .option('--policy <file>', 'which witnesses of the log must have cosigned it (C2SP tlog-policy)')
    .option('--json', 'the result as JSON')
    .addHelpText('after', examples)
    .action(async (file: string, options: ProveOptions) => {
      process.exitCode = await attempt(() => prove(file, options), options);
    });
}

async function prove(file: string, options: ProveOptions): Promise<number> {
  const policy = options.policy === undefined ? undefined : await givenPolicy(options.policy);
  const isFolder = (await stat(file).catch(() => undefined))?.isDirectory() === true;
  if (isFolder) {
    const isNothingGiven = [options.key, options.provider, options.url].every((text) => text === undefined);
    const pinned = isNothingGiven ? await pinnedKeys(options.profile) : undefined;
    const { given, by } = pinned ?? { given: await givenKeys(options), by: 'that were given' };
    return proveFolder(file, { given: { ...given, policy }, by }, options);
  }
  const given = await givenKeys(options);
  const text = await givenText(file);
  if (isTlogProof(text)) return proveTlogFile(text, { log: given.log, policy }, options);
  if (given.log === undefined)
    throw new UsageError('give --key, --provider, --url or --profile: whose log should have it?');
  const proof = await proveDisclosure(text, given.log, given.provider, policy);
  if (proof === undefined) throw new UsageError(`${printable(file)} is no disclosure`);
  if (options.json === true) printJson(proof);
  else process.stdout.write(proofText(proof));
  return proof.faults.length === 0 ? 0 : exit.wrong;
}

/** The keys that the options name; `--key` before all others. */
async function givenKeys(options: ProveOptions): Promise<GivenKeys> {
  const published = await publishedBy(options);
  const log =
    options.key === undefined
      ? published === undefined
        ? undefined
        : parseVerifierKey(published.log.verifierKey)
      : await givenKey(options.key);
  return { log, provider: published?.keys };
}

async function publishedBy({ provider, url, profile }: ProveOptions) {
  if ([provider, url, profile].filter((text) => text !== undefined).length > 1)
    throw new UsageError('give one of --provider, --url and --profile');
  if (profile !== undefined) return pinnedBy(profile);
  if (provider === undefined && url === undefined) return undefined;
  const json: unknown =
    provider === undefined
      ? await fetchJson(String(url), 'provider')
      : parseJson(await givenText(provider), provider);
  const { data } = publishedKeys.safeParse(json);
  if (data === undefined)
    throw new UsageError(`${printable(provider ?? url ?? '')} is not what /v1/provider says`);
  return data;
}

/** The keys of the profile that is named, or else of the usual one, if there is one. */
async function pinnedKeys(named: string | undefined) {
  const found = named === undefined ? await findProfile(undefined) : await loadProfile(named);
  if (found === undefined || (named === undefined && found.profile.provider?.logKey === undefined))
    return undefined;
  const { keys, log } = await pinnedBy(found.name);
  const given = { log: parseVerifierKey(log.verifierKey), provider: keys };
  return { given, by: `that profile ${found.name} has pinned` };
}

async function pinnedBy(name: string): Promise<z.infer<typeof publishedKeys>> {
  const { provider } = (await loadProfile(name)).profile;
  if (provider?.logKey === undefined)
    throw new CommandError(
      'provider-missing',
      `profile ${name} has pinned no keys of a provider and its log`,
      '`writ connect https://…` pins them',
    );
  return { keys: provider.keys, log: { verifierKey: provider.logKey } };
}

function proofText(proof: Proof): string {
  const { entry, signer, isSigned, witnesses, others = 0, faults } = proof;
  const unsigned =
    signer === undefined
      ? 'not signed: this is what a signature was over'
      : `signature by ${printable(signer)} not checked: give the provider’s keys with --provider`;
  const lines = [
    `case ${printable(proof.case)}, reference ${printable(proof.reference)}`,
    `  ${counted(proof.records, 'record')}, digest ${printable(proof.digest)}, collected ${printable(proof.collectedAt)}`,
    isSigned ? `  signed by the provider’s key ${printable(signer ?? '')}` : `  ${unsigned}`,
    ...(entry === undefined
      ? []
      : [
          `  announced by entry ${entry.index}, ${printable(entry.at)}; its log had ${entry.size} entries then`,
        ]),
    ...witnessLines(witnesses, others),
    ...faults.map((fault) => bad(`  ${fault}: ${faultText(fault)}`)),
    faults.length === 0 ? good('The log announced this disclosure before it was made.') : bad('Not proven.'),
  ];
  return `${lines.join('\n')}\n`;
}
