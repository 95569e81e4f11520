import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { directoryFiles, fetchVerifierKey, SourceError, urlFiles } from '#client/log/source.ts';
import { plain } from '#client/report/words.ts';
import { instant } from '#core/instant.ts';
import { type KmsCall, type Malformed, readTrailFile } from '#core/log/cloudtrail.ts';
import { type Collection, collectionsOf } from '#core/log/collections.ts';
import { type Entry, readEntry } from '#core/log/entry.ts';
import { LogError } from '#core/log/errors.ts';
import { formatVerifierKey, parseVerifierKey, type VerifierKey } from '#core/log/note.ts';
import { type ReadFile, readBundles, readCheckpoint, type SignedCheckpoint } from '#core/log/reading.ts';
import {
  type MissingReason,
  type Reconciliation,
  reconcile,
  type Span,
  type SurplusReason,
} from '#core/log/reconcile.ts';
import { TileWriter } from '#core/log/tiles.ts';
import { leafHash, sameHash } from '#core/log/tree.ts';
import { keyDigest } from '#core/vault/vault-keys.ts';

/** Exit codes: 0 nothing differs; 1 something does; 2 usage; 3 the log or CloudTrail's files cannot be read. */
const exit = { differs: 1, usage: 2, unread: 3 };

interface Options {
  trail?: string[];
  url?: string;
  dir?: string;
  key?: string;
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
Who has not the provider's cases cannot tell who may open which drawer: calls are matched by their time.

Exit codes: 0 nothing differs, 1 something does, 2 usage, 3 the log or CloudTrail's files cannot be read.
`;

/** `writ log reconcile`: an export of CloudTrail's files against the public log. */
export function reconcileCommand(): Command {
  const command = new Command('reconcile');
  return command
    .description('hold what CloudTrail recorded of the vault keys against the log, both ways')
    .option('--trail <path...>', "CloudTrail's files, or directories of them; or its records, one a line")
    .option('--url <url>', "the provider's API: https://host/v1")
    .option('--dir <dir>', "a copy of the log's files")
    .option('--key <key>', "the log's verifier key, or @file")
    .option('--keys <file>', 'ARNs of the vault keys, one a line, instead of those that the log names')
    .option(
      '--key-pattern <regexp>',
      'what the ARN of a vault key is like, instead of those that the log names',
    )
    .option('--from <instant>', 'only what was announced, and what was opened, from then on')
    .option('--to <instant>', 'and before then')
    .option('--collect-role <arn>', 'the one role that may decrypt')
    .option('--preserve-role <arn>', 'the one role that may re-wrap')
    .option('--json', 'what was found as JSON')
    .addHelpText('after', examples)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : exit.usage))
    .action(async (options: Options) => {
      const wrong = usageError(options);
      if (wrong !== undefined) command.error(`error: ${wrong}`);
      process.exitCode = await run(options);
    });
}

function usageError({ trail, url, dir, key, keys, keyPattern, from, to }: Options): string | undefined {
  if (trail === undefined) return "give CloudTrail's files with --trail";
  if ((url === undefined) === (dir === undefined)) return 'give either --url or --dir';
  if (url !== undefined && !URL.canParse(url)) return '--url is no URL';
  if (dir !== undefined && key === undefined) return '--dir needs --key: a copy cannot vouch for itself';
  if (keys !== undefined && keyPattern !== undefined) return 'give either --keys or --key-pattern';
  if ([from, to].some((it) => it !== undefined && !instant.safeParse(it).success))
    return '--from and --to are instants in UTC: 2026-11-01T00:00:00Z';
  return undefined;
}

async function run(options: Options): Promise<number> {
  try {
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
    if (options.json === true) {
      const report = { log: { origin, size: size.toString() }, from, to, files: evidence.files, ...found };
      process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
    } else process.stdout.write(text(found, log.checkpoint, evidence.files));
    return found.surplus.length + found.missing.length === 0 ? 0 : exit.differs;
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof SourceError || error instanceof LogError))
      throw error;
    say(`error: ${plain(error.message)}${error instanceof LogError ? ' (docs/log.md)' : ''}`);
    return error instanceof UsageError ? exit.usage : exit.unread;
  }
}

/** What whoever called has to put right, said in one line. */
class UsageError extends Error {
  override name = 'UsageError';
}

function periodOf(from?: string, to?: string): Span | undefined {
  if (from === undefined && to === undefined) return undefined;
  return { from: from ?? '0000-01-01T00:00:00Z', to: to ?? '9999-12-31T00:00:00Z' };
}

interface ReadLog {
  checkpoint: SignedCheckpoint;
  collections: Collection[];
  /** The digests of the vault keys that the log says were made. */
  keys: Set<string>;
}

/** @throws LogError if the log cannot be read, or has other entries than its checkpoint says */
async function readLog(options: Options): Promise<ReadLog> {
  const { read, key } = await openLog(options);
  const checkpoint = await readCheckpoint(read, key);
  if (checkpoint === undefined) throw new LogError('file-missing');
  const keys = new Set<string>();
  const collections = await collectionsOf(noting(keys, provenEntries(read, checkpoint)));
  return { checkpoint, collections, keys };
}

async function* provenEntries(read: ReadFile, { size, root }: SignedCheckpoint): AsyncGenerator<Entry> {
  const tree = new TileWriter();
  for await (const { entries } of readBundles(read, 0n, size, size)) {
    tree.append(entries.map(leafHash));
    for (const bytes of entries) {
      const { entry } = readEntry(bytes);
      if (entry !== undefined) yield entry;
    }
  }
  if (!sameHash(tree.root(), root)) throw new LogError('not-included');
}

async function* noting(keys: Set<string>, entries: AsyncIterable<Entry>): AsyncGenerator<Entry> {
  for await (const entry of entries) {
    if (entry.kind === 'vault.key-made') keys.add(entry.data.key);
    yield entry;
  }
}

async function openLog({ url, dir, key }: Options): Promise<{ read: ReadFile; key: VerifierKey }> {
  const read = url === undefined ? directoryFiles(dir ?? '') : urlFiles(url);
  if (key !== undefined) return { read, key: await givenKey(key) };
  const published = await fetchVerifierKey(url ?? '');
  say(`The log’s key is the provider’s own word: ${plain(formatVerifierKey(published))}
Compare it with the one that you were given, or give it with --key.`);
  return { read, key: published };
}

async function givenKey(key: string): Promise<VerifierKey> {
  const text = key.startsWith('@') ? await given(key.slice(1)) : key;
  try {
    return parseVerifierKey(text.trim());
  } catch {
    throw new UsageError('--key is no verifier key (<name>+<id>+<key>)');
  }
}

async function given(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => {
    throw new UsageError(`${file} cannot be read`);
  });
}

/** Which keys are the vault's: as the log has it, unless somebody says. */
async function vaultKeys(
  { keys, keyPattern }: Options,
  logged: ReadonlySet<string>,
): Promise<(arn: string) => boolean> {
  if (keys !== undefined) {
    const arns = new Set((await given(keys)).split('\n').map((line) => line.trim()));
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

/** The same answer without asking again: a trail names few keys many times. */
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
      for (const it of malformed) evidence.malformed.push(it);
    }
  }
  return evidence;
}

/** A file, or the files below a directory that are CloudTrail's by their name. */
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
  'other-drawer': 'of a drawer that no case under way may open',
  'no-drawer': 'of something that is no drawer of the vault',
  'not-collect': 'decrypted by another role than may',
  'not-preserve': 're-wrapped by another role than may',
  'left-the-vault': 're-wrapped under a key that is none of the vault’s',
  malformed: 'a record that cannot be read',
  'not-decrypted': 'KMS opened fewer drawers than the log says',
};

function text(found: Reconciliation, { origin, size }: SignedCheckpoint, files: number): string {
  const { decrypts, collections, rewraps, attempts, surplus, missing } = found;
  const lines = [
    `${plain(origin)}, ${size} entries, against ${files} files of CloudTrail’s`,
    `${decrypts} decryptions, ${collections} collections, ${rewraps} re-wrappings; ${attempts} calls failed`,
    'Calls were matched by their time: which drawers a case may open is known to the provider alone.',
    ...surplus.map(({ time = 'at an unknown time', key, why }) => {
      const under = key === undefined ? '' : `, key ${key}`;
      return `surplus ${time}${under}: ${why} (${explained[why]})`;
    }),
    ...missing.map(({ case: id, collection, page, why, drawers, decrypted }) => {
      const which = `case ${plain(id)}, collection ${collection}, page ${page}`;
      return `missing ${which}: ${why} (${explained[why]}; ${decrypted} of ${drawers})`;
    }),
    surplus.length + missing.length === 0
      ? 'Nothing differs.'
      : `${surplus.length} surplus, ${missing.length} missing.`,
  ];
  return `${lines.join('\n')}\n`;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
