import { Command } from 'commander';
import { z } from 'zod';
import { type Proof, type ProofFault, proveDisclosure } from '#client/log/prove.ts';
import { fetchJson } from '#client/log/source.ts';
import { plain } from '#client/plain.ts';
import {
  attempt,
  bad,
  counted,
  exit,
  forPeople,
  givenFile,
  givenKey,
  good,
  type LogOptions,
  parseJson,
  printJson,
  UsageError,
} from './common.ts';

/** `writ log prove`: one disclosure, years later, on another machine, with no account. */
interface ProveOptions extends LogOptions {
  provider?: string;
  json?: boolean;
}

export function proveCommand(): Command {
  return forPeople(new Command('prove'))
    .description('check that a disclosure is what was signed, and that the log announced it first')
    .argument('<package>', 'the signed disclosure: a JWS, or a JSON object that has it as "jws"')
    .option('--key <key>', "the log's verifier key, or @file")
    .option('--provider <file>', "what the provider's /v1/provider said: its keys, and the log's")
    .option('--url <url>', "ask the provider's API for both: https://host/v1")
    .option('--json', 'what was found as JSON')
    .addHelpText(
      'after',
      `
Examples:
  writ log prove disclosure.json --provider provider.json
  writ log prove disclosure.json --key @log.vkey --json
  writ log prove disclosure.json --url https://disclosure.example/v1

It needs no network but for --url, and no account. Exit codes: 0 proven, 1 something does not hold, 2 usage, 3 it
cannot be read.
`,
    )
    .action(async (file: string, options: ProveOptions) => {
      process.exitCode = await attempt(() => prove(file, options));
    });
}

const publishedSchema = z.looseObject({
  keys: z.array(z.record(z.string(), z.unknown())),
  log: z.looseObject({ verifierKey: z.string() }),
});

async function prove(file: string, options: ProveOptions): Promise<number> {
  const published = await publishedBy(options);
  const given = options.key ?? published?.log.verifierKey;
  if (given === undefined) throw new UsageError('give --key, --provider or --url: whose log should have it?');
  const text = await givenFile(file);
  const proof = await proveDisclosure(text, await givenKey(given), published?.keys);
  if (proof === undefined) throw new UsageError(`${file} is no disclosure`);
  if (options.json === true) printJson(proof);
  else process.stdout.write(proofText(proof));
  return proof.faults.length === 0 ? 0 : exit.wrong;
}

async function publishedBy({ provider, url }: ProveOptions) {
  if (provider === undefined && url === undefined) return undefined;
  const json: unknown =
    provider === undefined
      ? await fetchJson(String(url), 'provider')
      : parseJson(await givenFile(provider), provider);
  const { data } = publishedSchema.safeParse(json);
  if (data === undefined) throw new UsageError(`${provider ?? url} is not what /v1/provider says`);
  return data;
}

const faultTexts: Partial<Record<ProofFault, string>> = {
  'signature-invalid': 'the provider’s signature does not hold',
  'signer-unknown': 'the key that signed it is none of the provider’s',
  'digest-differs': 'its digest is not that of its records',
  'entry-differs': 'the entry that it carries announces something else',
  'announced-later': 'the entry is later than the disclosure',
  'not-included': 'the proof does not lead to the checkpoint’s root',
  'note-unsigned': 'the checkpoint is not signed by this log’s key',
};

function proofText(proof: Proof): string {
  const { entry, signer, isSigned, faults } = proof;
  const unsigned =
    signer === undefined
      ? 'not signed: this is what a signature was over'
      : `signature by ${plain(signer)} not checked: give the provider’s keys with --provider`;
  const lines = [
    `case ${plain(proof.case)}, reference ${plain(proof.reference)}`,
    `  ${counted(proof.records, 'record')}, digest ${plain(proof.digest)}, collected ${plain(proof.collectedAt)}`,
    isSigned ? `  signed by the provider’s key ${plain(signer ?? '')}` : `  ${unsigned}`,
    ...(entry === undefined
      ? []
      : [`  announced by entry ${entry.index}, ${plain(entry.at)}; its log had ${entry.size} entries then`]),
    ...faults.map((fault) => bad(`  ${fault}: ${faultTexts[fault] ?? 'see docs/log.md'}`)),
    faults.length === 0 ? good('The log announced this disclosure before it was made.') : bad('Not proven.'),
  ];
  return `${lines.join('\n')}\n`;
}
