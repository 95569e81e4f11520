import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { type MonitorOptions, monitorOnce, type Round } from '#client/log/monitor/monitor.ts';
import { openMonitorStore } from '#client/log/monitor/sqlite.ts';
import { type MonitorStore, StateError } from '#client/log/monitor/store.ts';
import { otherAt, witnessesToAsk } from '#client/log/monitor/witness-addresses.ts';
import { isOfLog } from '#client/log/witnesses.ts';
import { attempt, exit, forLog, type LogOptions, progress, UsageError } from './common.ts';
import { CommandError } from './errors.ts';
import { givenPolicy } from './given-policy.ts';
import { channelsOf, type TellOptions, tell } from './log-monitor-round.ts';
import { openLog } from './opened-log.ts';

/** `writ log monitor`: follows a log, and tells what is wrong with it as soon as it is. */
interface MonitorArguments extends LogOptions, TellOptions {
  every: string;
  policy?: string;
  compare?: string[];
  quietAfter?: string;
  unwitnessedAfter: string;
}

export function monitorCommand(): Command {
  return forLog(new Command('monitor'))
    .description('follow a log: verify what is new, and tell what is wrong')
    .requiredOption('--state <dir>', 'where it keeps what it knows: a folder of its own for each log')
    .option('--once', 'look once, and end: for cron and timers')
    .option('--every <time>', 'how often to look', '60s')
    .option(
      '--exec <command>',
      'run it for each finding: JSON on its input, WRIT_CODE and more in its environment',
    )
    .option('--webhook <url>', 'post each finding as JSON to an https address')
    .option('--atom <file>', 'keep a feed of the findings in a file')
    .option('--prometheus <file>', 'keep metrics in a file, for the node exporter’s textfile collector')
    .option(
      '--policy <file>',
      'witnesses that must cosign the log, and are asked what they saw (C2SP tlog-policy)',
    )
    .option('--unwitnessed-after <time>', 'how long their cosignatures may take', '1h')
    .option(
      '--compare <url...>',
      'others who say what they saw: a witness’s monitoring prefix, or a checkpoint file',
    )
    .option('--quiet-after <time>', 'a finding where the log has no new entry for so long')
    .option('--json', 'one JSON object a line')
    .addHelpText(
      'after',
      `
Examples:
  writ log monitor --url https://disclosure.example/v1 --key @log.vkey --state ~/monitor
  writ log monitor --state ~/monitor --once --exec ./tell-me.sh                  from cron, with the log of your profile
  writ log monitor --state ~/monitor --policy witnesses.policy --compare https://witness.example/monitoring --quiet-after 26h
  writ log monitor --dir ./mirror --key @log.vkey --state ~/monitor --once --json

Each finding is told once, and once more when it is over. Where one could not be told, that is tried again in the next round.

Exit codes of --once: 0 nothing is wrong, 1 something is wrong now or was found in this run, 2 usage, 3 the log cannot be
read or somebody could not be told.
`,
    )
    .action(async (options: MonitorArguments) => {
      process.exitCode = await attempt(async () => {
        try {
          return await monitor(options);
        } catch (error) {
          throw asCommandError(error);
        }
      }, options);
    });
}

async function monitor(options: MonitorArguments): Promise<number> {
  const every = durationOf('--every', options.every);
  const channels = channelsOf(options);
  const rules = await rulesOf(options);
  const { read, key } = await openLog(options);
  if (rules.witnesses !== undefined && !isOfLog(rules.witnesses.policy, key))
    throw new UsageError('--policy is of other logs than this one');
  const others = [
    ...(rules.witnesses === undefined ? [] : witnessesToAsk(rules.witnesses.policy, key.name)),
    ...(options.compare ?? []).map((url) => otherAt(addressOf(url), url, key.name)),
  ];
  const store = await openedStore(options.state);
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stopping.abort());
  try {
    for (;;) {
      const bar = progress('reading');
      const onProgress = (entries: number, size: bigint) => bar.at(entries, Number(size));
      const names = channels.map(({ name }) => name);
      const round = await monitorOnce({
        ...{ read, key, store, now: Date.now(), channels: names, others, onProgress },
        ...rules,
      }).finally(bar.end);
      const isTold = await tell(round, { store, channels, options });
      if (options.once === true) return exitCode(round, isTold);
      await sleep(every, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return 0;
    }
  } finally {
    store.close();
  }
}

function exitCode({ ok, unread }: Round, isTold: boolean): number {
  if (unread !== undefined) return exit.unread;
  if (!ok) return exit.wrong;
  return isTold ? 0 : exit.unread;
}

type Rules = Pick<MonitorOptions, 'witnesses' | 'quietAfterMs'>;

/** @throws UsageError */
async function rulesOf({ policy, quietAfter, unwitnessedAfter }: MonitorArguments): Promise<Rules> {
  const afterMs = durationOf('--unwitnessed-after', unwitnessedAfter);
  return {
    witnesses: policy === undefined ? undefined : { policy: await givenPolicy(policy), afterMs },
    quietAfterMs: quietAfter === undefined ? undefined : durationOf('--quiet-after', quietAfter),
  };
}

function addressOf(url: string): string {
  if (!URL.canParse(url)) throw new UsageError('--compare is no URL');
  return url;
}

const units: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function durationOf(option: string, text: string): number {
  const [, count = '', unit = ''] = /^(\d{1,5})([smhd])$/.exec(text) ?? [];
  const ms = Number(count) * (units[unit] ?? Number.NaN);
  if (!(ms > 0)) throw new UsageError(`${option} takes seconds, minutes, hours or days: 60s, 5m, 26h, 2d`);
  return ms;
}

const stateTexts: Record<StateError['code'], [message: string, next?: string]> = {
  'node-too-old': [
    'the monitor keeps its state in the SQLite of Node 22.13 and later',
    'install a later Node',
  ],
  'state-in-use': ['another monitor works with this state', 'give each a folder of its own'],
  'state-unreadable': [
    'the state is none that this version of writ wrote',
    'give another folder: the log is read anew',
  ],
  'state-of-another-log': [
    'the state is of another log, or of another key',
    'give each log a folder of its own',
  ],
};

async function openedStore(dir: string): Promise<MonitorStore> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  return openMonitorStore(join(dir, 'monitor.sqlite'));
}

function asCommandError(error: unknown): unknown {
  if (!(error instanceof StateError)) return error;
  const [message, next] = stateTexts[error.code];
  return new CommandError(error.code, message, next, { cause: error });
}
