import { type FileHandle, open, unlink } from 'node:fs/promises';
import { Command } from 'commander';
import { printable } from '#client/printable.ts';
import { fetchCaseFile } from '#client/reviewer.ts';
import { attempt, counted, forPeople, printJson, say, UsageError } from '../common.ts';
import { notWritten } from '../errors.ts';
import { fields } from '../format.ts';
import { connect, forProfile, type ProfileOptions } from '../profile/connection.ts';
import { caseHelp, caseNamed } from './desk.ts';

/** `writ review case-file`: what opens the log's commitments of one case, for a court or the person themselves. */
interface Options extends ProfileOptions {
  out?: string;
}

const examples = `
Examples:
  writ review case-file 0f8b6b1e --out case.json
  writ log open --url https://disclosure.example/v1 --case-file case.json

The file is as sensitive as the case: it is written for you alone, and nothing is overwritten. That it was taken out is
an entry of the log.
`;

export function caseFileCommand(): Command {
  return forProfile(forPeople(new Command('case-file')))
    .description('take out the file that opens what the log says of a case; that is logged')
    .argument('<case>', caseHelp)
    .option('--out <file>', 'where to write it')
    .addHelpText('after', examples)
    .action(async (named: string, options: Options) => {
      process.exitCode = await attempt(() => run(named, options), options);
    });
}

async function run(named: string, options: Options): Promise<number> {
  const { out, json } = options;
  if (out === undefined) throw new UsageError('--out is missing: the file to write');
  const { session } = await connect(options);
  const id = await caseNamed(session, named);
  // Asked before the file is fetched, since the log records the fetch.
  const file = await newFile(out);
  let isWhole = false;
  try {
    if (json !== true) say('That you take this file out is in the log.');
    const value = await fetchCaseFile(session, id);
    await file.writeFile(`${JSON.stringify(value, null, 2)}\n`);
    isWhole = true;
    if (json === true) printJson({ case: value.case, file: out, values: value.values.length });
    else
      process.stdout.write(
        fields({ case: value.case, 'is in': printable(out), opens: counted(value.values.length, 'value') }),
      );
    return 0;
  } finally {
    await file.close();
    if (!isWhole) await unlink(out);
  }
}

/** @throws CommandError file-exists, file-unwritable */
async function newFile(path: string): Promise<FileHandle> {
  return open(path, 'wx', 0o600).catch((cause: unknown) => {
    throw notWritten(path, '--out', cause);
  });
}
