import type { ReviewLine } from '#client/reviewer.ts';
import { openStatuses, type Status, statuses } from '#core/cases/case.ts';
import { UsageError } from '../common.ts';
import { type DeskList, ownName } from './desk.ts';
import { ofSameOrder } from './one-order.ts';

/** Which cases `writ review list` shows, and in which order. */
export interface ChoosingOptions {
  status?: string[];
  agency?: string;
  mine?: boolean;
  waiting?: boolean;
  owed?: boolean;
  closed?: boolean;
  all?: boolean;
  search?: string;
  /** A case, by its id: it and the others of its order. */
  sameOrder?: string;
  sort?: string;
  /** The name that `--owed` had, for second signatures alone. */
  owing?: boolean;
}

export const sorts = ['due', 'received', 'agency'] as const;
type Sort = (typeof sorts)[number];

const waiting: readonly Status[] = ['AwaitingApproval'];
const closed = statuses.filter((status) => ![...waiting, ...openStatuses].includes(status));
/** An emergency that ended may still owe the order for what was disclosed. */
const owingStatuses: readonly Status[] = [...openStatuses, 'Suspended', 'Rejected', 'Cancelled', 'Expired'];

/** Options that choose by what a case is or needs: one of them at a time. */
const groups = ['status', 'mine', 'waiting', 'owed', 'owing', 'closed', 'all'] as const;

/** Of which statuses cases are asked for. @throws UsageError */
export function statusesOf(options: ChoosingOptions): readonly Status[] {
  const given = groups.filter((group) => options[group] !== undefined);
  if (given.length > 1)
    throw new UsageError(`give either ${given.map((group) => `--${group}`).join(' or ')}`);
  if (options.status !== undefined)
    return options.status.map((name) => {
      const known = statuses.find((status) => status === name);
      if (known === undefined) throw new UsageError(`--status is one of ${statuses.join(', ')}`);
      return known;
    });
  if (options.waiting) return [...waiting, ...openStatuses];
  if (options.owing) return openStatuses;
  if (options.owed) return owingStatuses;
  if (options.closed) return closed;
  // Who looks for a case does not know where it stands.
  const isEverywhere =
    options.mine ||
    options.all ||
    ((options.search ?? options.sameOrder) !== undefined && given.length === 0);
  return isEverywhere ? statuses : waiting;
}

/** @throws UsageError */
export function sortOf({ sort, closed: isClosed }: ChoosingOptions): Sort {
  if (sort === undefined) return isClosed ? 'received' : 'due';
  const known = sorts.find((each) => each === sort);
  if (known === undefined) throw new UsageError(`--sort is one of ${sorts.join(', ')}`);
  return known;
}

/** The cases that are meant, in their order. @throws CommandError provider-older */
export function chosen(list: DeskList, options: ChoosingOptions): ReviewLine[] {
  const { agency, search, sameOrder } = options;
  const all = sameOrder === undefined ? list.reviews : ofSameOrder(list.reviews, sameOrder);
  const mine = options.mine || options.waiting ? ownName(list) : undefined;
  const isMeant = (review: ReviewLine) =>
    (agency === undefined || review.agency === agency) &&
    (search === undefined || holds(review, search)) &&
    (options.mine !== true || isOf(review, mine ?? '')) &&
    (options.waiting !== true || waitsFor(review, mine ?? '')) &&
    (options.owed !== true || owes(review).length > 0) &&
    (options.owing !== true || owes(review).includes('second-signature'));
  return sorted(all.filter(isMeant), sortOf(options));
}

/** As a person reads it: without regard to case, and to how an accent is spelled. */
const folded = (text: string) => text.normalize('NFC').toLowerCase();

function holds({ reference, agency, id }: ReviewLine, search: string): boolean {
  return [reference, agency, id].some((text) => folded(text).includes(folded(search)));
}

/** Whether a reviewer decided it, or says that they work on it. */
function isOf({ decisions, superseded = [], suspension, claimedBy }: ReviewLine, reviewer: string): boolean {
  const people = [...decisions, ...superseded, ...(suspension === undefined ? [] : [suspension])];
  return claimedBy === reviewer || people.some((each) => each.reviewer === reviewer);
}

/** Whether others signed it, and it waits for one more, whom this reviewer can be. */
export function waitsFor(review: ReviewLine, reviewer: string): boolean {
  const { status, decisions } = review;
  const isBegun = status === 'AwaitingApproval' && decisions.length > 0;
  const isOwed = openStatuses.includes(status) && owes(review).includes('second-signature');
  return (isBegun || isOwed) && !decisions.some((each) => each.reviewer === reviewer);
}

/** What an emergency owes still. A closed one owes the order, where something of it was disclosed. */
export function owes({ debts, status, collections }: ReviewLine): readonly string[] {
  const owed = debts?.owed ?? [];
  if (openStatuses.includes(status)) return owed;
  return collections === 0 ? [] : owed.filter((each) => each === 'authorisation');
}

function sorted(reviews: readonly ReviewLine[], sort: Sort): ReviewLine[] {
  switch (sort) {
    case 'due':
      return byUrgency(reviews);
    case 'received':
      return reviews.toSorted((a, b) => Date.parse(b.receivedAt) - Date.parse(a.receivedAt));
    case 'agency':
      return byUrgency(reviews).toSorted((a, b) => (a.agency < b.agency ? -1 : Number(a.agency > b.agency)));
  }
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

export const dueOf = ({ debts, dueAt }: Pick<ReviewLine, 'dueAt' | 'debts'>) =>
  debts === undefined || debts.owed.length === 0 ? dueAt : debts.dueAt;
