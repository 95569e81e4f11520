import { Command } from 'commander';
import { plain } from '#client/plain.ts';
import { listReviews, type ReviewLine } from '#client/reviewer.ts';
import { openStatuses, type Status, statuses } from '#core/cases/case.ts';
import { attempt, bad, forPeople, printJson, UsageError } from '../common.ts';
import { table, until } from '../format.ts';
import { connect, forProfile, type ProfileOptions } from '../profile/connection.ts';

/** `writ review list`: the cases that wait, the most urgent first. It shows nothing that is asked, so the log records nothing. */
interface Options extends ProfileOptions {
  status?: string[];
  agency?: string;
  owing?: boolean;
}

const examples = `
Examples:
  writ review list                                        what waits for a decision
  writ review list --owing                                open emergencies that owe a second signature
  writ review list --status AwaitingDisclosure Disclosed  what is open
  writ review list --json | jq -r '.reviews[].id'
`;

export function listCommand(): Command {
  return forProfile(forPeople(new Command('list')))
    .description('list cases, emergencies first, then by when the answer is due')
    .option('--status <status...>', `of these statuses (default: AwaitingApproval): ${statuses.join(', ')}`)
    .option('--agency <id>', 'of this agency alone')
    .option('--owing', 'open emergencies that a second reviewer has still to sign')
    .addHelpText('after', examples)
    .action(async (options: Options) => {
      process.exitCode = await attempt(() => run(options), options);
    });
}

async function run(options: Options): Promise<number> {
  const asked = statusesOf(options);
  const { session } = await connect(options);
  const lists = await Promise.all(asked.map((status) => listReviews(session, status)));
  const reviews = byUrgency(lists.flat())
    .filter(({ agency }) => options.agency === undefined || agency === options.agency)
    .filter((view) => options.owing !== true || view.debts?.owed.includes('second-signature') === true);
  if (options.json === true) printJson({ reviews });
  else process.stdout.write(listText(reviews));
  return 0;
}

/** @throws UsageError */
function statusesOf({ status, owing }: Options): readonly Status[] {
  if (owing === true) {
    if (status !== undefined) throw new UsageError('give either --status or --owing');
    return openStatuses;
  }
  return (status ?? ['AwaitingApproval']).map((name) => {
    const known = statuses.find((status) => status === name);
    if (known === undefined) throw new UsageError(`--status is one of ${statuses.join(', ')}`);
    return known;
  });
}

/** Emergencies first, each by when it is due. An open emergency is due when what it owes is. */
export function byUrgency<T extends Pick<ReviewLine, 'priority' | 'dueAt' | 'debts'>>(
  reviews: readonly T[],
): T[] {
  return reviews.toSorted(
    (a, b) =>
      Number(b.priority === 'Emergency') - Number(a.priority === 'Emergency') ||
      Date.parse(dueOf(a)) - Date.parse(dueOf(b)),
  );
}

const dueOf = ({ debts, dueAt }: Pick<ReviewLine, 'dueAt' | 'debts'>) =>
  debts === undefined || debts.owed.length === 0 ? dueAt : debts.dueAt;

export function listText(reviews: readonly ReviewLine[], now = Date.now()): string {
  if (reviews.length === 0) return 'Nothing is there.\n';
  return table(
    ['case', 'agency', 'priority', 'status', 'due', 'approvals', 'owed'],
    reviews.map((review) => [
      review.id,
      plain(review.agency),
      review.priority === 'Emergency' ? bad('EMERGENCY') : review.priority,
      review.status,
      due(review, now),
      approvals(review),
      review.debts?.owed.join(', ') ?? '',
    ]),
  );
}

/** A case that was answered is not due. */
function due(reviewLine: ReviewLine, now: number): string {
  const isOwing = reviewLine.debts !== undefined && reviewLine.debts.owed.length > 0;
  if (!isOwing && !['AwaitingApproval', 'AwaitingDisclosure'].includes(reviewLine.status)) return '';
  const late = Date.parse(dueOf(reviewLine)) < now;
  return late ? bad(`LATE, ${until(dueOf(reviewLine), now)}`) : until(dueOf(reviewLine), now);
}

export const approvals = ({
  decisions,
  approvalsNeeded,
}: Pick<ReviewLine, 'decisions' | 'approvalsNeeded'>) =>
  `${decisions.filter(({ decision }) => decision === 'approve').length} of ${approvalsNeeded}`;
