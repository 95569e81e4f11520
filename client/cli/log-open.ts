import { Command } from 'commander';
import { newestCheckpoint, provenEntries } from '#client/log/entries.ts';
import { readDisclosure } from '#client/log/prove.ts';
import { manifestSchema } from '#client/package/manifest.ts';
import { printable } from '#client/printable.ts';
import { type CaseFile, caseFileSchema, openEntry } from '#core/cases/case-file.ts';
import {
  attempt,
  bad,
  counted,
  exit,
  forLog,
  good,
  type LogOptions,
  openLog,
  parseJson,
  printJson,
  UsageError,
} from './common.ts';
import { givenText } from './given.ts';

/** `writ log open`: what the log says about one case, for a reader who has the case's file. */
interface OpenOptions extends LogOptions {
  caseFile: string;
  package?: string[];
  json?: boolean;
}

export function openCommand(): Command {
  return forLog(new Command('open'))
    .description('open what the log says of one case, with the file that the provider gave out')
    .requiredOption('--case-file <file>', 'the case’s file: its salt and its values')
    .option('--package <file...>', 'disclosures of the case: what the log says left')
    .option('--json', 'what was opened as JSON')
    .addHelpText(
      'after',
      `
Examples:
  writ log open --case-file case.json --url https://disclosure.example/v1 --key @log.vkey
  writ log open --case-file case.json --package GS-4711-26/disclosure.json --dir ./copy-of-the-log --key @log.vkey

Exit codes: 0 something opened, 1 the log has no such case or nothing opens, 2 usage, 3 the log cannot be read.
`,
    )
    .action(async (options: OpenOptions) => {
      process.exitCode = await attempt(() => open(options));
    });
}

async function open(options: OpenOptions): Promise<number> {
  const file = await givenCaseFile(options);
  const log = await openLog(options);
  const checkpoint = await newestCheckpoint(log);
  const entries = [];
  for await (const { index, entry } of provenEntries(log, checkpoint)) {
    if (entry.stream !== `case/${file.case}`) continue;
    const { n, kind, at } = entry;
    entries.push({ index, n, kind, at, commitments: openEntry(file, entry) });
  }
  const opened = entries.flatMap(({ commitments }) => commitments.filter(({ value }) => value !== undefined));
  if (options.json === true) printJson({ case: file.case, size: checkpoint.size, entries });
  else {
    for (const { index, kind, at, commitments } of entries) {
      process.stdout.write(`entry ${index}  ${printable(at)}  ${printable(kind)}\n`);
      for (const { label, commitment, value } of commitments)
        process.stdout.write(
          `  ${label.padEnd(10)} ${value === undefined ? `shut (${printable(commitment)})` : printable(value)}\n`,
        );
    }
    const verdict =
      entries.length === 0
        ? bad('The log has no such case.')
        : opened.length === 0
          ? bad('Nothing opens: this is not the case’s salt.')
          : good(
              `${counted(entries.length, 'entry', 'entries')}, ${counted(opened.length, 'commitment')} opened.`,
            );
    process.stdout.write(`${verdict}\n`);
  }
  return opened.length === 0 ? exit.wrong : 0;
}

/** The case's file, with what the disclosures beside it say left. */
async function givenCaseFile({ caseFile, package: packages = [] }: OpenOptions): Promise<CaseFile> {
  const { data } = caseFileSchema.safeParse(parseJson(await givenText(caseFile), caseFile));
  if (data === undefined) throw new UsageError(`${printable(caseFile)} is no case’s file`);
  const values = [...data.values];
  for (const name of packages) {
    for (const text of pagesIn(await givenText(name))) {
      const found = readDisclosure(text);
      if (found === undefined) throw new UsageError(`${printable(name)} is no disclosure`);
      values.push({ label: 'package', value: found.disclosure.digest });
    }
  }
  return { ...data, values };
}

/** Each page that a package's `disclosure.json` holds; of anything else, itself. */
function pagesIn(text: string): string[] {
  if (!text.trimStart().startsWith('{')) return [text];
  const { data } = manifestSchema.safeParse(parseJson(text, 'the disclosure'));
  return data?.pages.map(({ jws }) => jws) ?? [text];
}
