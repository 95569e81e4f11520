import { isHeld } from '#client/held.ts';
import { isWaitedFor } from '#client/offered.ts';
import type { CaseView } from '#core/cases/case.ts';
import type { Policy } from '#core/cases/policy.ts';
import type { OneWords } from './words.ts';

/** Where a request stands, in a sentence, and why it ended. */
export function standingText(
  view: Pick<CaseView, 'status' | 'reason' | 'links' | 'notification'>,
  words: OneWords,
  now: number,
): string {
  const { status, reason } = view;
  if (isWaitedFor(view)) return words.askedBack;
  if (status === 'AwaitingDisclosure' && isHeld(view, now)) return words.held;
  const isEnded = status === 'Rejected' || status === 'Suspended';
  if (isEnded && view.notification?.answer === 'object') return words.ended.objected;
  if (reason === 'key-revoked')
    return status === 'Suspended' ? words.ended['reviewers-key'] : words.ended['key-revoked'];
  if (reason === 'emergency-overdue' || reason === 'undecided') return words.ended[reason];
  return words.status[status];
}

/** What is still to come of a request, by its instant. */
export type Term = 'due' | 'ends' | 'answer' | 'owed' | 'objection' | 'expires' | 'delay';

/** @param now what is over by then is left out, but for what is owed */
export function termsOf(view: CaseView, now: number): { at: string; term: Term }[] {
  const { status, due, debts, information, notification } = view;
  const isWaiting = status === 'AwaitingApproval';
  const isOpen = status === 'AwaitingDisclosure' || status === 'Disclosed';
  const all: [Term, string | undefined][] = [
    ['due', isWaiting ? view.dueAt : undefined],
    ['ends', isWaiting ? due?.endsAt : undefined],
    ['answer', isWaitedFor(view) ? information?.answerBy : undefined],
    ['owed', debts !== undefined && debts.owed.length > 0 ? debts.dueAt : undefined],
    [
      'objection',
      notification !== undefined && notification.answer === undefined ? notification.until : undefined,
    ],
    ['expires', isOpen ? view.expiresAt : undefined],
    ['delay', view.delayUntil],
  ];
  return all
    .flatMap(([term, at]) => (at === undefined ? [] : [{ term, at }]))
    .filter(({ term, at }) => term === 'owed' || term === 'due' || Date.parse(at) > now)
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/**
 * How often a request may still be collected, by the policy that is in force now: a case keeps that of its own time, which it
 * does not say.
 *
 * @returns undefined where the policy cannot be read here
 */
export function collectionsLeft(
  { collections }: Pick<CaseView, 'collections'>,
  policy: Policy | undefined,
): number | undefined {
  return policy && Math.max(0, policy.limits.collections - collections);
}
