import { writeFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { allOf } from '#client/all-of.ts';
import { newestCheckpoint } from '#client/log/entries.ts';
import { addressOf, type Log } from '#client/log/log.ts';
import { provenRange } from '#client/log/proven-bundle.ts';
import { findJson, SourceError } from '#client/log/source.ts';
import { printable } from '#client/printable.ts';
import { checkReport, makeReport, type Wrong } from '#client/report/check.ts';
import { checkFiling, makeFiling } from '#client/report/filing.ts';
import { reportPage } from '#client/report/page.ts';
import { reportText } from '#client/report/text.ts';
import { hoursText } from '#client/report/words.ts';
import { type FilingName, filingNames } from '#core/log/filing/filing.ts';
import { filingPeriod } from '#core/log/filing/orders.ts';
import { formatVerifierKey } from '#core/log/note.ts';
import { readCheckpoint } from '#core/log/reading.ts';
import { type Report, regulationHours, reportSchema } from '#core/log/report/figures.ts';
import { attempt, counted, exit, forLog, type LogOptions, printJson, say, UsageError } from './common.ts';
import { until } from './format.ts';
import { givenText } from './given.ts';
import { logOf, type MeantLog, type OpenedLog, openMeant } from './opened-log.ts';

interface Options extends LogOptions {
  period?: string;
  filing?: FilingName;
  service?: string;
  csv?: string;
  entries?: string;
  compare?: string;
  json?: boolean;
  html?: string;
  verify?: boolean;
}

const examples = `
Examples:
  writ report --url https://disclosure.example/v1 --key @log.vkey
  writ report --verify                       of the provider that your profile knows, by the key that it keeps
  writ report --url https://disclosure.example/v1 --key @log.vkey --verify
  writ report --dir ./copy-of-the-log --key @log.vkey --period 2026-10
  writ report --url https://disclosure.example/v1 --key @log.vkey --html report.html
  writ report --filing dsa --period 2026-H2 --service 'Example Mail' --csv orders.csv
  writ report --filing e-evidence --period 2026 --compare filed.csv

A filing has exact counts of single cases. The report itself gives small ones as ranges.

Exit codes: 0 counted (and as published or filed), 1 not as published or filed, 2 usage, 3 the log cannot be read, 4 nothing is
published yet.
`;

/** `writ report`: the transparency report, counted from the public log. */
export function reportCommand(): Command {
  return forLog(new Command('report'))
    .description('count who asked and what was disclosed, from the public log')
    .option('--period <period>', 'one year or month: 2026, 2026-10')
    .option('--json', 'the report as JSON')
    .option('--html <file>', 'the report as a page, into a file')
    .option('--verify', 'compare with the report that the provider publishes')
    .addOption(
      new Option('--filing <what>', 'what the law has a provider file, as CSV, with exact counts').choices(
        filingNames,
      ),
    )
    .option('--service <name>', "the service's name in the filing (default: the log's)")
    .option('--csv <file>', 'the filing into a file (default: standard output)')
    .option('--entries <n>', "count the log's first n entries only (default: all)")
    .option('--compare <file>', 'compare with a filing that was made before')
    .addHelpText('after', examples)
    .action(async (options: Options) => {
      process.exitCode = await attempt(() => run(options));
    });
}

function checkUsage({ url }: MeantLog, options: Options): void {
  const { period, verify, filing } = options;
  if (filing !== undefined) {
    checkFilingUsage(options);
    return;
  }
  const only = [options.service, options.csv, options.entries, options.compare];
  if (only.some((option) => option !== undefined))
    throw new UsageError('--service, --csv, --entries and --compare go with --filing');
  if (verify === true && url === undefined)
    throw new UsageError('--verify needs --url, where the report is published');
  if (verify === true && period !== undefined)
    throw new UsageError('--verify compares the whole report: leave --period out');
  if (period !== undefined && !/^\d{4}(-(0[1-9]|1[0-2]))?$/.test(period))
    throw new UsageError('--period is a year or a month: 2026, 2026-10');
}

function checkFilingUsage({ period, verify, json, html, entries }: Options): void {
  if (entries !== undefined && !/^\d{1,19}$/.test(entries))
    throw new UsageError('--entries is a number of entries: 4711');
  if (verify === true || json === true || html !== undefined)
    throw new UsageError('--filing makes CSV: leave --verify, --json and --html out');
  if (period === undefined || filingPeriod(period) === undefined)
    throw new UsageError('--filing needs --period, a year, a half or a month: 2026, 2026-H2, 2026-10');
}

async function run(options: Options): Promise<number> {
  const meant = await logOf(options);
  checkUsage(meant, options);
  const log = await openMeant(meant);
  const { url } = log;
  if (url !== undefined && (await readCheckpoint(log.read, log.key)) === undefined) {
    say(
      'There is no report yet: the log has no entry. Its first comes when the provider names its first reviewers.',
    );
    return exit.waiting;
  }
  if (options.filing !== undefined) return await file(log, options.filing, options);
  if (options.verify !== true) {
    await show(await makeReport(log, options.period), log, options);
    return 0;
  }
  const published = await findPublished(url ?? '');
  if (published === undefined) {
    await show(await makeReport(log), log, options);
    say(await waitingText(log));
    return exit.waiting;
  }
  const { report, wrong, size } = await checkReport(log, published);
  if (report !== undefined) await show(report, log, options);
  say(wrong === undefined ? confirmation(published, size) : difference(wrong));
  return wrong === undefined ? 0 : exit.wrong;
}

/** Makes a filing, or holds one that was made before against the log. */
async function file(log: OpenedLog, name: FilingName, options: Options): Promise<number> {
  const { service, csv, compare } = options;
  const period = filingPeriod(options.period ?? '') ?? { from: 0, to: 0 };
  const entries = options.entries === undefined ? undefined : BigInt(options.entries);
  const of = { name, period, service: service ?? log.key.name, entries };
  if (compare !== undefined) {
    const wrong = await checkFiling(log, of, await givenText(compare));
    say(wrong ?? `${printable(compare)} is what the log says.`);
    return wrong === undefined ? 0 : exit.wrong;
  }
  const made = await makeFiling(log, of);
  say(`Counted from ${printable(made.counted)}.`);
  if (made.withheld > 0)
    say(
      `Not in it yet: ${counted(made.withheld, 'order')} of which the log withholds the State or the instrument for a time.`,
    );
  if (csv === undefined) process.stdout.write(made.csv);
  else
    await writeFile(csv, made.csv).catch(() => {
      throw new UsageError(`${csv} cannot be written`);
    });
  return 0;
}

/** @returns undefined where none is published yet */
async function findPublished(url: string): Promise<Report | undefined> {
  const found = await findJson(url, 'transparency');
  if (found === undefined) return undefined;
  const published = reportSchema.safeParse(found.json);
  if (!published.success)
    throw new SourceError(`${addressOf(url, 'transparency')} is no report of a form that is known here`);
  return published.data;
}

/** The provider counts once an hour. What it counts is shown meanwhile, and that nothing was compared. */
async function waitingText(log: Log): Promise<string> {
  const checkpoint = await newestCheckpoint(log);
  const [first] = (await allOf(provenRange(log.read, 0n, 1n, checkpoint))).flat();
  const at = first?.envelope.at ?? '';
  const came = `the log’s first entry came ${until(at)}`;
  const isLate = Date.now() - Date.parse(at) > publishedWithinHours * 3_600_000;
  return isLate
    ? `Nothing was compared: the provider publishes no report. It makes one every hour, and ${came}: ask the provider why there is none.`
    : `Nothing was compared: the provider has published no report yet. It makes one every hour, and ${came}. Try again in an hour.`;
}

/** The clock of the function that counts, and as much again. */
const publishedWithinHours = 2;

async function show(report: Report, { key, url }: OpenedLog, { json, html }: Options): Promise<void> {
  if (html !== undefined) {
    const page = reportPage(report, { verifierKey: formatVerifierKey(key), url });
    await writeFile(html, page).catch(() => {
      throw new UsageError(`${html} cannot be written`);
    });
  }
  if (json === true) printJson(report);
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
    return `The published report is not of this log: ${printable(place)} does not hold (${code}).`;
  return `The published report is wrong at ${printable(place)}: published ${shown(published)}, recomputed ${shown(recomputed)}.`;
}

const shown = (json: string | undefined) => (json === undefined ? 'nothing' : printable(json));
