import { caseView, statuses } from '#core/cases/case.ts';
import { caseFileSchema } from '#core/cases/case-file.ts';
import { decisionSchema, suspensionSchema } from '#core/cases/request.ts';
import { review, reviewList } from '#core/cases/review.ts';
import { pageParameter, pagesText } from './list-page.ts';
import { standing } from './refusals.ts';
import { route } from './route.ts';

/** What the provider's reviewers call: see what is asked, decide. */
const callers = ['reviewer'] as const;

export const reviewRoutes = {
  listReviews: route({
    method: 'GET',
    path: '/reviews',
    server: 'review',
    callers,
    query: { status: statuses, page: pageParameter },
    summary: 'List cases',
    description: `Cases of one status, \`AwaitingApproval\` where none is named, those that are due first before the others. \`reviewer\` is who asks, by their pseudonym. ${pagesText}`,
    answers: [{ status: 200, says: 'The cases', type: 'application/json', schema: reviewList }],
    refusals: ['page-unknown'],
  }),
  showReview: route({
    method: 'GET',
    path: '/reviews/{id}',
    server: 'review',
    callers,
    summary: 'See a case',
    description:
      'What is asked, in the clear, what data exists, and what each reviewer decided and said. The log records first that it was shown.',
    answers: [{ status: 200, says: 'The case', type: 'application/json', schema: review }],
    refusals: ['not-found'],
  }),
  fetchCaseFile: route({
    method: 'GET',
    path: '/reviews/{id}/case-file',
    server: 'review',
    callers,
    summary: 'Take out a case’s file',
    description:
      'What opens the log’s commitments of this case, for a court or for a person who is notified. The log records that it was taken out.',
    answers: [{ status: 200, says: 'The file', type: 'application/json', schema: caseFileSchema }],
    refusals: ['not-found'],
  }),
  decideReview: route({
    method: 'POST',
    path: '/reviews/{id}/decisions',
    server: 'review',
    callers,
    body: decisionSchema,
    summary: 'Decide a case',
    description:
      'Approves a scope, as asked or narrower, or rejects. Two reviewers who approve one digest and one scope open it; one who rejects ends it.',
    answers: [{ status: 200, says: 'The case as decided', type: 'application/json', schema: caseView }],
    refusals: [
      'policy-not-adopted',
      'not-found',
      'case-closed',
      'decision-digest-mismatch',
      'decision-repeated',
      'scope-too-wide',
      'period-in-future',
      'scope-differs',
      'debt-overdue',
      ...standing,
    ],
  }),
  suspendReview: route({
    method: 'POST',
    path: '/reviews/{id}/suspension',
    endsAccess: true,
    server: 'review',
    callers,
    body: suspensionSchema,
    summary: 'Close an open case',
    description: 'Ends access to the case’s data: at once, by one reviewer, and for good.',
    answers: [{ status: 200, says: 'The case, Suspended', type: 'application/json', schema: caseView }],
    refusals: ['not-found', 'case-not-approved', 'case-closed', 'decision-digest-mismatch'],
  }),
};
