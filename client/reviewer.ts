import { z } from 'zod';
import { type CaseView, caseView, type Status } from '#core/cases/case.ts';
import { basisSchema } from '#core/cases/policy.ts';
import { type Decision, requestSchema, type Suspension } from '#core/cases/request.ts';
import { category, scopeSchema } from '#core/cases/scope.ts';
import { type CaseFile, caseFileSchema } from '#core/log/case-file.ts';
import { call, type Session } from './exchange.ts';

/** What a reviewer does: see what is asked, decide. */
const line = caseView.extend({
  agency: z.string(),
  asked: scopeSchema,
  approvalsNeeded: z.int(),
  decisions: z.array(
    z.strictObject({
      decision: z.enum(['approve', 'reject']),
      reviewer: z.string(),
      at: z.string(),
      scope: scopeSchema.optional(),
    }),
  ),
});

const review = line.extend({
  request: requestSchema,
  /** Whether the offence meets the policy's threshold, as far as the policy lists it. */
  threshold: basisSchema.shape.threshold,
  /** What data exists, and how much; not what it is. */
  exists: z.array(
    z.strictObject({
      subject: z.int(),
      category,
      epochs: z.array(z.string()),
      records: z.int().optional(),
    }),
  ),
});

export type ReviewLine = z.infer<typeof line>;
export type Review = z.infer<typeof review>;

export async function listReviews(session: Session, status?: Status): Promise<ReviewLine[]> {
  const query = status === undefined ? '' : `?status=${status}`;
  return (await call(session, z.strictObject({ reviews: z.array(line) }), 'GET', `/v1/reviews${query}`))
    .reviews;
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
