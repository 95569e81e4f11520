import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { allOf } from '#client/all-of.ts';
import { newestCheckpoint } from '#client/log/entries.ts';
import { checkGrowth, type PlacedEntry, provenBackwards, provenRange } from '#client/log/proven-bundle.ts';
import { printable, printableJson } from '#client/printable.ts';
import { toBase64, toHex } from '#core/bytes.ts';
import type { SignedCheckpoint } from '#core/log/reading.ts';
import { leafHash } from '#core/log/tree.ts';
import { attempt, counted, exit, forLog, type LogOptions, say, UsageError } from './common.ts';
import { fields, when } from './format.ts';
import { type EntryFilter, type FilterOptions, filterOf, forFilter } from './log-filter.ts';
import { entryLine, entryPlace, entryRange, headLine, permalink } from './log-line.ts';
import { logOf, type OpenedLog, openMeant } from './opened-log.ts';

/** `writ log show` and `writ log tail`: what the log says, entry by entry. All that is shown is proven by a checkpoint. */
interface ShowOptions extends LogOptions, FilterOptions {
  json?: boolean;
}

interface TailOptions extends ShowOptions {
  lines: string;
  follow?: boolean;
  every: string;
}

const showExamples = `
Examples:
  writ log show 17                                       one entry, all that it says
  writ log show 100-120 --json                           some of them, one a line
  writ log show --stream case/0f8b6b1e                   the whole history of a case
  writ log show --kind decision --since 2026-11-01       decisions of this month
  writ log show 'https://disclosure.example/v1/log/tile/entries/000#17'

An entry's permalink names the public file that holds it. Exit codes: 0 shown, 1 nothing matches, 2 usage, 3 the log
cannot be read, or is not what its checkpoint says.
`;

const tailExamples = `
Examples:
  writ log tail
  writ log tail -n 50 --kind request.received decision
  writ log tail --follow --json | jq .kind

Exit codes: 0 shown, 2 usage, 3 the log cannot be read, or is not what its checkpoint says.
`;

export function showCommand(): Command {
  return forFilter(forLog(new Command('show')))
    .description('show entries of the log: one, some, or all that match')
    .argument('[entries]', 'an index (17), a range (100-120, 100-) or a permalink; without it, all')
    .option('--json', 'one JSON object a line')
    .addHelpText('after', showExamples)
    .action(async (which: string | undefined, options: ShowOptions) => {
      process.exitCode = await attempt(() => show(which, options), options);
    });
}

export function tailCommand(): Command {
  return forFilter(forLog(new Command('tail')))
    .description('show the newest entries of the log, and those that come')
    .option('-n, --lines <number>', 'how many', '10')
    .option('-f, --follow', 'go on with each new one, until Ctrl-C')
    .option('--every <seconds>', 'how often --follow looks', '5')
    .option('--json', 'one JSON object a line')
    .addHelpText('after', tailExamples)
    .action(async (options: TailOptions) => {
      process.exitCode = await attempt(() => tail(options), options);
    });
}

async function show(which: string | undefined, options: ShowOptions): Promise<number> {
  const place = which === undefined ? undefined : entryPlace(which);
  // A permalink says where the log is.
  const meant = place?.url === undefined ? options : { url: place.url, ...options };
  const filter = filterOf(options);
  const log = await openMeant(await logOf(meant));
  const of = await newestCheckpoint(log);
  const { from, to, isOne } = entryRange(place, of.size);
  if (isOne) return showOne(log, of, from, options);
  let shown = 0;
  for await (const entries of provenRange(log.read, from, to, of)) {
    for (const entry of entries.filter(filter.matches)) {
      if (shown === 0) head(options);
      shown++;
      print(entry, log, of, options);
    }
  }
  if (shown > 0) return 0;
  say(`Nothing matches among ${counted(to - from, 'entry', 'entries')}.`);
  return exit.wrong;
}

async function showOne(
  log: OpenedLog,
  of: SignedCheckpoint,
  index: bigint,
  options: ShowOptions,
): Promise<number> {
  const [placed] = (await allOf(provenRange(log.read, index, index + 1n, of))).flat();
  if (placed === undefined) throw new UsageError(`the log has no entry ${index}`);
  if (options.json === true) print(placed, log, of, options);
  else process.stdout.write(entryText(placed, log, of));
  return 0;
}

async function tail(options: TailOptions): Promise<number> {
  const lines = whole(options.lines, '--lines', 0);
  const every = whole(options.every, '--every', 1);
  const filter = filterOf(options);
  const log = await openMeant(await logOf(options));
  let of = await newestCheckpoint(log);
  const found = await newestOf(log, of, filter, lines);
  if (found.length > 0 || options.follow === true) head(options);
  for (const entry of found) print(entry, log, of, options);
  while (options.follow === true) {
    await sleep(every * 1000);
    const next = await newestCheckpoint(log);
    await checkGrowth(log.read, of, next);
    for await (const entries of provenRange(log.read, of.size, next.size, next))
      for (const entry of entries.filter(filter.matches)) print(entry, log, next, options);
    of = next;
  }
  return 0;
}

/** The newest that match, in their order. */
async function newestOf(
  { read }: OpenedLog,
  of: SignedCheckpoint,
  filter: EntryFilter,
  lines: number,
): Promise<PlacedEntry[]> {
  const found: PlacedEntry[] = [];
  if (lines === 0) return found;
  for await (const entries of provenBackwards(read, of)) {
    found.unshift(...entries.filter(filter.matches));
    if (found.length >= lines || entries.every(filter.isBefore)) break;
  }
  return found.slice(-lines);
}

/** @throws UsageError */
function whole(text: string, option: string, least: number): number {
  const n = Number(text);
  if (!/^\d{1,6}$/.test(text) || n < least)
    throw new UsageError(`${option} is a whole number of ${least} or more`);
  return n;
}

function head({ json }: ShowOptions): void {
  if (json !== true) process.stdout.write(`${headLine()}\n`);
}

function print(placed: PlacedEntry, log: OpenedLog, of: SignedCheckpoint, { json }: ShowOptions): void {
  const line = json === true ? printableJson(entryJson(placed, log, of)) : entryLine(placed);
  process.stdout.write(`${line}\n`);
}

function entryJson(placed: PlacedEntry, { url }: OpenedLog, { size }: SignedCheckpoint) {
  const { index, bytes, entry, envelope } = placed;
  return {
    index: String(index),
    ...(entry ?? envelope),
    hash: toHex(leafHash(bytes)),
    permalink: permalink(url, index, size),
  };
}

/** All that one entry says. */
function entryText(placed: PlacedEntry, { url }: OpenedLog, { size, root }: SignedCheckpoint): string {
  const { index, bytes, envelope, entry } = placed;
  const stated = entry === undefined ? undefined : Object.entries(entry.data);
  const data = (stated ?? []).map(([name, value]) => [`  ${name}`, valueText(value)]);
  return (
    fields({
      entry: String(index),
      at: when(envelope.at),
      kind: printable(envelope.kind),
      stream: printable(envelope.stream),
      place: `entry ${envelope.n} of its stream`,
      'follows on': envelope.previous === undefined ? undefined : printable(envelope.previous),
    }) +
    (stated === undefined
      ? 'What it says is of a kind that this version of writ does not know.\n'
      : `it says:${data.length === 0 ? ' nothing more' : ''}\n${fields(Object.fromEntries(data))}`) +
    fields({
      hash: toHex(leafHash(bytes)),
      'proven by': `a checkpoint of ${counted(size, 'entry', 'entries')}`,
      root: toBase64(root),
      permalink: permalink(url, index, size),
    })
  );
}

function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.map((each) => printable(String(each))).join(', ');
  return typeof value === 'object' ? printableJson(value) : printable(String(value));
}
