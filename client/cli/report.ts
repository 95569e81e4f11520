import { readFile, writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { directoryFiles, fetchJson, fetchVerifierKey, SourceError, urlFiles } from '#client/log/source.ts';
import { checkReport, type Log, makeReport, type Wrong } from '#client/report/check.ts';
import { reportPage } from '#client/report/page.ts';
import { reportText } from '#client/report/text.ts';
import { hoursText, plain } from '#client/report/words.ts';
import { LogError } from '#core/log/errors.ts';
import { formatVerifierKey, parseVerifierKey, type VerifierKey } from '#core/log/note.ts';
import { type Report, regulationHours, reportSchema } from '#core/log/report-figures.ts';

/** Exit codes: 0 counted, and the same if it was compared; 1 it differs; 2 usage; 3 the log cannot be read. */
const exit = { differs: 1, usage: 2, unread: 3 };

interface Options {
  url?: string;
  dir?: string;
  key?: string;
  period?: string;
  json?: boolean;
  html?: string;
  verify?: boolean;
}

const examples = `
Examples:
  writ report --url https://disclosure.example/v1 --key @log.vkey
  writ report --url https://disclosure.example/v1 --key @log.vkey --verify
  writ report --dir ./copy-of-the-log --key @log.vkey --period 2026-10
  writ report --url https://disclosure.example/v1 --key @log.vkey --html report.html

Exit codes: 0 counted (and as published), 1 not as published, 2 usage, 3 the log cannot be read.
`;

/** `writ report`: the transparency report, counted from the public log by whoever asks. */
export function reportCommand(): Command {
  const command = new Command('report');
  return command
    .description('count who asked and what was disclosed, from the public log')
    .option('--url <url>', "the provider's API: https://host/v1")
    .option('--dir <dir>', "a copy of the log's files")
    .option('--key <key>', "the log's verifier key, or @file")
    .option('--period <period>', 'one year or month: 2026, 2026-10')
    .option('--json', 'the report as JSON')
    .option('--html <file>', 'the report as a page, into a file')
    .option('--verify', 'compare with the report that the provider publishes')
    .addHelpText('after', examples)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : exit.usage))
    .action(async (options: Options) => {
      const wrong = usageError(options);
      if (wrong !== undefined) command.error(`error: ${wrong}`);
      process.exitCode = await run(options);
    });
}

function usageError({ url, dir, key, period, verify }: Options): string | undefined {
  if ((url === undefined) === (dir === undefined)) return 'give either --url or --dir';
  if (url !== undefined && !URL.canParse(url)) return '--url is no URL';
  if (dir !== undefined && key === undefined) return '--dir needs --key: a copy cannot vouch for itself';
  if (verify === true && url === undefined) return '--verify needs --url, where the report is published';
  if (verify === true && period !== undefined)
    return '--verify compares the whole report: leave --period out';
  if (period !== undefined && !/^\d{4}(-(0[1-9]|1[0-2]))?$/.test(period))
    return '--period is a year or a month: 2026, 2026-10';
  return undefined;
}

async function run(options: Options): Promise<number> {
  try {
    const log = await openLog(options);
    if (options.verify !== true) {
      await show(await makeReport(log, options.period), log, options);
      return 0;
    }
    const published = await fetchPublished(options.url ?? '');
    const { report, wrong, size } = await checkReport(log, published);
    if (report !== undefined) await show(report, log, options);
    say(wrong === undefined ? confirmation(published, size) : difference(wrong));
    return wrong === undefined ? 0 : exit.differs;
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof SourceError || error instanceof LogError))
      throw error;
    const hint = error instanceof LogError ? `: ${hints[error.code] ?? 'see docs/log.md'}` : '';
    say(`error: ${plain(error.message)}${hint}`);
    return error instanceof UsageError ? exit.usage : exit.unread;
  }
}

const hints: Partial<Record<LogError['code'], string>> = {
  'verifier-key-malformed': 'what the provider publishes is no verifier key',
  'note-unsigned':
    'the checkpoint was not signed by this key; compare the key with the one that you were given',
  'origin-differs': 'this is another log than the key’s',
  'file-missing': 'a file of the log is not there',
  'not-included': 'the entries are not those of the checkpoint; `writ log verify` says which',
};

/** What whoever called has to put right, said in one line. */
class UsageError extends Error {
  override name = 'UsageError';
}

async function openLog({ url, dir, key }: Options): Promise<Log> {
  const read = url === undefined ? directoryFiles(dir ?? '') : urlFiles(url);
  if (key !== undefined) return { read, key: await givenKey(key) };
  const published = await fetchVerifierKey(url ?? '');
  say(`The log’s key is the provider’s own word: ${plain(formatVerifierKey(published))}
Compare it with the one that you were given, or give it with --key.`);
  return { read, key: published };
}

async function givenKey(key: string): Promise<VerifierKey> {
  const file = key.startsWith('@') ? key.slice(1) : undefined;
  const text = file === undefined ? key : await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) throw new UsageError(`${file} cannot be read`);
  try {
    return parseVerifierKey(text.trim());
  } catch {
    throw new UsageError('--key is no verifier key (<name>+<id>+<key>)');
  }
}

async function fetchPublished(url: string): Promise<Report> {
  const address = `${url.replace(/\/+$/, '')}/transparency`;
  const published = reportSchema.safeParse(await fetchJson(address));
  if (!published.success) throw new SourceError(`${address} is no report of a form that is known here`);
  return published.data;
}

async function show(report: Report, { key }: Log, { url, json, html }: Options): Promise<void> {
  if (html !== undefined) {
    const page = reportPage(report, { verifierKey: formatVerifierKey(key), url });
    await writeFile(html, page).catch(() => {
      throw new UsageError(`${html} cannot be written`);
    });
  }
  if (json === true) process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
  else if (html === undefined) process.stdout.write(reportText(report));
}

function confirmation({ log, deadlineHours }: Report, size: bigint): string {
  const { Routine, Emergency } = deadlineHours;
  const isRegulations = Routine === regulationHours.Routine && Emergency === regulationHours.Emergency;
  const deadlines = `${hoursText(Routine)}, in an emergency ${hoursText(Emergency)}`;
  return `The published report is what its ${log.size} entries say; the log has ${size} by now. Late is what came after ${deadlines}${isRegulations ? '' : ': the provider’s own deadlines, not those of Regulation (EU) 2023/1543'}.`;
}

function difference({ place, published, recomputed, code }: Wrong): string {
  if (code !== undefined)
    return `The published report is not of this log: ${plain(place)} does not hold (${code}).`;
  return `The published report is wrong at ${plain(place)}: published ${shown(published)}, recomputed ${shown(recomputed)}.`;
}

const shown = (json: string | undefined) => (json === undefined ? 'nothing' : plain(json));

/** To people: the report itself has the standard output for itself. */
function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
