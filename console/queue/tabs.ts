import { isAskedBack, isOf, owes, waitsFor } from '#client/queue.ts';
import type { ReviewLine } from '#client/reviewer.ts';
import type { Status } from '#core/cases/case.ts';
import { closedStatuses, liveStatuses } from '../state/statuses.ts';

/** Which cases each tab of the queue has, and of which statuses they can be. */
export const tabs = ['open', 'emergencies', 'mine', 'second', 'owed', 'asked', 'closed'] as const;
export type Tab = (typeof tabs)[number];

const isLive = ({ status }: ReviewLine) => liveStatuses.includes(status);

/** Whether a tab has a case. @param me the reviewer, where that is known */
const rules: Record<Tab, (line: ReviewLine, me: string | undefined) => boolean> = {
  open: isLive,
  emergencies: (line) => line.priority === 'Emergency' && (isLive(line) || owes(line).length > 0),
  // What ended is done with, also for whoever did it; but for what an emergency owes still.
  mine: (line, me) => me !== undefined && isOf(line, me) && (isLive(line) || owes(line).length > 0),
  second: (line, me) => me !== undefined && waitsFor(line, me),
  owed: (line) => owes(line).length > 0,
  asked: isAskedBack,
  closed: (line) => !isLive(line),
};

/** The statuses that must be listed before a tab is complete. */
export const statusesOf: Record<Tab, readonly Status[]> = {
  open: liveStatuses,
  emergencies: liveStatuses,
  mine: liveStatuses,
  second: liveStatuses,
  owed: [...liveStatuses, 'Suspended', 'Rejected', 'Cancelled', 'Expired'],
  asked: ['AwaitingApproval'],
  closed: closedStatuses,
};

export type ByTab = Record<Tab, readonly ReviewLine[]>;

/** Every case into the tabs that have it, in one go. */
export function byTab(lines: Iterable<ReviewLine>, me: string | undefined): ByTab {
  const sorted: Record<Tab, ReviewLine[]> = {
    open: [],
    emergencies: [],
    mine: [],
    second: [],
    owed: [],
    asked: [],
    closed: [],
  };
  for (const line of lines) for (const tab of tabs) if (rules[tab](line, me)) sorted[tab].push(line);
  return sorted;
}
