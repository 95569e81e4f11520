import { z } from 'zod';
import { instant } from '#core/instant.ts';
import { pageToken } from '#core/text.ts';
import { type Case, caseView, isAsked, viewCase } from './case.ts';
import { claimOf } from './claiming.ts';
import { isUndecided } from './information.ts';
import { answerSchema, questionSchema } from './messages.ts';
import { basisSchema } from './policy.ts';
import { requestSchema } from './request.ts';
import { category, scopeSchema } from './scope.ts';
import { cutOf } from './stored.ts';

/** A case as the desk sees it in a list: who asks for how much, and who decided what. */
export const reviewLine = caseView.extend({
  agency: z.string(),
  asked: scopeSchema,
  /** Where the asked period reaches beyond the receipt of the request: nothing of this instant or later leaves. */
  cutAt: instant.optional(),
  approvalsNeeded: z.int(),
  /** Two reviewers hold the case: what is kept of it stays until then. */
  heldUntil: instant.optional(),
  /** Who says that they work on the case, and until when that is said. Anybody may decide it all the same. */
  claimedBy: z.string().optional(),
  claimedUntil: instant.optional(),
  decisions: z.array(
    z.strictObject({
      decision: z.enum(['approve', 'reject']),
      reviewer: z.string(),
      at: instant,
      scope: scopeSchema.optional(),
    }),
  ),
});
export type ReviewLine = z.infer<typeof reviewLine>;

/** A page of the list. `next` names the following one, where there may be one. */
export const reviewList = z.strictObject({ reviews: z.array(reviewLine), next: pageToken.optional() });

/** One case, with what is asked in the clear. */
export const review = reviewLine.extend({
  request: requestSchema,
  /** Whether the offence meets the policy's threshold, as far as the policy lists it. */
  threshold: basisSchema.shape.threshold,
  /** What data exists, and how much; not what it is. */
  exists: z.array(
    z.strictObject({
      subject: z.int(),
      category,
      epochs: z.array(z.string().regex(/^\d{4}-\d{2}$/)),
      records: z.int().optional(),
    }),
  ),
  /** What reviewers wrote to each other. */
  notes: z.array(z.strictObject({ reviewer: z.string(), at: instant, text: z.string() })).optional(),
  /** What the desk asked the agency, and what that answered. */
  questions: z
    .array(
      z.strictObject({
        reviewer: z.string(),
        at: instant,
        of: questionSchema.shape.of,
        text: z.string(),
        answer: answerSchema.extend({ at: instant }).optional(),
      }),
    )
    .optional(),
});
export type Review = z.infer<typeof review>;

/** @param at as of when it is said who works on it */
export function viewReviewLine(current: Case, reference: string, at: string): ReviewLine {
  const self = `/v1/reviews/${current.id}`;
  const claim = claimOf(current, at);
  const cutAt = cutOf(current.asked.period, current.receivedAt);
  return {
    ...viewCase(current, reference),
    links: {
      self,
      decisions: `${self}/decisions`,
      suspension: `${self}/suspension`,
      claim: `${self}/claim`,
      notes: `${self}/notes`,
      ...(isUndecided(current) && !isAsked(current) ? { information: `${self}/information` } : {}),
    },
    agency: current.agency,
    asked: current.asked,
    ...(cutAt === undefined ? {} : { cutAt }),
    approvalsNeeded: current.approvalsNeeded,
    ...(current.heldUntil === undefined ? {} : { heldUntil: current.heldUntil }),
    ...(claim === undefined ? {} : { claimedBy: claim.by, claimedUntil: claim.until }),
    decisions: current.decisions.map(({ decision, reviewer, at, scope }) => ({
      decision,
      reviewer,
      at,
      ...(scope === undefined ? {} : { scope }),
    })),
  };
}
