import { commitment } from '#core/log/commitment.ts';
import type { EntryBody } from '#core/log/entry.ts';
import { closed, scopeCommitment } from './acts.ts';
import type { Aside, Case, NotifiedAnswer } from './case.ts';
import { CaseError } from './errors.ts';
import { type AuthorityAnswer, mayStillAnswer } from './notification.ts';
import { type Scope, within } from './scope.ts';
import { supersede } from './superseded.ts';
import { checkMay, type Outcome, step } from './transitions.ts';

/**
 * The enforcing authority that was notified of a case answers, once: it consents, or it objects by a ground of Regulation
 * (EU) 2023/1543 Art. 12(1), to all of it or to a part. What it says in free text goes to the agency alone, encrypted.
 */
export interface Answering {
  /** The officer of the authority, and their key. */
  officer: string;
  keyId: string;
  /** The same key, as the log calls it. */
  key: string;
  at: string;
  /** What is said to the agency: a JWE to its key. */
  explanation?: string;
}

/**
 * @throws CaseError case-closed, decision-digest-mismatch, scope-too-wide; notification-over: it was answered, or its time
 *   has passed
 */
export function answerNotification(current: Case, answer: AuthorityAnswer, act: Answering): Outcome {
  const { notified } = current;
  const name = answer.decision;
  checkMay(current, name);
  if (notified === undefined || !mayStillAnswer(notified, act.at)) throw new CaseError('notification-over');
  if (answer.requestDigest !== current.requestDigest) throw new CaseError('decision-digest-mismatch');
  const given: NotifiedAnswer = {
    decision: name,
    ...(answer.decision === 'object' ? { ground: answer.ground } : {}),
    ...(answer.decision === 'object' && answer.scope !== undefined ? { scope: answer.scope } : {}),
    officer: act.officer,
    keyId: act.keyId,
    at: act.at,
    entry: current.entries.n + 1,
  };
  const answered: Case = {
    ...current,
    notified: { ...notified, answer: given },
    ...(act.explanation === undefined ? {} : { explanation: act.explanation }),
  };
  const signed = {
    authority: notified.authority,
    officer: commitment(current.salt, 'officer', act.officer),
    key: act.key,
    request: commitment(current.salt, 'request', current.requestDigest),
  };
  if (answer.decision === 'consent')
    return step(current, name, answered, { kind: 'authority.consented', data: signed });

  const { ground, scope } = answer;
  const entry = (next: Case): EntryBody => ({
    kind: 'authority.objected',
    data: {
      ...signed,
      because: ground,
      status: next.status,
      ...(scope === undefined ? {} : { scope: scopeCommitment(current, scope) }),
    },
  });
  const narrowed = scope === undefined ? undefined : narrow(current, answered, scope);
  if (narrowed !== undefined) return step(current, name, narrowed.it, entry(narrowed.it), narrowed.asides);
  // What is minted may have been collected: access ends. What is not was never open.
  const wasOpen = current.grants !== undefined || scope !== undefined;
  const next = {
    ...closed(answered, wasOpen ? 'Suspended' : 'Rejected'),
    reason: ground,
  };
  return step(current, name, next, entry(next));
}

/**
 * The case as far as it may still be disclosed: approvals of more count no more. What is minted of more cannot be narrowed,
 * since its grants stand: access ends, and the rest is asked for anew. An emergency that is approved is as good as minted.
 *
 * @returns undefined if access ends
 * @throws CaseError scope-too-wide
 */
function narrow(
  current: Case,
  answered: Case,
  scope: Scope,
): { it: Case; asides: readonly Aside[] } | undefined {
  if (!within(scope, current.asked)) throw new CaseError('scope-too-wide');
  if (current.scope !== undefined && within(current.scope, scope)) return { it: answered, asides: [] };
  const isMinted = current.grants !== undefined || current.debts !== undefined;
  if (current.status !== 'AwaitingApproval' && isMinted) return undefined;
  const isWider = ({ scope: approved }: Case['decisions'][number]) =>
    approved === undefined || !within(approved, scope);
  const gone = current.decisions.filter(isWider);
  const { it, asides } = supersede(answered, gone, () => 'authority-objected');
  const { scope: _, approvedAt: __, expiresAt: ___, ...rest } = it;
  const decisions = current.decisions.filter((decision) => !isWider(decision));
  return { it: { ...rest, status: 'AwaitingApproval', decisions }, asides };
}
