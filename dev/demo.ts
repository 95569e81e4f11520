import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { UsageError as WrongUsage } from '#client/cli/errors.ts';
import { fileOptionsOf, readingFlags } from '#client/cli/ingest/options.ts';
import type { FileOptions } from '#client/cli/ingest/reading.ts';
import type { DisclosedRecord } from '#core/categories/categories.ts';
import { parseInstant } from '#core/instant.ts';
import { startCloud } from './cloud/cloud.ts';
import { home } from './cloud/emulator.ts';
import { emergency, holding, preserving, rejecting, telling } from './desk-story.ts';
import { type Law, lawNames, laws } from './law.ts';
import { ownPlot, PlotError, samplePlot } from './plot.ts';
import { demoPolicy, monthsSince } from './policy.ts';
import { asking, auditing, checking, closing, collecting, deciding, erasing, sealing } from './story.ts';
import { type Teller, teller } from './teller.ts';
import { makeWorld } from './world.ts';

const help = `npm run demo [-- options]

Starts a local cloud, deploys Writ, and tells the story of one disclosure with what really happened.

  --events FILE     your own data, in a format of docs/inputs.md: JSON lines, an sshd auth log
  --account NAME    whose data is asked for (needed with --events)
  --from, --to      the period asked for, as 2026-09-01 or 2026-09-01T00:00:00Z; --to is exclusive
                    (default: all that the file holds)
  --identify        ask for UserIdentifyingData (each address once) instead of TrafficData (every log-in)
${Object.values(readingFlags)
  .map(([flag, what]) => `  ${flag.padEnd(17)} ${what}`)
  .join('\n')}
  --policy NAME     under which law: ${lawNames.join(', ')} (default: eu-e-evidence)
  --json            print the result as JSON on standard output, and the story on standard error
  --help            this text

Examples:
  npm run demo
  npm run demo -- --policy us-sca
  npm run demo -- --events auth.log --zone UTC --account root --from 2025-12-10T08:00:00Z --to 2025-12-10T09:00:00Z
`;

/** Records that a terminal is shown; the file has them all. */
const shownRecords = 1000;

interface Options {
  events?: string;
  account: string;
  from?: string;
  to?: string;
  identify: boolean;
  reading: FileOptions;
  law: Law;
  json: boolean;
}

class UsageError extends Error {}

async function main(): Promise<void> {
  const started = performance.now();
  const options = readOptions();
  const tell = teller(options.json ? process.stderr : process.stdout);
  const own = options.events === undefined ? undefined : await ownPlot(options.events, options);
  const plot = own?.plot ?? samplePlot(new Date().toISOString(), options.law);

  tell.chapter('A whole cloud on this machine');
  const stateDir = join(home, '.writ/demo');
  const cloud = await startCloud({ stateDir, say: (line) => tell.detail(line) });
  const stop = stopOnSignals(() => cloud.stop());
  try {
    tell.fact(`Local AWS over TLS, IAM and key policies enforced: ${cloud.endpoint}`);
    const world = await makeWorld(cloud, {
      say: (line) => tell.detail(line),
      context: {
        retentionMonths: String(monthsSince(plot.events)),
        policy: demoPolicy(stateDir, plot.law.policy, plot.request),
      },
      terms: plot.law.terms,
    });
    tell.fact(`The stack that goes to production is deployed; the front door is ${cloud.url}/v1`);
    tell.fact(
      'Three reviewers named by the operator; two of them enrolled an agency, its officer’s and its encryption key',
    );
    for (const line of own?.about ?? []) tell.detail(line);

    await sealing(world, plot, tell);
    const view = await asking(world, plot, tell);
    await deciding(world, plot, view, tell);
    const { package: disclosure, jws } = await collecting(world, plot, view, tell);
    await auditing(world, view, tell);
    await closing(world, view, tell);
    await holding(world, plot, tell);
    await rejecting(world, plot, tell);
    await emergency(world, plot, tell);
    await preserving(world, plot, tell);
    await telling(world, plot, tell);
    await erasing(world, plot, tell);
    const file = join(home, '.writ/disclosure.json');
    mkdirSync(join(home, '.writ'), { recursive: true });
    writeFileSync(file, `${JSON.stringify({ package: disclosure, jws }, null, 2)}\n`, { mode: 0o600 });
    const log = join(home, '.writ/log');
    const entries = await checking(world, { log, disclosure: file }, tell);

    if (options.json) {
      process.stdout.write(
        `${JSON.stringify({ records: disclosure.records, entries, file, log, lines: own?.about })}\n`,
      );
    } else if (own !== undefined) {
      showRecords(tell, disclosure.records, file);
    }
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    tell.chapter('In short');
    tell.fact(
      `${plot.events.length} events sealed, ${disclosure.records.length} records disclosed, ${entries} entries in the log`,
    );
    tell.fact(
      `Everything held; nothing is left running (${seconds} s). The signed disclosure: .writ/disclosure.json; the log: .writ/log`,
    );
    tell.detail('npx writ log verify --dir .writ/log --key @.writ/log/log.vkey');
  } finally {
    stop.forget();
    await cloud.stop();
    rmSync(stateDir, { recursive: true, force: true });
  }
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      events: { type: 'string' },
      account: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      identify: { type: 'boolean', default: false },
      format: { type: 'string' },
      zone: { type: 'string' },
      year: { type: 'string' },
      'failed-too': { type: 'boolean', default: false },
      map: { type: 'string' },
      only: { type: 'string' },
      'skip-malformed': { type: 'boolean', default: false },
      policy: { type: 'string', default: 'eu-e-evidence' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    process.exit(0);
  }
  const { events, account, from, to, identify, json } = values;
  const { format, zone, year, map, only, 'failed-too': failedToo, 'skip-malformed': skipMalformed } = values;
  const own = [account, from, to, format, zone, year, map, only].some((value) => value !== undefined);
  if (events === undefined && (own || identify || failedToo || skipMalformed))
    throw new UsageError('What says whose data is asked for and how it is read goes with --events FILE.');
  if (events !== undefined && account === undefined) throw new UsageError('--events needs --account NAME.');
  const law = lawNames.find((name) => name === values.policy);
  if (law === undefined) throw new UsageError(`--policy takes ${lawNames.join(' or ')}.`);
  const flags = { format, zone, year, map, only, failedToo, skipMalformed };
  return {
    identify,
    json,
    law: laws[law](),
    reading: fileOptionsOf(flags, new Date().toISOString()),
    account: account ?? '',
    ...(events === undefined ? {} : { events }),
    ...(from === undefined ? {} : { from: instantOf('--from', from) }),
    ...(to === undefined ? {} : { to: instantOf('--to', to) }),
  };
}

/** @returns the canonical form of an instant, or of a day's first moment */
function instantOf(option: string, text: string): string {
  const parsed = parseInstant(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text);
  if (parsed === undefined)
    throw new UsageError(`${option} takes 2026-09-01 or 2026-09-01T00:00:00Z, in UTC.`);
  return parsed;
}

function showRecords(tell: Teller, records: readonly DisclosedRecord[], file: string): void {
  tell.chapter('What was disclosed');
  for (const record of records.slice(0, shownRecords)) {
    tell.detail(
      record.category === 'SubscriberData'
        ? `${record.phone}  from ${record.validFrom}${record.validTo === undefined ? '' : ` to ${record.validTo}`}`
        : `${record.at}  ${record.ip}  ${record.port}${'outcome' in record ? '  failed' : ''}`,
    );
  }
  if (records.length > shownRecords) tell.detail(`… and ${records.length - shownRecords} more, in ${file}`);
}

/** Ctrl-C in the middle leaves nothing running either. */
function stopOnSignals(stop: () => Promise<void>): { forget(): void } {
  const onSignal = (signal: NodeJS.Signals) => {
    void stop().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143));
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.once(signal, onSignal);
  return {
    forget: () => {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}

try {
  await main();
} catch (error) {
  const usage =
    error instanceof UsageError ||
    error instanceof WrongUsage ||
    (error instanceof TypeError && 'code' in error);
  const isExplained = usage || error instanceof PlotError;
  process.exitCode = usage ? 2 : 1;
  if (isExplained) process.stderr.write(`${error.message}\n`);
  else console.error(error);
  if (usage) process.stderr.write('See npm run demo -- --help\n');
}
