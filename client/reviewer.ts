import type { CaseView, Status } from '#core/cases/case.ts';
import type { CaseFile } from '#core/cases/case-file.ts';
import type { Claiming } from '#core/cases/claiming.ts';
import type { Question } from '#core/cases/messages.ts';
import type { Decision, Suspension } from '#core/cases/request.ts';
import type { Review, ReviewLine } from '#core/cases/review.ts';
import { reviewRoutes as routes } from '#core/wire/desk.ts';
import { perform, type Session, sendCall } from './exchange.ts';
import { orderDigests } from './order-digest.ts';
import { withRetries } from './retry.ts';
import { callOf } from './route-call.ts';
import { malformed } from './transport.ts';

/** What a reviewer does: see what is asked, work on it with others, decide. */
export type { Review, ReviewLine } from '#core/cases/review.ts';

/** A page of the list of cases; `next` names the following one, where there may be one. */
export interface ReviewPage {
  reviews: ReviewLine[];
  next?: string | undefined;
  /** Who asks: the caller's own pseudonym, as decisions name it. A provider of before version 0.2 does not say. */
  reviewer?: string | undefined;
}

/** Every case of a status, `AwaitingApproval` where none is named, those that are due first before the others. */
export async function listReviews(session: Session, status?: Status): Promise<ReviewLine[]> {
  const all: ReviewLine[] = [];
  for await (const review of eachReview(session, status)) all.push(review);
  return all;
}

/** The same, a page at a time: the next one is fetched when the caller gets to it. */
export async function* eachReview(session: Session, status?: Status): AsyncGenerator<ReviewLine> {
  let page: string | undefined;
  do {
    const { reviews, next } = await listReviewPage(session, { status, page });
    yield* reviews;
    page = next;
  } while (page !== undefined);
}

/** One page: the first, or the one that an earlier page named as its `next`. */
export async function listReviewPage(
  session: Session,
  query: { status?: Status | undefined; page?: string | undefined } = {},
): Promise<ReviewPage> {
  return perform(session, callOf(routes.listReviews, { query }));
}

/** One review with what is asked in the clear. The log records that it was shown. */
export async function showReview(session: Session, id: string): Promise<Review> {
  return perform(session, callOf(routes.showReview, { id }));
}

/** The case's file, which opens what the log holds about it. The log records that it was taken out. */
export async function fetchCaseFile(session: Session, id: string): Promise<CaseFile> {
  return perform(session, callOf(routes.fetchCaseFile, { id }));
}

/**
 * The order as the agency handed it in, byte for byte. The log records that it was taken out. Nobody has looked into it.
 *
 * @throws ExchangeError answer-malformed: it is not the document that the request names
 * @param digest what the request names, `instrument.digest`
 */
export async function fetchOrder(session: Session, id: string, digest: string): Promise<Uint8Array> {
  const call = callOf(routes.fetchOrder, { id });
  const answer = await withRetries(session, 'safe', () => sendCall(session, call));
  if (orderDigests(answer.body).member !== digest) throw malformed(answer, 'body');
  return answer.body;
}

export async function decideReview(session: Session, id: string, decision: Decision): Promise<CaseView> {
  return perform(session, callOf(routes.decideReview, { id, body: decision }));
}

/** Says to the other reviewers that one works on a case, takes another's claim over, or ends one's own. */
export async function claimReview(
  session: Session,
  id: string,
  claim: Claiming['claim'] = 'take',
): Promise<ReviewLine> {
  return perform(session, callOf(routes.claimReview, { id, body: { claim } }));
}

/** Leaves a note for the other reviewers, who see it with the case. */
export async function addNote(session: Session, id: string, text: string): Promise<ReviewLine> {
  return perform(session, callOf(routes.addNote, { id, body: { text } }));
}

/** Asks the agency for information before the decision. What it says is encrypted to the agency's key. */
export async function askInformation(session: Session, id: string, question: Question): Promise<ReviewLine> {
  return perform(session, callOf(routes.askInformation, { id, body: question }));
}

/** Writes to the agency outside a question. What it says is encrypted to the agency's key. */
export async function writeToAgency(session: Session, id: string, text: string): Promise<ReviewLine> {
  return perform(session, callOf(routes.writeToAgency, { id, body: { text } }));
}

/** Suspends a case that is open. Access to its data ends at once, by one reviewer, and for good. */
export async function suspendReview(session: Session, id: string, suspension: Suspension): Promise<CaseView> {
  return perform(session, callOf(routes.suspendReview, { id, body: suspension }));
}
