import { Command, Option } from 'commander';
import { printable } from '#client/printable.ts';
import { approvedBy, dueOf, isDue, owes, type Standing, standingOf, waitsFor } from '#client/queue.ts';
import type { ReviewLine } from '#client/reviewer.ts';
import { statuses } from '#core/cases/case.ts';
import { attempt, bad, counted, forPeople, printJson } from '../common.ts';
import { fitted } from '../format.ts';
import { shortIds } from '../named-case.ts';
import { page } from '../pager.ts';
import { connect, forProfile, type ProfileOptions } from '../profile/connection.ts';
import { type ChoosingOptions, chosen, sortOf, sorts, statusesOf } from './choosing.ts';
import { caseNamed, deskList } from './desk.ts';
import { orderLines } from './one-order.ts';

/** `writ review list`: the cases of the desk, one a line. It shows nothing that is asked, so the log records nothing. */
type Options = ProfileOptions & ChoosingOptions;

const examples = `
Examples:
  writ review list                                        what waits for a decision
  writ review list --waiting                              what others signed, and you can
  writ review list --owed                                 emergencies that owe a signature or the order
  writ review list --mine                                 what you decided, or work on
  writ review list --search GS-4711                       wherever it stands
  writ review list --same-order 0f8b6b1e                  the cases of one order
  writ review list --closed --sort agency
  writ review list --json | jq -r '.reviews[].id'

Other commands take the id as it is listed, or the reference. A long list is shown by $PAGER (less where none is set) at a
terminal, and in a pipe as it is. "signed" is how many approved of how many must, and who; "@" is who works on it.
`;

export function listCommand(): Command {
  return forProfile(forPeople(new Command('list')))
    .description('list cases, emergencies first, then by when the answer is due')
    .option('--waiting', 'that others signed, and wait for a signature that you can give')
    .option('--mine', 'that you decided, or work on, wherever they stand')
    .option('--owed', 'emergencies that owe a signature or the validated order')
    .option('--closed', 'that ended, the newest first')
    .option('--all', 'all that are kept')
    .option('--status <status...>', `of these statuses (default: AwaitingApproval): ${statuses.join(', ')}`)
    .option('--agency <id>', 'of this agency alone')
    .option('--search <text>', 'with this in the reference, the agency’s id or the case’s id')
    .option('--same-order <case>', 'of the order that this case is of')
    .option('--sort <order>', `by ${sorts.join(', ')} (default: due; of closed cases, received)`)
    .addOption(new Option('--owing').hideHelp())
    .addHelpText('after', examples)
    .action(async (options: Options) => {
      process.exitCode = await attempt(() => run(options), options);
    });
}

async function run(options: Options): Promise<number> {
  const asked = statusesOf(options);
  sortOf(options);
  const { session } = await connect(options);
  const list = await deskList(session, asked);
  const of =
    options.sameOrder === undefined ? {} : { sameOrder: await caseNamed(session, options.sameOrder) };
  const reviews = chosen(list, { ...options, ...of });
  const reviewer = list.reviewer === undefined ? {} : { reviewer: list.reviewer };
  if (options.json === true) printJson({ reviews, ...reviewer });
  else await page(listText(reviews, { of: list.reviews.length, ...reviewer }));
  return 0;
}

/** Where a case stands, in a reviewer's words. */
const words: Record<Standing, string> = {
  'asked-back': 'asked back',
  held: 'notified',
  'owes-signature': 'owes signature',
  'owes-order': 'owes order',
  'owes-both': 'owes both',
  AwaitingApproval: 'to decide',
  AwaitingDisclosure: 'to collect',
  Disclosed: 'collected',
  DisclosureNotAvailable: 'no data',
  Rejected: 'rejected',
  Cancelled: 'cancelled',
  Suspended: 'suspended',
  Expired: 'expired',
  Invalid: 'invalid',
};

/** @param reviewer who reads it; @param of how many cases were looked through */
export function listText(
  reviews: readonly ReviewLine[],
  {
    reviewer,
    of,
    now = Date.now(),
    width,
  }: { reviewer?: string; of?: number; now?: number; width?: number } = {},
): string {
  if (reviews.length === 0)
    return `No case is like this${of === undefined ? '' : `, of ${counted(of, 'case')}`}.\n`;
  const ids = shortIds(reviews.map(({ id }) => id));
  // Of cases that ended, when they came is what tells them apart.
  const isAnyDue = reviews.some(isDue);
  const time = isAnyDue ? due : age;
  const rows = reviews.map((review) => [
    time(review, now),
    review.priority === 'Emergency' ? bad('EMERGENCY') : 'routine',
    words[standingOf(review, now)],
    signed(review),
    printable(review.agency),
    printable(review.reference),
    printable(ids.get(review.id) ?? review.id),
  ]);
  const head = [isAnyDue ? 'due' : 'received', 'priority', 'status', 'signed', 'agency', 'reference', 'id'];
  const least = { signed: 8, agency: 8, reference: 16 };
  const orders = orderLines(reviews, (id) => printable(ids.get(id) ?? id)).map((line) => `${line}\n`);
  return `${fitted(head, rows, least, width)}\n${orders.join('')}${totals(reviews, reviewer, now)}\n`;
}

/** How many signed of how many must, who they are, and who works on it. */
function signed(review: ReviewLine): string {
  const { decisions, suspension, claimedBy } = review;
  const who = [...decisions, ...(suspension === undefined ? [] : [suspension])].map(
    ({ reviewer }) => reviewer,
  );
  const claimed = claimedBy === undefined ? [] : [`@${claimedBy}`];
  return [shortApprovals(review), ...[...new Set(who), ...claimed].map(printable)].join(' ');
}

/** How long until it is due. A case that was answered is not. */
function due(review: ReviewLine, now: number): string {
  if (!isDue(review)) return '';
  const ms = Date.parse(dueOf(review)) - now;
  return ms < 0 ? bad(`late ${span(-ms)}`) : `in ${span(ms)}`;
}

const age = ({ receivedAt }: ReviewLine, now: number) => `${span(now - Date.parse(receivedAt))} ago`;

/** A span of time as `until` rounds it, in four characters at most: `59m`, `47h`, `10d`. */
function span(ms: number): string {
  const minutes = ms / 60_000;
  if (minutes < 120) return `${Math.round(minutes)}m`;
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)}h` : `${Math.round(minutes / (24 * 60))}d`;
}

function totals(reviews: readonly ReviewLine[], reviewer: string | undefined, now: number): string {
  const count = (is: (review: ReviewLine) => boolean) => reviews.filter(is).length;
  const parts: [number, string][] = [
    [count(({ priority }) => priority === 'Emergency'), 'emergencies'],
    [count((review) => isDue(review) && Date.parse(dueOf(review)) < now), 'late'],
    [count((review) => reviewer !== undefined && waitsFor(review, reviewer)), 'for you to sign'],
    [count((review) => owes(review).length > 0), 'owing'],
  ];
  const said = parts.flatMap(([n, what]) =>
    n === 0 ? [] : [`${n} ${what}`.replace(/^1 emergencies$/, '1 emergency')],
  );
  return [counted(reviews.length, 'case'), ...said].join(', ');
}

export const approvals = (review: Pick<ReviewLine, 'decisions' | 'approvalsNeeded'>) =>
  `${approvedBy(review)} of ${review.approvalsNeeded}`;

const shortApprovals = (review: ReviewLine) => `${approvedBy(review)}/${review.approvalsNeeded}`;
