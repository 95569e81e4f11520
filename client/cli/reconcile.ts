import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { newestCheckpoint, provenEntries } from '#client/log/entries.ts';
import { SourceError } from '#client/log/source.ts';
import { printable } from '#client/printable.ts';
import { instant } from '#core/instant.ts';
import type { Entry } from '#core/log/entry.ts';
import type { SignedCheckpoint } from '#core/log/reading.ts';
import { type KmsCall, type Malformed, readTrailFile } from '#core/trail/cloudtrail.ts';
import { type Collection, collectionsOf } from '#core/trail/collections.ts';
import {
  type MissingReason,
  type Reconciliation,
  reconcile,
  type Span,
  type SurplusReason,
} from '#core/trail/reconcile.ts';
import { keyDigest } from '#core/vault/vault-keys.ts';
import { attempt, exit, forLog, type LogOptions, logOf, openLog, printJson, UsageError } from './common.ts';
import { givenText } from './given.ts';

interface Options extends LogOptions {
  trail?: string[];
  keys?: string;
  keyPattern?: string;
  from?: string;
  to?: string;
  collectRole?: string;
  preserveRole?: string;
  json?: boolean;
}

const examples = `
Examples:
  writ log reconcile --trail ./AWSLogs --url https://disclosure.example/v1 --key @log.vkey
  writ log reconcile --trail november.json.gz --dir ./copy-of-the-log --key @log.vkey \\
    --from 2026-11-01T00:00:00Z --to 2026-12-01T00:00:00Z --collect-role arn:aws:iam::111122223333:role/Writ-CollectRole-1A2B

The log says which keys are the vault's. What CloudTrail's files do not cover, leave out with --from and --to.
Who has not the provider's cases cannot tell who may open which epoch key: calls are matched by their time.

Exit codes: 0 nothing differs, 1 something does, 2 usage, 3 the log or CloudTrail's files cannot be read.
`;

/** `writ log reconcile`: an export of CloudTrail's files against the public log. */
export function reconcileCommand(): Command {
  return forLog(new Command('reconcile'))
    .description('hold what CloudTrail recorded of the vault keys against the log, both ways')
    .option('--trail <path...>', "CloudTrail's files, or directories of them; or its records, one a line")
    .option('--keys <file>', 'ARNs of the vault keys, one a line, instead of those that the log names')
    .option(
      '--key-pattern <regexp>',
      'what the ARN of a vault key is like, instead of those that the log names',
    )
    .option('--from <instant>', 'only what was announced, and what was opened, from then on')
    .option('--to <instant>', 'and before then')
    .option('--collect-role <arn>', 'the one role that may decrypt')
    .option('--preserve-role <arn>', 'the one role that may re-wrap')
    .option('--json', 'the result as JSON')
    .addHelpText('after', examples)
    .action(async (options: Options) => {
      process.exitCode = await attempt(() => run(options));
    });
}

function checkUsage(options: Options): void {
  const { trail, keys, keyPattern, from, to } = options;
  logOf(options);
  if (trail === undefined) throw new UsageError("give CloudTrail's files with --trail");
  if (keys !== undefined && keyPattern !== undefined)
    throw new UsageError('give either --keys or --key-pattern');
  if ([from, to].some((text) => text !== undefined && !instant.safeParse(text).success))
    throw new UsageError('--from and --to are instants in UTC: 2026-11-01T00:00:00Z');
}

async function run(options: Options): Promise<number> {
  checkUsage(options);
  const log = await readLog(options);
  const isVaultKey = once(await vaultKeys(options, log.keys));
  const evidence = await readTrails(options.trail ?? [], isVaultKey);
  const { collectRole: collect, preserveRole: preserve, from, to } = options;
  const found = reconcile({
    ...evidence,
    collections: log.collections,
    isVaultKey,
    roles: { collect, preserve },
    period: periodOf(from, to),
  });
  const { origin, size } = log.checkpoint;
  if (options.json === true) printJson({ log: { origin, size }, from, to, files: evidence.files, ...found });
  else process.stdout.write(text(found, log.checkpoint, evidence.files));
  return found.surplus.length + found.missing.length === 0 ? 0 : exit.wrong;
}

function periodOf(from?: string, to?: string): Span | undefined {
  if (from === undefined && to === undefined) return undefined;
  return { from: from ?? '0000-01-01T00:00:00Z', to: to ?? '9999-12-31T00:00:00Z' };
}

interface ReadLog {
  checkpoint: SignedCheckpoint;
  collections: Collection[];
  /** The digests of the vault keys that the log records. */
  keys: Set<string>;
}

/** @throws LogError if the log cannot be read, or has other entries than its checkpoint says */
async function readLog(options: Options): Promise<ReadLog> {
  const log = await openLog(options);
  const checkpoint = await newestCheckpoint(log);
  const keys = new Set<string>();
  const collections = await collectionsOf(noting(keys, provenEntries(log, checkpoint)));
  return { checkpoint, collections, keys };
}

async function* noting(keys: Set<string>, entries: AsyncIterable<{ entry: Entry }>): AsyncGenerator<Entry> {
  for await (const { entry } of entries) {
    if (entry.kind === 'vault.key-made') keys.add(entry.data.key);
    yield entry;
  }
}

/** Which keys are the vault's: by the log, unless the caller names them. */
async function vaultKeys(
  { keys, keyPattern }: Options,
  logged: ReadonlySet<string>,
): Promise<(arn: string) => boolean> {
  if (keys !== undefined) {
    const arns = new Set((await givenText(keys)).split('\n').map((line) => line.trim()));
    return (arn) => arns.has(arn);
  }
  if (keyPattern === undefined) return (arn) => logged.has(keyDigest(arn));
  let pattern: RegExp;
  try {
    pattern = new RegExp(keyPattern, 'u');
  } catch {
    throw new UsageError('--key-pattern is no regular expression');
  }
  return (arn) => pattern.test(arn);
}

/** Remembers each answer: a trail names few keys many times. */
function once(isVaultKey: (arn: string) => boolean): (arn: string) => boolean {
  const known = new Map<string, boolean>();
  return (arn) => {
    const is = known.get(arn) ?? isVaultKey(arn);
    known.set(arn, is);
    return is;
  };
}

async function readTrails(paths: readonly string[], isVaultKey: (arn: string) => boolean) {
  const evidence = { files: 0, calls: [] as KmsCall[], malformed: [] as Malformed[] };
  for (const path of paths) {
    for (const file of await filesIn(path)) {
      const bytes = await readFile(file).catch(() => {
        throw new SourceError(`${file} cannot be read`);
      });
      const { calls, malformed } = await readTrailFile(bytes);
      evidence.files++;
      for (const call of calls) if (call.keys.some(isVaultKey)) evidence.calls.push(call);
      for (const value of malformed) evidence.malformed.push(value);
    }
  }
  return evidence;
}

/** A file, or the files below a directory that have CloudTrail's names. */
async function filesIn(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const names = (await readdir(path, { recursive: true })).filter((name) => /\.jsonl?(\.gz)?$/.test(name));
    if (names.length > 0) return names.sort().map((name) => join(path, name));
  } catch {
    throw new SourceError(`${path} cannot be read`);
  }
  throw new SourceError(`${path} has no files of CloudTrail’s`);
}

const explained: Record<SurplusReason | MissingReason, string> = {
  'not-announced': 'the log announced nothing of the kind',
  'other-drawer': 'of an epoch key that no case under way may open',
  'no-drawer': 'of something that is no epoch key of the vault',
  'not-collect': 'decrypted by another role than may',
  'not-preserve': 're-wrapped by another role than may',
  'left-the-vault': 're-wrapped under a key that is none of the vault’s',
  malformed: 'a record that cannot be read',
  'not-decrypted': 'KMS opened fewer epoch keys than the log says',
};

function text(found: Reconciliation, { origin, size }: SignedCheckpoint, files: number): string {
  const { decrypts, collections, rewraps, attempts, surplus, missing } = found;
  const lines = [
    `${printable(origin)}, ${size} entries, against ${files} files of CloudTrail’s`,
    `${decrypts} decryptions, ${collections} collections, ${rewraps} re-wrappings; ${attempts} calls failed`,
    'Calls were matched by their time: which epoch keys a case may open is known to the provider alone.',
    ...surplus.map(({ time = 'at an unknown time', key, why }) => {
      const under = key === undefined ? '' : `, key ${printable(key)}`;
      return `surplus ${printable(time)}${under}: ${why} (${explained[why]})`;
    }),
    ...missing.map(({ case: id, collection, page, why, drawers, decrypted }) => {
      const which = `case ${printable(id)}, collection ${collection}, page ${page}`;
      return `missing ${which}: ${why} (${explained[why]}; ${decrypted} of ${drawers})`;
    }),
    surplus.length + missing.length === 0
      ? 'Nothing differs.'
      : `${surplus.length} surplus, ${missing.length} missing.`,
  ];
  return `${lines.join('\n')}\n`;
}
