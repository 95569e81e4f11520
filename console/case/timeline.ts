import type { Review } from '#client/reviewer.ts';
import { claimHours } from '#core/cases/claiming.ts';
import type { Scope } from '#core/cases/scope.ts';

/** Everything that happened to a case, as far as the desk is told, the oldest first. Nothing is left out of it. */
export type Event =
  | { at: string; what: 'received' }
  | { at: string; what: 'document'; bytes: number }
  | { at: string; what: 'notified'; authority: string; until: string }
  | {
      at: string;
      what: 'authority-answered';
      authority: string;
      answer: 'consent' | 'object';
      ground: string | undefined;
    }
  | { at: string; what: 'claimed'; by: string; until: string }
  | {
      at: string;
      what: 'question';
      by: string;
      of: NonNullable<Review['questions']>[number]['of'];
      text: string;
    }
  | { at: string; what: 'answer'; text: string; digest: string | undefined }
  | { at: string; what: 'note'; by: string; text: string }
  | { at: string; what: 'letter'; by: string | undefined; from: 'desk' | 'agency'; text: string }
  | ({ at: string; what: 'approved'; scope: Scope | undefined } & Decided)
  | ({
      at: string;
      what: 'superseded';
      scope: Scope | undefined;
      because: Because;
      supersededBy: string | undefined;
    } & Decided)
  | ({ at: string; what: 'rejected'; ground: string | undefined } & Decided)
  | ({ at: string; what: 'suspended'; ground: string | undefined } & Decided)
  | { at: string; what: 'told' };

interface Decided {
  by: string;
  reason: string | undefined;
}
type Because = NonNullable<Review['superseded']>[number]['because'];

export function timelineOf(review: Review): Event[] {
  const all: Event[] = [
    { at: review.receivedAt, what: 'received' },
    ...document(review),
    ...notification(review),
    ...claim(review),
    ...(review.questions ?? []).flatMap(({ reviewer, at, of, text, answer }): Event[] => [
      { at, what: 'question', by: reviewer, of, text },
      ...(answer === undefined
        ? []
        : [{ at: answer.at, what: 'answer', text: answer.text, digest: answer.digest } as const]),
    ]),
    ...(review.notes ?? []).map(
      ({ reviewer, at, text }): Event => ({ at, what: 'note', by: reviewer, text }),
    ),
    ...(review.correspondence ?? []).map(
      ({ from, reviewer, at, text }): Event => ({ at, what: 'letter', by: reviewer, from, text }),
    ),
    ...decisions(review),
    ...(review.toldAt === undefined ? [] : [{ at: review.toldAt, what: 'told' } as const]),
  ];
  return all.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

function decisions({ decisions: made, superseded = [], suspension }: Review): Event[] {
  return [
    ...made.map(
      ({ decision, at, reviewer, scope, ground, reason }): Event =>
        decision === 'approve'
          ? { at, what: 'approved', by: reviewer, scope, reason }
          : { at, what: 'rejected', by: reviewer, ground, reason },
    ),
    ...superseded.map(
      ({ at, reviewer, scope, reason, because, supersededBy }): Event => ({
        at,
        what: 'superseded',
        by: reviewer,
        scope,
        reason,
        because,
        supersededBy,
      }),
    ),
    ...(suspension === undefined
      ? []
      : [
          {
            at: suspension.at,
            what: 'suspended',
            by: suspension.reviewer,
            ground: suspension.ground,
            reason: suspension.reason,
          } as const,
        ]),
  ];
}

function document({ document: its }: Review): Event[] {
  return its?.received === undefined
    ? []
    : [{ at: its.received.at, what: 'document', bytes: its.received.bytes }];
}

function notification({ notification: its, receivedAt }: Review): Event[] {
  if (its === undefined) return [];
  const { authority, until, answer, answeredAt, ground } = its;
  return [
    { at: receivedAt, what: 'notified', authority, until },
    ...(answer === undefined || answeredAt === undefined
      ? []
      : [{ at: answeredAt, what: 'authority-answered', authority, answer, ground } as const]),
  ];
}

/** A claim says until when it stands, and not since when: that follows from how long one lasts. */
function claim({ claimedBy, claimedUntil, priority }: Review): Event[] {
  if (claimedBy === undefined || claimedUntil === undefined) return [];
  const since = new Date(Date.parse(claimedUntil) - claimHours[priority] * 3_600_000).toISOString();
  return [{ at: since, what: 'claimed', by: claimedBy, until: claimedUntil }];
}

/** What is still to come, by its instant. */
export type Term =
  | 'due'
  | 'ends'
  | 'owed'
  | 'objection'
  | 'information'
  | 'expires'
  | 'delay'
  | 'held'
  | 'claim';

export function termsOf(review: Review): { at: string; term: Term }[] {
  const { due, debts, notification: its, information, status } = review;
  const isWaiting = status === 'AwaitingApproval';
  const all: [Term, string | undefined][] = [
    ['due', isWaiting ? review.dueAt : undefined],
    ['ends', isWaiting ? due?.endsAt : undefined],
    ['owed', debts !== undefined && debts.owed.length > 0 ? debts.dueAt : undefined],
    ['objection', its !== undefined && its.answer === undefined ? its.until : undefined],
    ['information', information?.answeredAt === undefined ? information?.answerBy : undefined],
    ['expires', review.expiresAt],
    ['delay', review.delayUntil],
    ['held', review.heldUntil],
    ['claim', review.claimedUntil],
  ];
  return all
    .flatMap(([term, at]) => (at === undefined ? [] : [{ term, at }]))
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
}
