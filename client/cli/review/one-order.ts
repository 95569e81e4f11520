import type { Session } from '#client/exchange.ts';
import { printable } from '#client/printable.ts';
import type { Review, ReviewLine } from '#client/reviewer.ts';
import { openStatuses, statuses } from '#core/cases/case.ts';
import { grouped } from '#core/grouped.ts';
import { UsageError } from '../common.ts';
import { CommandError } from '../errors.ts';
import { deskList } from './desk.ts';

/**
 * Requests with the same `order` of the same agency are one order. What the agency calls it lies sealed, each in its own
 * case; so they are put together here, of what the desk's lists show.
 */
type OfOrder = Pick<ReviewLine, 'agency' | 'order'>;

export const isSameOrder = (a: OfOrder, b: OfOrder) =>
  a.order !== undefined && a.agency === b.agency && a.order === b.order;

/** All cases of the order that a case is of, itself included. @throws UsageError if it is of none */
export function ofSameOrder<T extends OfOrder & { id: string }>(all: readonly T[], id: string): T[] {
  const one = all.find((each) => each.id === id);
  const found = one === undefined ? [] : all.filter((each) => isSameOrder(each, one));
  if (found.length === 0) throw new UsageError('the agency counts this case to no order');
  return found;
}

/** The other cases of a case's order, whatever their status. */
export async function siblingsOf(session: Session, review: Pick<Review, 'id' | 'agency' | 'order'>) {
  if (review.order === undefined) return [];
  const { reviews } = await deskList(session, statuses);
  return reviews.filter((each) => each.id !== review.id && isSameOrder(each, review));
}

/** The ids of the cases of one order that can be decided, the named one first. @throws UsageError */
export async function idsToDecide(session: Session, id: string): Promise<string[]> {
  const { reviews } = await deskList(session, ['AwaitingApproval', ...openStatuses]);
  const decidable = ofSameOrder(reviews, id).filter(
    ({ status, debts }) => status === 'AwaitingApproval' || debts?.owed.includes('second-signature') === true,
  );
  return [id, ...decidable.map((each) => each.id).filter((each) => each !== id)];
}

/**
 * One order is one document: cases that rest on another are not decided with it.
 *
 * @throws CommandError order-differs
 */
export function checkOneOrder(reviews: readonly Review[]): void {
  const [first] = reviews;
  const other = reviews.find(({ request }) => request.instrument.digest !== first?.request.instrument.digest);
  if (other !== undefined)
    throw new CommandError(
      'order-differs',
      `${printable(other.id)} names the same order, and rests on another document; nothing was signed`,
      'decide each by itself, without --all-of-order',
    );
}

/** What one confirmation decides. */
export function allText(did: string, reviews: readonly Review[]): string {
  const lines = reviews.map(({ id, reference, order }) =>
    [id, reference, order ?? ''].map(printable).join('  '),
  );
  return `With this one confirmation you ${did} ${reviews.length} cases, each by a signature of its own:\n  ${lines.join('\n  ')}`;
}

/** Which cases of a list are one order. */
export function orderLines(reviews: readonly ReviewLine[], nameOf: (id: string) => string): string[] {
  const groups = grouped(
    reviews.filter(({ order }) => order !== undefined),
    ({ agency, order }) => JSON.stringify([agency, order]),
  );
  return [...groups.values()]
    .filter((cases) => cases.length > 1)
    .map((cases) => {
      const [{ agency, order = '' } = { agency: '' }] = cases;
      return `${cases.length} cases are one order (${printable(agency)}, ${printable(order)}): ${cases.map(({ id }) => nameOf(id)).join(', ')}`;
    });
}
