import { type CaseView, caseView, type Status } from '#core/cases/case.ts';
import { type CaseFile, caseFileSchema } from '#core/cases/case-file.ts';
import type { Decision, Suspension } from '#core/cases/request.ts';
import { type Review, type ReviewLine, review, reviewList } from '#core/cases/review.ts';
import { call, type Session } from './exchange.ts';

/** What a reviewer does: see what is asked, decide. */
export type { Review, ReviewLine } from '#core/cases/review.ts';

export async function listReviews(session: Session, status?: Status): Promise<ReviewLine[]> {
  const query = status === undefined ? '' : `?status=${status}`;
  return (await call(session, reviewList, 'GET', `/v1/reviews${query}`)).reviews;
}

/** One review with what is asked in the clear. That it was shown is in the log. */
export async function showReview(session: Session, id: string): Promise<Review> {
  return call(session, review, 'GET', `/v1/reviews/${encodeURIComponent(id)}`);
}

/** The case's file, which opens what the log says of it. That it was taken out is in the log. */
export async function fetchCaseFile(session: Session, id: string): Promise<CaseFile> {
  return call(session, caseFileSchema, 'GET', `/v1/reviews/${encodeURIComponent(id)}/case-file`);
}

export async function decideReview(session: Session, id: string, decision: Decision): Promise<CaseView> {
  return call(session, caseView, 'POST', `/v1/reviews/${encodeURIComponent(id)}/decisions`, decision);
}

/** Closes the door of a case that is open: at once, alone, and for good. */
export async function suspendReview(session: Session, id: string, suspension: Suspension): Promise<CaseView> {
  return call(session, caseView, 'POST', `/v1/reviews/${encodeURIComponent(id)}/suspension`, suspension);
}
