import { undecidable } from '#client/review-rules.ts';
import type { Review } from '#client/reviewer.ts';

/** What a reviewer is to see before anything else. */
export type Warning =
  | 'emergency-without-threat'
  | 'order-in-future'
  | 'order-old'
  | 'threshold-missed'
  | 'threshold-unlisted'
  | 'threshold-declared'
  | 'authority-not-registered'
  | 'authority-named-otherwise'
  | 'document-missing'
  | 'order-not-compared'
  | 'order-differs'
  | 'cut'
  | 'other-scope'
  | 'held'
  | 'objected'
  | 'waits-for-information'
  | 'overdue';

/** `bad`: nobody approves over it without a reason. `warn`: judge it. `info`: know it. */
export const weights: Readonly<Record<Warning, 'bad' | 'warn' | 'info'>> = {
  'order-differs': 'bad',
  'order-in-future': 'bad',
  'threshold-missed': 'bad',
  'emergency-without-threat': 'bad',
  'document-missing': 'bad',
  overdue: 'bad',
  'authority-not-registered': 'warn',
  'authority-named-otherwise': 'warn',
  'threshold-unlisted': 'warn',
  'order-old': 'warn',
  'order-not-compared': 'warn',
  'other-scope': 'warn',
  objected: 'warn',
  held: 'info',
  'threshold-declared': 'info',
  cut: 'info',
  'waits-for-information': 'info',
};

/** Whether the order’s file was held against the digest that was signed, and what came of it. */
export type OrderCompared = 'not-yet' | 'equal' | 'differs';

const dayMs = 86_400_000;
/** An order of half a year ago may well be meant; somebody looks at its date. */
const oldDays = 180;

/** @param now Unix milliseconds */
export function warningsOf(review: Review, order: OrderCompared, now: number): Warning[] {
  const { request, threshold, authority, document, cutAt, superseded = [], notification, due } = review;
  const issued = Date.parse(request.instrument.issuedAt);
  const received = Date.parse(review.receivedAt);
  const isUndecided = review.status === 'AwaitingApproval';
  const has: Readonly<Record<Warning, boolean>> = {
    'order-differs': order === 'differs',
    'order-in-future': issued > received,
    'threshold-missed': threshold === 'missed',
    'emergency-without-threat': request.priority === 'Emergency' && request.threat === undefined,
    'document-missing': document?.required === true && document.received === undefined,
    overdue: isUndecided && Date.parse(review.dueAt) <= now,
    'authority-not-registered': authority === 'not-registered',
    'authority-named-otherwise': authority === 'named-otherwise',
    'threshold-unlisted': threshold === 'unlisted',
    'threshold-declared': threshold === 'declared',
    'order-old': received - issued > oldDays * dayMs,
    'order-not-compared': order === 'not-yet' && undecidable(review, 'approve') === undefined,
    'other-scope': isUndecided && superseded.some(({ because }) => because === 'scope-differs'),
    objected: review.disclosable !== undefined || notification?.answer === 'object',
    held:
      notification?.waits === true &&
      notification.answer === undefined &&
      now < Date.parse(notification.until),
    cut: cutAt !== undefined,
    'waits-for-information': due?.since !== undefined || isAwaited(review),
  };
  return named.filter((warning) => has[warning]);
}

const isAwaited = ({ information }: Pick<Review, 'information'>) =>
  information !== undefined && information.answeredAt === undefined;

const isWarning = (name: string): name is Warning => Object.hasOwn(weights, name);
/** The weighty ones first. */
const named: readonly Warning[] = Object.keys(weights).filter(isWarning);
