import { z } from 'zod';
import { askedView, caseList, caseView, statuses } from '#core/cases/case.ts';
import { documentSchema, documentTypes } from '#core/cases/document.ts';
import { agencyLetterSchema } from '#core/cases/letters.ts';
import { answerSchema } from '#core/cases/messages.ts';
import {
  preservationList,
  preservationSchema,
  preservationStatuses,
  preservationView,
} from '#core/cases/preservation.ts';
import { delaySchema, requestSchema, tellingSchema, validationSchema } from '#core/cases/request.ts';
import { recipientView } from '#core/registry/recipient-view.ts';
import { agencyView } from '#core/registry/terms.ts';
import { authorityRoutes } from './authority.ts';
import { pageParameter, pagesText } from './list-page.ts';
import { agencyTerms, standing } from './refusals.ts';
import { type Route, route } from './route.ts';

/** What an agency's officers call: ask, follow, withdraw, validate an emergency, preserve, collect. */
const callers = ['agency'] as const;

/** An empty body: `{}`, or none at all. */
export const nothing = z.strictObject({});
export type Nothing = z.infer<typeof nothing>;

export const collectionSchema = z.strictObject({
  page: z.string().max(1000).optional(),
  /** The RFC 7638 thumbprint of the key that the caller decrypts with. */
  recipient: z
    .string()
    .regex(/^[\w-]{43}$/)
    .optional(),
  /**
   * The second form of the package says on which order it rests; the third also what the answer covers and what not; the
   * fourth has the log's proof as a text of its own. Without it the answer is as it always was.
   */
  form: z.union([z.literal(2), z.literal(3), z.literal(4)]).optional(),
  /** The request as it was sent: its digest is the case's. The package then names the subjects as it does. */
  request: requestSchema.optional(),
});
export type Collection = z.infer<typeof collectionSchema>;

const theCase = (says: string) =>
  [{ status: 200, says, type: 'application/json', schema: caseView }] as const satisfies Route['answers'];
const thePreservation = (says: string) =>
  [
    { status: 200, says, type: 'application/json', schema: preservationView },
  ] as const satisfies Route['answers'];

const behindText =
  'The list follows a change after a moment: what was accepted just now may be missing, and what is listed may have a newer status.';

export const requestRoutes = {
  submitRequest: route({
    method: 'POST',
    path: '/requests',
    server: 'request',
    callers,
    body: requestSchema,
    summary: 'Ask for data',
    description:
      'Makes a case that two reviewers decide. The same request again under the same reference answers the case that stands; another request under it is refused.',
    answers: [
      {
        status: 201,
        says: 'The case, new or as it stands',
        type: 'application/json',
        schema: caseView,
        headers: ['Location'],
      },
    ],
    refusals: [
      'category-unsupported',
      'reference-conflict',
      'policy-not-adopted',
      ...agencyTerms,
      'order-in-future',
      'limit-exceeded',
      'period-in-future',
      ...standing,
      'notification-missing',
      'notification-not-due',
      'authority-unknown',
      'threat-unstated',
      'answer-by-out-of-range',
      'notice-by-other',
      'notice-order-missing',
      'delay-too-long',
      'emergencies-suspended',
      'subject-unknown',
      'rate-exceeded',
      'not-found',
      'preservation-over',
    ],
  }),
  listRequests: route({
    method: 'GET',
    path: '/requests',
    server: 'request',
    callers,
    query: { status: statuses, page: pageParameter },
    summary: 'List the agency’s cases',
    description: `Cases of the caller’s agency, whichever of its officers asked, the newest first; of one status, where one is named. ${pagesText} ${behindText}`,
    answers: [{ status: 200, says: 'The cases', type: 'application/json', schema: caseList }],
    refusals: ['page-unknown'],
  }),
  followRequest: route({
    method: 'GET',
    path: '/requests/{id}',
    server: 'request',
    callers,
    summary: 'Follow a case',
    description: 'One of the agency’s own cases. Another agency’s is not there.',
    answers: theCase('The case as it stands'),
    refusals: ['not-found'],
  }),
  showAgency: route({
    method: 'GET',
    path: '/agency',
    server: 'request',
    callers,
    summary: 'See your own agency',
    description:
      'The agency of the officer who calls, and its terms: what it may ask for, within the policy.',
    answers: [{ status: 200, says: 'The agency', type: 'application/json', schema: agencyView }],
    refusals: [],
  }),
  showAsked: route({
    method: 'GET',
    path: '/requests/{id}/asked',
    server: 'request',
    callers,
    summary: 'See what a case asks for',
    description:
      'How much one of the agency’s own cases asks for, and by what kind of order, for an officer who did not send it. Subjects are their places in the request: whom they name is sealed for the provider’s desk, and is not handed out again.',
    answers: [{ status: 200, says: 'What the case asks for', type: 'application/json', schema: askedView }],
    refusals: ['not-found'],
  }),
  withdrawRequest: route({
    method: 'POST',
    path: '/requests/{id}/withdrawal',
    endsAccess: true,
    server: 'request',
    callers,
    body: nothing,
    summary: 'Take a request back',
    description: 'Ends the case, decided or not, and ends access to its data.',
    answers: theCase('The case, Cancelled'),
    refusals: ['not-found', 'case-closed'],
  }),
  validateRequest: route({
    method: 'POST',
    path: '/requests/{id}/validation',
    server: 'request',
    callers,
    body: validationSchema,
    summary: 'Validate an emergency',
    description:
      'Fulfils what an emergency owes on the agency’s side: the order as a judge or prosecutor validated it, by its digest. Owed where the order was issued by none of `policy.emergency.validators`. Before the case is opened, or until `debts.dueAt`. Where no validation is granted, the request is withdrawn.',
    answers: theCase('The case, which no longer owes this'),
    refusals: [
      'policy-not-adopted',
      'not-found',
      'case-closed',
      'nothing-owed',
      'debt-overdue',
      'order-in-future',
      ...standing,
    ],
  }),
  giveInformation: route({
    method: 'POST',
    path: '/requests/{id}/information',
    server: 'request',
    callers,
    body: answerSchema,
    summary: 'Answer the desk',
    description:
      'Gives the information that the desk asked for (`information` of the case), in words and, where the order was completed or corrected, with its digest. Reviewers alone read it.',
    answers: theCase('The case, with `information.answeredAt`'),
    refusals: ['not-found', 'case-closed', 'nothing-asked', 'limit-exceeded'],
  }),
  handInOrder: route({
    method: 'POST',
    path: '/requests/{id}/order',
    server: 'request',
    callers,
    document: { types: documentTypes, schema: documentSchema },
    summary: 'Hand in the order itself',
    description:
      'The document whose SHA-256 the request names, where the provider’s policy takes it: while `links.order` is there. It is sealed for the reviewers and forgotten with the case. The same document again is the same.',
    answers: theCase('The case'),
    refusals: [
      'not-found',
      'case-closed',
      'order-not-taken',
      'order-too-large',
      'order-type',
      'order-digest-differs',
    ],
  }),
  writeToDesk: route({
    method: 'POST',
    path: '/requests/{id}/messages',
    server: 'request',
    callers,
    body: agencyLetterSchema,
    summary: 'Write to the desk',
    description:
      'A letter outside a question, at any time before the case is forgotten. Reviewers alone read `text`; `copy` is the same, encrypted to the agency’s own key, and comes back with `letters` of the case. It decides nothing. 8 a case.',
    answers: theCase('The case, with its `letters`'),
    refusals: ['not-found', 'limit-exceeded'],
  }),
  delayNotice: route({
    method: 'POST',
    path: '/requests/{id}/notice',
    server: 'request',
    callers,
    body: delaySchema,
    summary: 'Delay the notice to the person',
    description:
      'Renews the delay that the request asked for, before it has ended, with a reason from the list.',
    answers: theCase('The case with its new `delayUntil`'),
    refusals: [
      'policy-not-adopted',
      'not-found',
      'notice-given',
      'delay-none',
      'delay-ended',
      'notice-order-missing',
      'delay-too-long',
      'limit-exceeded',
    ],
  }),
  tellPerson: route({
    method: 'POST',
    path: '/requests/{id}/told',
    server: 'request',
    callers,
    body: tellingSchema,
    summary: 'Say that the person was told',
    description:
      'Where the authority tells the person (`noticeBy` of the case is `authority`), it says here once that it did, and when. The log then says so too.',
    answers: theCase('The case with its `toldAt`'),
    refusals: ['not-found', 'notice-by-other', 'case-not-approved', 'notice-given', 'order-in-future'],
  }),
  preserveData: route({
    method: 'POST',
    path: '/preservations',
    server: 'request',
    callers,
    body: preservationSchema,
    summary: 'Have data preserved',
    description:
      'Keeps what exists from being forgotten, and discloses nothing, not even whether there is any. The same again under the same reference answers the preservation that stands.',
    answers: [
      {
        status: 201,
        says: 'The preservation, new or as it stands',
        type: 'application/json',
        schema: preservationView,
      },
    ],
    refusals: [
      'category-unsupported',
      'reference-conflict',
      'policy-not-adopted',
      ...agencyTerms,
      'order-in-future',
      'instrument-not-accepted',
      'authoriser-insufficient',
      'limit-exceeded',
      'period-in-future',
      'subject-unknown',
      'rate-exceeded',
    ],
  }),
  listPreservations: route({
    method: 'GET',
    path: '/preservations',
    server: 'request',
    callers,
    query: { status: preservationStatuses, page: pageParameter },
    summary: 'List the agency’s preservations',
    description: `Preservations of the caller’s agency, the newest first; of one status, where one is named. ${pagesText} ${behindText}`,
    answers: [{ status: 200, says: 'The preservations', type: 'application/json', schema: preservationList }],
    refusals: ['page-unknown'],
  }),
  followPreservation: route({
    method: 'GET',
    path: '/preservations/{id}',
    server: 'request',
    callers,
    summary: 'Follow a preservation',
    description: 'One of the agency’s own preservations.',
    answers: thePreservation('The preservation as it stands'),
    refusals: ['not-found'],
  }),
  extendPreservation: route({
    method: 'POST',
    path: '/preservations/{id}/extension',
    server: 'request',
    callers,
    body: nothing,
    summary: 'Extend a preservation',
    description: 'Has it last longer, once.',
    answers: thePreservation('The preservation with its new end'),
    refusals: ['policy-not-adopted', 'not-found', 'preservation-over'],
  }),
  // Of an agency that enforces.
  ...authorityRoutes,
};

export const collectRoutes = {
  showRecipient: route({
    method: 'GET',
    path: '/recipient',
    server: 'collect',
    callers,
    summary: 'See which key answers are encrypted to',
    description:
      'What the caller collects is encrypted to this key: their own, or the agency’s where they have none. Compare it with the key that you hold before you collect.',
    answers: [
      {
        status: 200,
        says: 'The key, and the one that takes over later',
        type: 'application/json',
        schema: recipientView,
      },
    ],
    refusals: [],
  }),
  collect: route({
    method: 'POST',
    path: '/requests/{id}/collection',
    server: 'collect',
    callers,
    body: collectionSchema,
    summary: 'Collect the data',
    description:
      'Opens what was approved, once the log shows that it will be. A disclosure that is larger than one answer names its next `page`; going on there counts as the same collection. A call that names its `recipient` is refused, before anything is announced or counted, where the answer would go to another key.',
    answers: [
      {
        status: 200,
        says: 'A compact JWE (ECDH-ES, A256GCM) to the officer’s own encryption key, or to the agency’s where they have none, around a compact JWS (ES256) of the provider’s, around the disclosure as JSON (docs/log.md)',
        type: 'application/jose',
      },
      {
        status: 202,
        says: 'The case: the log, or a witness of it, has not caught up yet. Ask again after `Retry-After` seconds',
        type: 'application/json',
        schema: caseView,
        headers: ['Retry-After'],
      },
    ],
    refusals: [
      'not-found',
      'case-not-approved',
      'case-closed',
      'notification-pending',
      'collections-used-up',
      'page-gone',
      'recipient-differs',
      'data-forgotten',
      'grant-missing',
      'log-unwitnessed',
    ],
  }),
};
