import { Command } from 'commander';
import { printable } from '#client/printable.ts';
import type { ReviewLine } from '#client/reviewer.ts';
import { openStatuses, statuses } from '#core/cases/case.ts';
import { scopeText } from '#core/cases/scope.ts';
import { medianOf } from '#core/median.ts';
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

export interface Stats {
  /** Approvals, those that count no more among them. */
  approved: number;
  /** Of those that count: of less than what was asked. */
  narrowed: number;
  /** Of the approvals: those that count no more. */
  superseded: number;
  /** Cases that are or were open under an approval of theirs. */
  opened: number;
  rejected: number;
  suspended: number;
  /** From the receipt of a request to their first decision, in minutes; undefined where there is none. */
  medianMinutes?: { routine?: number; emergency?: number };
}

/** @param since only decisions of this instant or later */
export function statsOf(reviews: readonly ReviewLine[], reviewer: string, since?: string): Stats {
  const isMine = (made: { reviewer: string; at: string }) =>
    made.reviewer === reviewer && (since === undefined || Date.parse(made.at) >= Date.parse(since));
  const stats: Stats = { approved: 0, narrowed: 0, superseded: 0, opened: 0, rejected: 0, suspended: 0 };
  const minutes: Record<ReviewLine['priority'], number[]> = { Routine: [], Emergency: [] };
  for (const review of reviews) {
    const decisions = review.decisions.filter(isMine);
    const superseded = (review.superseded ?? []).filter(isMine);
    const suspended = review.suspension !== undefined && isMine(review.suspension);
    const approvals = decisions.filter(({ decision }) => decision === 'approve');
    stats.approved += approvals.length + superseded.length;
    stats.narrowed += approvals.filter(
      ({ scope }) => scope !== undefined && scopeText(scope) !== scopeText(review.asked),
    ).length;
    stats.superseded += superseded.length;
    stats.opened += Number(approvals.length > 0 && wasOpened(review));
    stats.rejected += decisions.length - approvals.length;
    stats.suspended += Number(suspended);
    const first = [...decisions, ...superseded].map(({ at }) => Date.parse(at)).toSorted((a, b) => a - b)[0];
    if (first !== undefined) minutes[review.priority].push((first - Date.parse(review.receivedAt)) / 60_000);
  }
  const [routine, emergency] = [median(minutes.Routine), median(minutes.Emergency)];
  if (routine === undefined && emergency === undefined) return stats;
  return {
    ...stats,
    medianMinutes: {
      ...(routine === undefined ? {} : { routine }),
      ...(emergency === undefined ? {} : { emergency }),
    },
  };
}

/** A case has a scope once it was opened, however it ended. */
const wasOpened = ({ status, scope }: ReviewLine) => openStatuses.includes(status) || scope !== undefined;

/** The middle one, to the nearest whole number. */
export function median(values: readonly number[]): number | undefined {
  const exact = medianOf(values);
  return exact === undefined ? undefined : Math.round(exact);
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
