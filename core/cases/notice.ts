import { commitment } from '#core/log/commitment.ts';
import { approvedScope, checkDelay, hoursLater } from './acts.ts';
import type { Case } from './case.ts';
import { delayedEmbargo } from './embargo.ts';
import { CaseError } from './errors.ts';
import type { Policy } from './policy.ts';
import type { Delay } from './request.ts';
import { type Outcome, step } from './transitions.ts';

/**
 * A person about whom something was disclosed is notified: once the delay that the agency asked for has lapsed, or at
 * once where it asked for none. The notice goes out by itself. Each delay has an end and a reason from the list, and is
 * renewed before it ends or not at all.
 */

/** Since when a notice is due; undefined where there is nothing to notify of, or not yet. */
export function noticeDueSince(current: Case, at: string): string | undefined {
  const { notice, disclosed } = current;
  if (disclosed === undefined || disclosed.answers <= notice.told) return undefined;
  const unnotified = Date.parse(notice.told === 0 ? disclosed.firstAt : disclosed.lastAt);
  const since = Math.max(unnotified, Date.parse(notice.delayUntil ?? disclosed.firstAt));
  return Date.parse(at) >= since ? new Date(since).toISOString() : undefined;
}

/** Subjects about whom something was disclosed: each is notified of their own. */
export function subjectsToNotify({ disclosed }: Case): { subject: number; records: number }[] {
  return Object.entries(disclosed?.records ?? {})
    .map(([subject, records]) => ({ subject: Number(subject), records }))
    .filter(({ records }) => records > 0)
    .sort((a, b) => a.subject - b.subject);
}

/**
 * A case's notices, for the provider's own messenger or mail: one for each subject about whom something was disclosed,
 * saying what, to whom, on what basis, and how to check it. Whom it is for is not in it (I1): the messenger asks the
 * function `notice`, which answers and leaves an entry.
 */
export function noticesOf(
  current: Case,
  { agencyName, logOrigin }: { agencyName: string; logOrigin: string },
) {
  const { categories, period } = approvedScope(current);
  const { disclosed, basis } = current;
  return subjectsToNotify(current).map(({ subject, records }) => ({
    // The same notice, sent twice, has the same id.
    id: `${current.id}/${subject}/${disclosed?.answers}`,
    case: current.id,
    subject,
    disclosed: { categories, period, records, from: disclosed?.firstAt, to: disclosed?.lastAt },
    to: { id: current.agency, name: agencyName },
    basis: {
      instrument: basis.instrument,
      jurisdiction: basis.jurisdiction,
      authoriserRole: basis.authoriserRole,
      policyHash: current.policyHash,
    },
    check: { log: logOrigin, stream: `case/${current.id}`, with: 'writ log verify, docs/log.md' },
  }));
}

/** The notices went out. Undefined where there is nothing to notify of. */
export function noticesSent(current: Case, at: string): Outcome | undefined {
  if (noticeDueSince(current, at) === undefined) return undefined;
  const { overdueSince: _, ...notice } = current.notice;
  const next: Case = { ...current, notice: { ...notice, told: current.disclosed?.answers ?? 0 } };
  const data = { notices: subjectsToNotify(current).length, collections: current.collections };
  return step(current, 'notify-person', next, { kind: 'notice.sent', data });
}

/** The person should have been notified by now, and was not: once each time. */
export function noteLateNotice(current: Case, at: string, policy: Policy): Outcome | undefined {
  const since = noticeDueSince(current, at);
  if (since === undefined || current.notice.overdueSince !== undefined) return undefined;
  if (Date.parse(at) < Date.parse(hoursLater(since, policy.notice.graceHours))) return undefined;
  const next: Case = { ...current, notice: { ...current.notice, overdueSince: since } };
  return step(current, 'note-late-notice', next, { kind: 'notice.overdue', data: {} });
}

/** The messenger asked whom a notice is for. It is answered once there is a notice, and each time is in the log. */
export function addressNotice(current: Case): Outcome {
  if (current.notice.told === 0) throw new CaseError('case-not-approved');
  return step(current, 'address-notice', current, { kind: 'notice.addressed', data: {} });
}

/**
 * Whether the end of a delay can still be put off.
 *
 * @throws CaseError notice-given where a person knows; delay-none where no delay was asked for, delay-ended where it is
 *   over: the person is notified of what is collected, if they do not know yet; limit-exceeded
 */
export function checkRenewable({ notice }: Case, { at, policy }: { at: string; policy: Policy }): void {
  if (notice.told > 0) throw new CaseError('notice-given');
  if (notice.delayUntil === undefined) throw new CaseError('delay-none');
  if (Date.parse(at) >= Date.parse(notice.delayUntil)) throw new CaseError('delay-ended');
  if (notice.renewals >= policy.notice.renewals) throw new CaseError('limit-exceeded');
}

/**
 * The agency puts the end of the delay off, with the reason why.
 *
 * @throws CaseError as `checkRenewable`; delay-too-long
 */
export function renewDelay(
  current: Case,
  delay: Delay,
  act: { officer: string; at: string; policy: Policy },
): Outcome {
  const { notice } = current;
  checkRenewable(current, act);
  checkDelay(delay, act.policy, act.at);
  const { delayUntil, reason } = delay;
  const embargo = current.embargo && delayedEmbargo(current.embargo, delayUntil);
  const next: Case = {
    ...current,
    notice: { ...notice, delayUntil, reason, renewals: notice.renewals + 1 },
    ...(embargo === undefined ? {} : { embargo }),
  };
  const officer = commitment(current.salt, 'officer', act.officer);
  return step(current, 'renew-delay', next, {
    kind: 'notice.delayed',
    data: {
      officer,
      delayUntil,
      delayReason: reason,
      ...(embargo === undefined ? {} : { revealBy: embargo.revealBy }),
    },
  });
}
