import { Command } from 'commander';
import { printable } from '#client/printable.ts';
import { type Stats, statsOf } from '#client/review-stats.ts';
import { statuses } from '#core/cases/case.ts';
import { attempt, counted, forPeople, printJson, UsageError } from '../common.ts';
import { instantHelp, instantOf } from '../dates.ts';
import { fields } from '../format.ts';
import { connect, forProfile, type ProfileOptions } from '../profile/connection.ts';
import { deskList, ownName } from './desk.ts';

/** `writ review stats`: what a reviewer decided, and how fast. Made here, of the lists that every reviewer may read. */
interface Options extends ProfileOptions {
  since?: string;
}

const examples = `
Examples:
  writ review stats
  writ review stats --since 2026-11-01
  writ review stats --json

Counted are the cases that the provider keeps still. Which cases you looked at is counted nowhere: the log has it as a
commitment of each case.
`;

export function statsCommand(): Command {
  return forProfile(forPeople(new Command('stats')))
    .description('what you decided, and how fast')
    .option('--since <when>', `only what you decided from then on: ${instantHelp}`)
    .addHelpText('after', examples)
    .action(async (options: Options) => {
      process.exitCode = await attempt(() => run(options), options);
    });
}

async function run(options: Options): Promise<number> {
  const since = options.since === undefined ? undefined : instantOf(options.since);
  if (options.since !== undefined && since === undefined) throw new UsageError(`--since is ${instantHelp}`);
  const { session } = await connect(options);
  const list = await deskList(session, statuses);
  const reviewer = ownName(list);
  const counts = statsOf(list.reviews, reviewer, since);
  if (options.json === true) printJson({ reviewer, ...(since === undefined ? {} : { since }), ...counts });
  else process.stdout.write(statsText(reviewer, counts));
  return 0;
}

export function statsText(reviewer: string, stats: Stats): string {
  const { approved, narrowed, superseded, opened, rejected, suspended, medianMinutes = {} } = stats;
  const { routine, emergency } = medianMinutes;
  return fields({
    reviewer: printable(reviewer),
    approved: `${approved}${narrowed === 0 ? '' : `, ${narrowed} of them narrowed`}`,
    'counting no more': superseded === 0 ? undefined : superseded,
    opened: counted(opened, 'case'),
    rejected,
    suspended,
    'from receipt to your decision': routine === undefined ? undefined : `${time(routine)} (median)`,
    'of emergencies': emergency === undefined ? undefined : `${time(emergency)} (median)`,
  });
}

function time(minutes: number): string {
  if (minutes < 120) return counted(minutes, 'minute');
  const hours = Math.round(minutes / 60);
  return hours < 48 ? counted(hours, 'hour') : counted(Math.round(hours / 24), 'day');
}
