import type { AuthorityAnswer } from '#core/cases/notification.ts';
import type { NotificationLine, NotificationView } from '#core/cases/notification-view.ts';
import type { NotificationStatus } from '#core/state/notifications.ts';
import { authorityRoutes as routes } from '#core/wire/authority.ts';
import { perform, type Session } from './exchange.ts';
import { callOf } from './route-call.ts';

/** What an enforcing authority does: see what it was notified of, consent, object. */

/** A page of what the authority was notified of; `next` names the following one, where there may be one. */
export interface NotificationPage {
  notifications: NotificationLine[];
  next?: string | undefined;
}

/** Everything that the authority was notified of, the newest first, as `eachRequest` has an agency's requests. */
export async function* eachNotification(
  session: Session,
  status?: NotificationStatus,
): AsyncGenerator<NotificationLine> {
  let page: string | undefined;
  do {
    const { notifications, next } = await listNotificationPage(session, { status, page });
    yield* notifications;
    page = next;
  } while (page !== undefined);
}

/** One page, as `listRequestPage`. */
export async function listNotificationPage(
  session: Session,
  query: { status?: NotificationStatus | undefined; page?: string | undefined } = {},
): Promise<NotificationPage> {
  return perform(session, callOf(routes.listNotifications, { query }));
}

/** How much a case asks for and by whose order, and until when the authority may object. It names nobody. */
export async function showNotification(session: Session, id: string): Promise<NotificationView> {
  return perform(session, callOf(routes.showNotification, { id }));
}

/** Consents, or objects to all or to a part. It is the authority's one answer. */
export async function answerNotification(
  session: Session,
  id: string,
  answer: AuthorityAnswer,
): Promise<NotificationView> {
  return perform(session, callOf(routes.answerNotification, { id, body: answer }));
}
