import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { addressOf, fetchJson, type Log, SourceError } from '#client/log/source.ts';
import { plain } from '#client/plain.ts';
import { checkReport, makeReport, type Wrong } from '#client/report/check.ts';
import { reportPage } from '#client/report/page.ts';
import { reportText } from '#client/report/text.ts';
import { hoursText } from '#client/report/words.ts';
import { formatVerifierKey } from '#core/log/note.ts';
import { type Report, regulationHours, reportSchema } from '#core/log/report/figures.ts';
import {
  attempt,
  exit,
  forLog,
  type LogOptions,
  logOf,
  openLog,
  printJson,
  say,
  UsageError,
} from './common.ts';

interface Options extends LogOptions {
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

/** `writ report`: the transparency report, counted from the public log. */
export function reportCommand(): Command {
  return forLog(new Command('report'))
    .description('count who asked and what was disclosed, from the public log')
    .option('--period <period>', 'one year or month: 2026, 2026-10')
    .option('--json', 'the report as JSON')
    .option('--html <file>', 'the report as a page, into a file')
    .option('--verify', 'compare with the report that the provider publishes')
    .addHelpText('after', examples)
    .action(async (options: Options) => {
      process.exitCode = await attempt(() => run(options));
    });
}

function checkUsage({ url }: LogOptions, { period, verify }: Options): void {
  if (verify === true && url === undefined)
    throw new UsageError('--verify needs --url, where the report is published');
  if (verify === true && period !== undefined)
    throw new UsageError('--verify compares the whole report: leave --period out');
  if (period !== undefined && !/^\d{4}(-(0[1-9]|1[0-2]))?$/.test(period))
    throw new UsageError('--period is a year or a month: 2026, 2026-10');
}

async function run(options: Options): Promise<number> {
  const meant = logOf(options);
  checkUsage(meant, options);
  const log = await openLog(options);
  if (options.verify !== true) {
    await show(await makeReport(log, options.period), log, options);
    return 0;
  }
  const published = await fetchPublished(meant.url ?? '');
  const { report, wrong, size } = await checkReport(log, published);
  if (report !== undefined) await show(report, log, options);
  say(wrong === undefined ? confirmation(published, size) : difference(wrong));
  return wrong === undefined ? 0 : exit.wrong;
}

async function fetchPublished(url: string): Promise<Report> {
  const published = reportSchema.safeParse(await fetchJson(url, 'transparency'));
  if (!published.success)
    throw new SourceError(`${addressOf(url, 'transparency')} is no report of a form that is known here`);
  return published.data;
}

async function show(report: Report, { key }: Log, { url, json, html }: Options): Promise<void> {
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
    return `The published report is not of this log: ${plain(place)} does not hold (${code}).`;
  return `The published report is wrong at ${plain(place)}: published ${shown(published)}, recomputed ${shown(recomputed)}.`;
}

const shown = (json: string | undefined) => (json === undefined ? 'nothing' : plain(json));
