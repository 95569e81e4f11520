import { openStatuses } from '#core/cases/case.ts';
import type { ReviewLine } from '#core/cases/review.ts';

/** What a list of cases is chosen and sorted by, at the desk: whose it is, what it waits for, and when it is due. */

/** As a person reads it: without regard to case, and to how an accent is spelled. */
const folded = (text: string) => text.normalize('NFC').toLowerCase();

export function holds({ reference, agency, id }: ReviewLine, search: string): boolean {
  return [reference, agency, id].some((text) => folded(text).includes(folded(search)));
}

/** Whether a reviewer decided it, or says that they work on it. */
export function isOf(
  { decisions, superseded = [], suspension, claimedBy }: ReviewLine,
  reviewer: string,
): boolean {
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
