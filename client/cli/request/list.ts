import { Command, Option } from 'commander';
import { type CaseLine, type Status, statuses } from '#core/cases/case.ts';
import { attempt, bad, forPeople, printJson, say } from '../common.ts';
import { until } from '../format.ts';
import { ownList, terminalWidth, totals } from '../own-list.ts';
import { connect, forProfile, type ProfileOptions } from '../profile/connection.ts';
import { ownRequests } from './own.ts';

/** `writ request list`: the agency's requests, one a line. */
interface Options extends ProfileOptions {
  status?: string[];
  all?: boolean;
  ofOrder?: string;
}

const examples = `
Examples:
  writ request list                                  what waits, what can be collected, and the last 30 days
  writ request list --status AwaitingDisclosure      what can be collected
  writ request list --all --json | jq -r '.[].id'

Listed are all requests of your agency, whichever of its officers sent them and from which machine, the newest first. The
id is as long as it has to be to name one of these.
`;

export function listCommand(): Command {
  return forProfile(forPeople(new Command('list')))
    .description('list your agency’s requests')
    .addOption(new Option('--status <status...>', 'only those that stand so').choices(statuses))
    .option('--of-order <text>', 'those of the order that you call so, however old')
    .option('--all', 'those that are over, too, however old')
    .addHelpText('after', examples)
    .action(async (options: Options) => {
      process.exitCode = await attempt(() => list(options), options);
    });
}

async function list(options: Options): Promise<number> {
  const all: CaseLine[] = [];
  for await (const one of ownRequests(await connect(options))) all.push(one);
  const shown = all.filter((line) => isShown(line, options, Date.now()));
  if (options.json === true) {
    printJson(shown);
    return 0;
  }
  process.stdout.write(requestList(shown, { width: terminalWidth(), now: Date.now() }));
  const left = all.length - shown.length;
  if (left > 0) say(`${left} more ${options.status === undefined ? 'are over: --all' : 'stand otherwise'}`);
  return 0;
}

/** Those in which something can still happen. */
const pending: readonly Status[] = ['AwaitingApproval', 'AwaitingDisclosure', 'Disclosed'];
const recentMs = 30 * 86_400_000;

/** Of the statuses that are asked for; or else what is not over, and what is not old. */
export function isShown(
  { status, receivedAt, order }: Pick<CaseLine, 'status' | 'receivedAt' | 'order'>,
  options: Pick<Options, 'status' | 'all' | 'ofOrder'>,
  now: number,
): boolean {
  if (options.ofOrder !== undefined && order !== options.ofOrder) return false;
  if (options.status !== undefined) return options.status.includes(status);
  return (
    options.ofOrder !== undefined ||
    options.all === true ||
    pending.includes(status) ||
    now - Date.parse(receivedAt) < recentMs
  );
}

export function requestList(
  lines: readonly CaseLine[],
  { width, now }: { width: number; now: number },
): string {
  if (lines.length === 0) return 'Nothing is there.\n';
  const rows = lines.map((line) => ({
    id: line.id,
    reference: line.reference,
    status: line.priority === 'Emergency' ? `${line.status} ${bad('!')}` : line.status,
    due: dueOf(line, now),
  }));
  const isUrgent = lines.some(({ priority }) => priority === 'Emergency');
  return `${ownList(rows, width)}${totals('request', lines)}${isUrgent ? '; ! is an emergency' : ''}\n`;
}

/** Until when the provider answers, the agency owes something, or it can be collected. */
function dueOf({ status, dueAt, debts, expiresAt }: CaseLine, now: number): string {
  if (debts?.owed.includes('authorisation') === true) return `order ${until(debts.dueAt, now)}`;
  if (status === 'AwaitingApproval')
    return Date.parse(dueAt) < now ? bad(`LATE, ${until(dueAt, now)}`) : until(dueAt, now);
  const isOpen = pending.includes(status) && expiresAt !== undefined;
  return isOpen ? until(expiresAt, now) : '';
}
