import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { printable } from '#client/printable.ts';
import type { Finding } from '#core/log/verify/findings.ts';
import { type LogVerification, verifyLog } from '#core/log/verify/verify.ts';
import {
  attempt,
  bad,
  counted,
  exit,
  forLog,
  good,
  type LogOptions,
  openLog,
  printJson,
  progress,
  UsageError,
} from './common.ts';
import { givenText } from './given.ts';

/** `writ log verify`: the whole log recomputed, and read as a history. */
interface VerifyOptions extends LogOptions {
  since?: string;
  save?: string;
  json?: boolean;
}

export function verifyCommand(): Command {
  return forLog(new Command('verify'))
    .description('recompute the whole log, and read its entries as a history')
    .option('--since <file>', 'a checkpoint from an earlier look: the log must begin with all that it covers')
    .option('--save <file>', 'keep the checkpoint that was verified, for the next --since')
    .option('--json', 'the result as JSON')
    .addHelpText(
      'after',
      `
Examples:
  writ log verify --url https://disclosure.example/v1 --key @log.vkey --save seen
  writ log verify --url https://disclosure.example/v1 --key @log.vkey --since seen --save seen
  writ log verify --dir ./copy-of-the-log --key @log.vkey --json

Exit codes: 0 nothing is wrong, 1 the first entry that is wrong is named, 2 usage, 3 the log cannot be read.
`,
    )
    .action(async (options: VerifyOptions) => {
      process.exitCode = await attempt(() => verify(options));
    });
}

async function verify(options: VerifyOptions): Promise<number> {
  const { read, key, isOwnWord } = await openLog(options);
  const since = options.since === undefined ? {} : { since: await givenText(options.since) };
  const bar = progress('verifying');
  const onProgress = (entries: number, size: bigint) => bar.at(entries, Number(size));
  const found = await verifyLog(read, key, { ...since, onProgress }).finally(bar.end);
  if (options.json === true) printJson({ ...found, keyFrom: isOwnWord ? 'server' : 'given' });
  else process.stdout.write(verificationText(found));
  if (found.ok && options.save !== undefined && found.note !== undefined) {
    await writeFile(options.save, found.note).catch(() => {
      throw new UsageError(`${printable(String(options.save))} cannot be written`);
    });
  }
  return found.ok ? 0 : exit.wrong;
}

function verificationText(found: LogVerification): string {
  const { origin, size, root, entries, since, kinds, streams, cases, collections, first, last } = found;
  const lines = [
    size === undefined
      ? printable(origin)
      : `${printable(origin)}: ${counted(size, 'entry', 'entries')}, root ${root}`,
    ...(first === undefined || last === undefined ? [] : [`  from ${first} to ${last}`]),
    `  ${counted(cases, 'case')}, ${counted(collections, 'collection')}, ${counted(streams, 'stream')}`,
    ...(since?.isContained === true
      ? [`  begins with all ${since.size} entries of the checkpoint that was kept`]
      : []),
    ...Object.entries(kinds)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([kind, n]) => `  ${String(n).padStart(9)}  ${printable(kind)}`),
    ...found.findings.map(findingText),
  ];
  const more = found.errors + found.warnings - found.findings.length;
  if (more > 0) lines.push(`… and ${more} more`);
  lines.push(
    found.ok
      ? good(
          `Nothing is wrong: ${counted(entries, 'entry', 'entries')}, every tile and the root are as signed.`,
        )
      : bad(`${counted(found.errors, 'error')}. The first: ${firstError(found.findings)}`),
  );
  return `${lines.join('\n')}\n`;
}

function findingText(finding: Finding): string {
  const { code, severity, index, message } = finding;
  const place = index === undefined ? 'log' : `entry ${index}`;
  const line = `${place}: ${code}: ${printable(message)}`;
  return severity === 'error' ? bad(line) : `warning: ${line}`;
}

function firstError(findings: readonly Finding[]): string {
  const first = findings.find(({ severity }) => severity === 'error');
  if (first === undefined) return 'not among those shown';
  return `${first.index === undefined ? 'the log' : `entry ${first.index}`} (${first.code})`;
}
