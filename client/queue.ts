import { openStatuses, type Status } from '#core/cases/case.ts';
import type { ReviewLine } from '#core/cases/review.ts';
import { isHeld } from './held.ts';

/** What a list of cases is chosen and sorted by, at the desk: whose it is, what it waits for, and when it is due. */

/** As a person reads it: without regard to case, and to how an accent is spelled. */
const folded = (text: string) => text.normalize('NFC').toLowerCase();

/** What a line is searched in, folded once: thousands are searched at every keystroke. */
const foldedLines = new WeakMap<Searched, string>();

/** What a line is found by. */
type Searched = Pick<ReviewLine, 'reference' | 'id' | 'order'> & Partial<Pick<ReviewLine, 'agency'>>;

function foldedOf(line: Searched): string {
  const known = foldedLines.get(line);
  if (known !== undefined) return known;
  // Nobody searches for what stands between them.
  const text = folded(`${line.reference}\0${line.agency ?? ''}\0${line.id}\0${line.order ?? ''}`);
  foldedLines.set(line, text);
  return text;
}

/** Those with a text in their reference, their order, their agency's id or their own. */
export function searched<T extends Searched>(reviews: readonly T[], search: string): T[] {
  const wanted = folded(search);
  return reviews.filter((line) => foldedOf(line).includes(wanted));
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

/** Whether the desk asked the agency, and the case waits for its answer. */
export function isAskedBack({ status, information }: Pick<ReviewLine, 'status' | 'information'>): boolean {
  return status === 'AwaitingApproval' && information !== undefined && information.answeredAt === undefined;
}

/** Where a case stands, as a list says it in a word: its status, or what it waits for. */
export type Standing = Status | 'asked-back' | 'held' | 'owes-signature' | 'owes-order' | 'owes-both';

export function standingOf(review: ReviewLine, now: number): Standing {
  if (isAskedBack(review)) return 'asked-back';
  const owed = owes(review);
  if (owed.length > 1) return 'owes-both';
  if (owed.length === 1) return owed[0] === 'authorisation' ? 'owes-order' : 'owes-signature';
  return review.status === 'AwaitingDisclosure' && isHeld(review, now) ? 'held' : review.status;
}

/** How many of the approvals that it needs a case has. */
export const approvedBy = ({ decisions }: Pick<ReviewLine, 'decisions'>): number =>
  decisions.filter(({ decision }) => decision === 'approve').length;

/** Whether something is still to be done in time. A case that was answered is not due. */
export const isDue = (review: ReviewLine): boolean =>
  owes(review).length > 0 || ['AwaitingApproval', 'AwaitingDisclosure'].includes(review.status);

/** Emergencies first, each by when it is due. An open emergency is due when what it owes is. */
export function byUrgency<T extends Pick<ReviewLine, 'priority' | 'dueAt' | 'debts'>>(
  reviews: readonly T[],
): T[] {
  const dated = reviews.map((review) => ({
    review,
    isEmergency: Number(review.priority === 'Emergency'),
    due: Date.parse(dueOf(review)),
  }));
  return dated.sort((a, b) => b.isEmergency - a.isEmergency || a.due - b.due).map(({ review }) => review);
}

/** The newest first. */
export function byReceipt<T extends Pick<ReviewLine, 'receivedAt'>>(reviews: readonly T[]): T[] {
  const dated = reviews.map((review) => ({ review, at: Date.parse(review.receivedAt) }));
  return dated.sort((a, b) => b.at - a.at).map(({ review }) => review);
}

/** By the agencies' ids, and of each by urgency. */
export function byAgency<T extends Pick<ReviewLine, 'agency' | 'priority' | 'dueAt' | 'debts'>>(
  reviews: readonly T[],
): T[] {
  return byUrgency(reviews).sort((a, b) => (a.agency < b.agency ? -1 : Number(a.agency > b.agency)));
}

export const dueOf = ({ debts, dueAt }: Pick<ReviewLine, 'dueAt' | 'debts'>) =>
  debts === undefined || debts.owed.length === 0 ? dueAt : debts.dueAt;
