import { caseView, statuses } from '#core/cases/case.ts';
import { caseFileSchema } from '#core/cases/case-file.ts';
import { claimSchema } from '#core/cases/claiming.ts';
import { deskLetterSchema } from '#core/cases/letters.ts';
import { noteSchema, questionSchema } from '#core/cases/messages.ts';
import { decisionSchema, suspensionSchema } from '#core/cases/request.ts';
import { review, reviewLine, reviewList } from '#core/cases/review.ts';
import { personView } from '#core/registry/key-view.ts';
import { pageParameter, pagesText } from './list-page.ts';
import { standing } from './refusals.ts';
import { type Route, route } from './route.ts';

/** What the provider's reviewers call: see what is asked, decide. */
const callers = ['reviewer'] as const;

const theLine = (says: string) =>
  [{ status: 200, says, type: 'application/json', schema: reviewLine }] as const satisfies Route['answers'];

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
  fetchOrder: route({
    method: 'GET',
    path: '/reviews/{id}/order',
    server: 'review',
    callers,
    summary: 'Take out the order itself',
    description:
      'The document as the agency handed it in, byte for byte. Its type is in the case. Nobody has looked into it: it may hold what a document from outside may hold. The log records first that it was taken out.',
    answers: [{ status: 200, says: 'The document', type: 'application/octet-stream' }],
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
      'Approves a scope, as asked or narrower, or rejects. `withheld` says on which grounds less is approved than was asked, and `explanation` what the agency is told of it. Two reviewers who approve one digest and one scope open it; one who rejects ends it.',
    answers: [{ status: 200, says: 'The case as decided', type: 'application/json', schema: caseView }],
    refusals: [
      'policy-not-adopted',
      'not-found',
      'case-closed',
      'decision-digest-mismatch',
      'decision-repeated',
      'scope-too-wide',
      'withheld-differs',
      'period-in-future',
      'scope-differs',
      'debt-overdue',
      'order-missing',
      ...standing,
    ],
  }),
  claimReview: route({
    method: 'POST',
    path: '/reviews/{id}/claim',
    server: 'review',
    callers,
    body: claimSchema,
    summary: 'Claim a case',
    description:
      'Says to the other reviewers who works on the case. It gives no right and keeps nobody from deciding. It ends after 24 hours, in an emergency after one.',
    answers: theLine('The case as the list has it'),
    refusals: ['not-found', 'case-closed', 'case-claimed', 'case-not-claimed'],
  }),
  addNote: route({
    method: 'POST',
    path: '/reviews/{id}/notes',
    server: 'review',
    callers,
    body: noteSchema,
    summary: 'Write a note',
    description:
      'For the other reviewers, who see it with the case. It is sealed, the agency never sees it, and it is forgotten with the case. 50 a case.',
    answers: theLine('The case as the list has it'),
    refusals: ['not-found', 'limit-exceeded'],
  }),
  writeToAgency: route({
    method: 'POST',
    path: '/reviews/{id}/messages',
    server: 'review',
    callers,
    body: deskLetterSchema,
    summary: 'Write to the agency',
    description:
      'A letter outside a question, at any time before the case is forgotten, encrypted to the agency’s key. It decides nothing, and asks for no answer. 8 a case.',
    answers: theLine('The case as the list has it'),
    refusals: ['not-found', 'limit-exceeded'],
  }),
  askInformation: route({
    method: 'POST',
    path: '/reviews/{id}/information',
    server: 'review',
    callers,
    body: questionSchema,
    summary: 'Ask the agency',
    description:
      'Asks the agency for information before the decision; `text` is encrypted to its key. The case keeps its status, and anybody may decide it meanwhile; where the policy says so, its time stands still until the answer. One question at a time, 10 a case.',
    answers: theLine('The case as the list has it'),
    refusals: [
      'not-found',
      'case-closed',
      'decision-digest-mismatch',
      'information-pending',
      'limit-exceeded',
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
  // The function of reviews answers it: it may read cases already, and the registry's need not.
  showPerson: route({
    method: 'GET',
    path: '/registry/people/{person}',
    server: 'review',
    callers,
    summary: 'See a person of the registry',
    description:
      'Their keys that are not revoked, and what ends once these are: cases that are cancelled or suspended, decisions that count no more.',
    answers: [{ status: 200, says: 'The person', type: 'application/json', schema: personView }],
    refusals: ['not-found'],
  }),
};
