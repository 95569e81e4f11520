import { byAgency, byReceipt, byUrgency, isOf, owes, searched, waitsFor } from '#client/queue.ts';
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
  const ofOrder = sameOrder === undefined ? list.reviews : ofSameOrder(list.reviews, sameOrder);
  const all = search === undefined ? ofOrder : searched(ofOrder, search);
  const mine = options.mine || options.waiting ? ownName(list) : undefined;
  const isMeant = (review: ReviewLine) =>
    (agency === undefined || review.agency === agency) &&
    (options.mine !== true || isOf(review, mine ?? '')) &&
    (options.waiting !== true || waitsFor(review, mine ?? '')) &&
    (options.owed !== true || owes(review).length > 0) &&
    (options.owing !== true || owes(review).includes('second-signature'));
  return sorted(all.filter(isMeant), sortOf(options));
}

function sorted(reviews: readonly ReviewLine[], sort: Sort): ReviewLine[] {
  switch (sort) {
    case 'due':
      return byUrgency(reviews);
    case 'received':
      return byReceipt(reviews);
    case 'agency':
      return byAgency(reviews);
  }
}
