import { authorityAnswerSchema } from '#core/cases/notification.ts';
import { notificationList, notificationView } from '#core/cases/notification-view.ts';
import { notificationStatuses } from '#core/state/notifications.ts';
import { pageParameter, pagesText } from './list-page.ts';
import { route } from './route.ts';

/** What the officers of an enforcing authority call: see what it was notified of, consent, object. */
const callers = ['agency'] as const;

export const authorityRoutes = {
  listNotifications: route({
    method: 'GET',
    path: '/notifications',
    server: 'request',
    callers,
    query: { status: notificationStatuses, page: pageParameter },
    summary: 'List what an authority was notified of',
    description: `Cases that the caller’s authority was notified of, the newest first: those that it has not answered, consented to, or objected to, where one is named. ${pagesText} The list follows a change after a moment.`,
    answers: [{ status: 200, says: 'The notifications', type: 'application/json', schema: notificationList }],
    refusals: ['page-unknown'],
  }),
  showNotification: route({
    method: 'GET',
    path: '/notifications/{id}',
    server: 'request',
    callers,
    summary: 'See what an authority was notified of',
    description:
      'How much a case asks for, by whose order, and until when the authority may object. Subjects are their places in the request: whom they name is sealed for the provider’s desk.',
    answers: [{ status: 200, says: 'The notification', type: 'application/json', schema: notificationView }],
    refusals: ['not-found'],
  }),
  answerNotification: route({
    method: 'POST',
    path: '/notifications/{id}/answers',
    server: 'request',
    callers,
    body: authorityAnswerSchema,
    summary: 'Consent or object',
    description:
      'The authority’s one answer. With its consent, disclosure waits no longer. An objection to all ends the case, or access to its data; one with a `scope` leaves that alone to be disclosed, and approvals of more count no more. `text` is encrypted to the officer who asked.',
    answers: [
      { status: 200, says: 'The notification, answered', type: 'application/json', schema: notificationView },
    ],
    refusals: ['not-found', 'case-closed', 'decision-digest-mismatch', 'notification-over', 'scope-too-wide'],
  }),
};
