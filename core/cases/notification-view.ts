import { z } from 'zod';
import { instant } from '#core/instant.ts';
import { digestText, linksSchema, pageToken } from '#core/text.ts';
import { askedView, type Case, statuses, viewAsked } from './case.ts';
import { authorityGrounds, mayStillAnswer } from './notification.ts';
import { priorities } from './request.ts';
import { scopeSchema } from './scope.ts';

/** A case as the enforcing authority that was notified of it sees it: how much is asked, by whose order. It names nobody. */
export const notificationView = askedView.extend({
  /** Who asks. */
  agency: z.string(),
  priority: z.enum(priorities),
  status: z.enum(statuses),
  receivedAt: instant,
  /** Until when it may object. */
  until: instant,
  /** Whether disclosure waits until then, or for its consent. */
  waits: z.boolean(),
  /** The order's digest, as the agency stated it. */
  order: digestText,
  answer: z.enum(['consent', 'object']).optional(),
  ground: z.enum(authorityGrounds).optional(),
  /** Of an objection in part: what may still be disclosed. */
  scope: scopeSchema.optional(),
  answeredAt: instant.optional(),
  links: linksSchema,
});
export type NotificationView = z.infer<typeof notificationView>;

/** As a list shows it. */
export const notificationLine = notificationView.omit({ requestDigest: true, preservations: true });
export type NotificationLine = z.infer<typeof notificationLine>;

/** A page of the list. `next` names the following one, where there may be one. */
export const notificationList = z.strictObject({
  notifications: z.array(notificationLine),
  next: pageToken.optional(),
});

/**
 * @param order the order's digest
 * @param mayAct whether the status takes an answer
 */
export function viewNotification(
  current: Case,
  notified: NonNullable<Case['notified']>,
  { order, at, mayAct }: { order: string; at: string; mayAct: boolean },
): NotificationView {
  const self = `/v1/notifications/${current.id}`;
  const { until, waits, answer } = notified;
  return {
    ...viewAsked(current),
    agency: current.agency,
    priority: current.priority,
    status: current.status,
    receivedAt: current.receivedAt,
    until,
    waits,
    order,
    ...(answer === undefined ? {} : { answer: answer.decision, answeredAt: answer.at }),
    ...(answer?.ground === undefined ? {} : { ground: answer.ground }),
    ...(answer?.scope === undefined ? {} : { scope: answer.scope }),
    links: { self, ...(mayAct && mayStillAnswer(notified, at) ? { answers: `${self}/answers` } : {}) },
  };
}

export function lineOfNotification({
  requestDigest: _,
  preservations: __,
  ...line
}: NotificationView): NotificationLine {
  return line;
}
