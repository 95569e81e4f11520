/**
 * The enforcing authority that was notified of a case, a second time from Regulation (EU) 2023/1543 Art. 8, 10, 12 and
 * docs/cases.md: ten days in which nothing is disclosed without its consent, 96 hours in an emergency, in which it is; one
 * answer; an objection to all or to a part.
 *
 * Planted in core/cases one at a time, found each within 2,500 histories: a case is minted though it is held; the consent of
 * another authority counts; an objection in part is ignored by the next approval; approvals of more go on counting; an open
 * case that is objected to stays open; an answer is taken at the end of its time (`<=` for `<`); a second answer counts.
 */
import assert from 'node:assert/strict';
import type { Case } from '#core/cases/case.ts';
import type { AuthorityAnswer } from '#core/cases/notification.ts';
import { answerNotification } from '#core/cases/objecting.ts';
import { within } from '#core/cases/scope.ts';
import type { Outcome } from '#core/cases/transitions.ts';
import { inLog, receivedAt } from '../core/cases/cases.ts';
import { type ScopeName, type Step, scopes } from './acts.ts';
import { close, hour, isOpen, isWaiting, type Known, plain, tooWide } from './known.ts';
import { type AuthorityKey, type AuthorityStep, authorities, notifiedOne } from './notified-steps.ts';
import { begins, daysFrom } from './time.ts';

/** What the model knows of a notified authority. */
export interface KnownNotified {
  until: number;
  waits: boolean;
  answer?: { key: AuthorityKey; left?: ScopeName };
}

export function begun({ received, priority }: Known): KnownNotified {
  const isEmergency = priority === 'Emergency';
  return { until: isEmergency ? begins(received) + 96 * hour : daysFrom(received, 10), waits: !isEmergency };
}

export const held = ({ authority: notified }: Known, now: number) =>
  notified?.waits === true && notified.answer === undefined && now < notified.until;

/** Whether minting rests on a consent whose key is gone. */
export const consentGone = ({ authority: notified }: Known, now: number, revoked: ReadonlySet<string>) =>
  notified?.waits === true &&
  notified.answer !== undefined &&
  revoked.has(notified.answer.key) &&
  now < notified.until;

/** Every narrower scope of the model lies within what was asked, and none within another. */
const inside = (inner: ScopeName | undefined, outer: ScopeName) =>
  outer === 'asked' || (inner !== undefined && inner === outer);

/** Whether an approval is of more than an authority left. */
export const isObjectedTo = ({ authority: notified }: Known, scope: ScopeName) =>
  notified?.answer?.left !== undefined && !inside(scope, notified.answer.left);

export function authorityRules(
  known: Known,
  step: AuthorityStep,
  { now, revoked }: { now: number; revoked: ReadonlySet<string> },
): { refused: Record<string, boolean>; change(): void } {
  const { authority: notified } = known;
  const left = step.do === 'object' && step.to !== 'all' ? plain(step.to) : undefined;
  return {
    refused: {
      'signature-key-unknown': revoked.has(step.by),
      'not-found': notified === undefined || authorities[step.by] !== notifiedOne,
      'case-closed': !isWaiting(known.status) && !isOpen(known.status),
      'notification-over': notified !== undefined && (notified.answer !== undefined || now >= notified.until),
      'decision-digest-mismatch': step.digest === 'wrong',
      'scope-too-wide': left !== undefined && tooWide.includes(left),
    },
    change: () => {
      if (notified === undefined) return;
      notified.answer = { key: step.by, ...(left === undefined ? {} : { left }) };
      if (step.do === 'consent') known.log.push('authority.consented');
      else if (left === undefined)
        close(known, known.grants === undefined ? 'Rejected' : 'Suspended', 'authority.objected');
      else narrow(known, left);
    },
  };
}

function narrow(known: Known, left: ScopeName): void {
  if (isOpen(known.status) && inside(known.opening?.scope, left)) {
    known.log.push('authority.objected');
    return;
  }
  if (isOpen(known.status) && (known.grants !== undefined || known.debts !== undefined)) {
    close(known, 'Suspended', 'authority.objected');
    return;
  }
  known.log.push('authority.objected');
  const gone = known.votes.filter((vote) => !inside(vote.scope, left));
  known.superseded.push(...gone.map(() => 'authority-objected' as const));
  known.votes = known.votes.filter((vote) => !gone.includes(vote));
  known.status = 'AwaitingApproval';
  delete known.opening;
}

/** The step on the machine, as the gateway takes it. @returns undefined: the case is not there for this authority */
export function answerOn(value: Case, step: AuthorityStep, at: string): Outcome | undefined {
  if (value.notified?.authority !== authorities[step.by]) return undefined;
  const requestDigest = step.digest === 'right' ? value.requestDigest : 'another';
  const answer: AuthorityAnswer =
    step.do === 'consent'
      ? { decision: 'consent', requestDigest }
      : {
          decision: 'object',
          requestDigest,
          ground: 'press-freedom',
          text: 'x',
          ...(step.to === 'all' ? {} : { scope: scopes[step.to] }),
        };
  return answerNotification(value, answer, {
    officer: step.by,
    keyId: step.by,
    key: inLog(step.by),
    at,
  });
}

/** What must hold of it, said of who did what. */
export interface AuthorityWitness {
  until: number;
  waits: boolean;
  answered?: AuthorityKey;
  /** It objected to all. */
  isRefused?: boolean;
  left?: ScopeName;
}

export function witnessNotified(priority: string): AuthorityWitness {
  const received = Date.parse(receivedAt);
  return priority === 'Emergency'
    ? { until: begins(received) + 96 * hour, waits: false }
    : { until: daysFrom(received, 10), waits: true };
}

export function takeAnswer(w: AuthorityWitness, step: Step): void {
  if (step.do !== 'consent' && step.do !== 'object') return;
  w.answered = step.by;
  if (step.do !== 'object') return;
  if (step.to === 'all') w.isRefused = true;
  else w.left = step.to;
}

/** Something was minted, or said to be absent. */
export function checkMinted(
  w: AuthorityWitness,
  { now, revoked }: { now: number; revoked: ReadonlySet<string> },
): void {
  const hasWord =
    w.answered !== undefined && authorities[w.answered] === notifiedOne && !revoked.has(w.answered);
  assert.ok(!w.waits || now >= w.until || hasWord, 'I3: minted while the authority could still object');
}

/** After each step. */
export function checkNotified(w: AuthorityWitness, current: Case): void {
  const open = isOpen(current.status);
  assert.ok(!(open && w.isRefused), 'I3: open though an authority objected to all of it');
  if (open && w.left !== undefined)
    assert.ok(
      current.scope !== undefined && within(current.scope, scopes[w.left]),
      'I3: open of more than an authority left',
    );
}
