import { z } from 'zod';
import type { Category } from '#core/categories/categories.ts';
import { text } from '#core/text.ts';
import { calendarOf } from './calendar.ts';
import { count } from './deadline.ts';
import { CaseError, type CaseErrorCode } from './errors.ts';
import { linesFor, type Policy, type Standing } from './policy.ts';
import { scopeSchema } from './scope.ts';

/**
 * An enforcing authority is notified of a request before its data leave: Regulation (EU) 2023/1543 Art. 8. It has some time
 * to object (Art. 10(2), 10(4), 12). Until that is over, or the authority consents, nothing is minted; in an emergency the
 * case is opened meanwhile. The authority is a party of the registry with keys of its own (docs/authority.md).
 */

/** Why an enforcing authority objects: Regulation (EU) 2023/1543 Art. 12(1). */
export const authorityGrounds = [
  'immunity-or-privilege',
  'press-freedom',
  'fundamental-rights',
  'ne-bis-in-idem',
  'not-an-offence',
] as const;
export type AuthorityGround = (typeof authorityGrounds)[number];

/** What a request says of it: who was notified, or that nobody must be. The name is as the registry has it. */
export const notifiedAuthority = z.strictObject({
  authority: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/),
});
/** The offence was committed in the issuing State, and the person resides there: cf. Art. 8(2). */
export const notifiedNobody = z.strictObject({ exempt: z.literal('resident') });
export const notificationSchema = z.union([notifiedAuthority, notifiedNobody]);
export type Notification = z.infer<typeof notificationSchema>;

/** What an authority answers. An authority that objects in part signs what may still be disclosed. */
export const authorityAnswerSchema = z.discriminatedUnion('decision', [
  z.strictObject({
    decision: z.literal('consent'),
    requestDigest: z.string().max(100),
    /** Conditions on the use of the data, for the agency: Art. 10(4), 12. */
    text: text(1000).optional(),
  }),
  z.strictObject({
    decision: z.literal('object'),
    requestDigest: z.string().max(100),
    ground: z.enum(authorityGrounds),
    /** What may still be disclosed. Without it: nothing. */
    scope: scopeSchema.optional(),
    text: text(1000),
  }),
]);
export type AuthorityAnswer = z.infer<typeof authorityAnswerSchema>;

/**
 * Whether a line of the policy that takes the order has an authority notified. Where several lines take it, one is enough:
 * a general line beside it does not undo what a special one asks for.
 */
export function mustNotify(standing: Standing, asked: readonly Category[], policy: Policy): boolean {
  return asked.some((category) =>
    linesFor(standing, category, policy).some(({ notified }) => notified === true),
  );
}

/**
 * Holds what a request says of the notification against the policy.
 *
 * @throws CaseError notification-missing: it must be notified, and is not, or is said to be exempt and nobody can be;
 *   notification-not-due: no line has it notified
 */
export function checkNotification(
  { notification, categories }: { notification?: Notification | undefined; categories: readonly Category[] },
  standing: Standing,
  policy: Policy,
): void {
  const refuse = (code: CaseErrorCode): never => {
    throw new CaseError(code);
  };
  if (!mustNotify(standing, categories, policy)) {
    // That none is due may be said of any request.
    if (notification !== undefined && 'authority' in notification) refuse('notification-not-due');
    return;
  }
  const isExempt = notification !== undefined && 'exempt' in notification;
  if (notification === undefined || (isExempt && policy.notification?.exempt !== notification.exempt))
    refuse('notification-missing');
}

/** What a case keeps of a notified authority. */
interface Notified {
  authority: string;
  until: string;
  waits: boolean;
}
type Answered = Notified & { answer?: object | undefined };

/** The notification that begins with the receipt of a request; undefined where nobody is notified. */
export function beginNotification(
  request: { notification?: Notification | undefined; priority: 'Routine' | 'Emergency' },
  policy: Policy,
  at: string,
): Notified | undefined {
  const { notification, priority } = request;
  const rules = policy.notification?.[priority];
  if (notification === undefined || 'exempt' in notification || rules === undefined) return undefined;
  return {
    authority: notification.authority,
    until: count(at, rules.within, calendarOf(policy)).dueAt,
    waits: rules.waits,
  };
}

/** Whether a notified authority may still object, as of an instant. Its answer is its last word. */
export function mayStillAnswer(notified: Answered | undefined, at: string): boolean {
  return (
    notified !== undefined && notified.answer === undefined && Date.parse(at) < Date.parse(notified.until)
  );
}

/** Whether disclosure waits for a notified authority, as of an instant. */
export function isHeld({ notified }: { notified?: Answered | undefined }, at: string): boolean {
  // What is no instant is over never: nothing is minted by mistake.
  return (
    notified?.waits === true &&
    notified.answer === undefined &&
    !(Date.parse(at) >= Date.parse(notified.until))
  );
}

/** @throws CaseError notification-pending */
export function checkNotHeld(current: { notified?: Answered | undefined }, at: string): void {
  if (isHeld(current, at)) throw new CaseError('notification-pending');
}

/**
 * Whether what was minted rests on the authority's word, as of an instant, and not on its silence: a key of the authority's
 * that is revoked then closes the case, as a reviewer's does.
 */
export function restsOnAuthority(
  { notified, grants }: { notified?: Answered | undefined; grants?: readonly unknown[] | undefined },
  at?: string,
): boolean {
  if (notified?.waits !== true || notified.answer === undefined || grants === undefined) return false;
  return at === undefined || !(Date.parse(at) >= Date.parse(notified.until));
}
