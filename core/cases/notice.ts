import { commitment } from '#core/log/commitment.ts';
import { approvedScope, checkDelay, hoursLater, noticeOrderIn } from './acts.ts';
import type { Case } from './case.ts';
import { delayedEmbargo } from './embargo.ts';
import { CaseError } from './errors.ts';
import { checkDated } from './instrument.ts';
import type { Policy } from './policy.ts';
import type { Delay, Telling } from './request.ts';
import { type Outcome, step } from './transitions.ts';

/**
 * A person about whom something was disclosed is notified: once the delay that the agency asked for has lapsed, or at
 * once where it asked for none. The notice goes out by itself. Each delay has an end and a reason from the list, and is
 * renewed before it ends or not at all. Where an order forbids telling, it is the same, and the order is named. Where the
 * authority tells (notice-modes.ts), the provider sends nothing, and the authority says that it did.
 */

/** Since when a notice is due; undefined where there is nothing to notify of, or not yet. */
export function noticeDueSince(current: Case, at: string): string | undefined {
  const { notice, disclosed } = current;
  if (!isProvidersToTell(current) || disclosed === undefined || disclosed.answers <= notice.told)
    return undefined;
  const unnotified = Date.parse(notice.told === 0 ? disclosed.firstAt : disclosed.lastAt);
  const since = Math.max(unnotified, Date.parse(notice.delayUntil ?? disclosed.firstAt));
  return Date.parse(at) >= since ? new Date(since).toISOString() : undefined;
}

/** Whether the provider tells the person: from the start, or once an order that forbids it has ended. */
export const isProvidersToTell = ({ notice }: Pick<Case, 'notice'>): boolean => notice.by !== 'authority';

/** Whether the provider has told, or has nothing to tell. */
export function isAllTold(current: Pick<Case, 'notice' | 'disclosed'>): boolean {
  return !isProvidersToTell(current) || (current.disclosed?.answers ?? 0) <= current.notice.told;
}

/** Subjects about whom something was disclosed: each is notified of their own. */
export function subjectsToNotify({
  disclosed,
}: Pick<Case, 'disclosed'>): { subject: number; records: number }[] {
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

/** The notices went out. Undefined where there is nothing to notify of. @param agencyName as they say it */
export function noticesSent(current: Case, at: string, agencyName?: string): Outcome | undefined {
  if (noticeDueSince(current, at) === undefined) return undefined;
  const { overdueSince: _, ...notice } = current.notice;
  const named = agencyName === undefined ? {} : { agencyName };
  const told = current.disclosed?.answers ?? 0;
  const next: Case = { ...current, notice: { ...notice, told, ...named } };
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

/** Letters that one case can have for each person. */
export const mostLetters = 20;

/** Which letter the messenger is given next. @param anew in place of the one before, which was lost */
export const letterOf = ({ notice: { letter = 0 } }: Pick<Case, 'notice'>, anew: boolean): number =>
  anew || letter === 0 ? letter + 1 : letter;

/**
 * The messenger asked whom a notice is for. It is answered once there is a notice, and each time is in the log.
 *
 * @param given.letter which letter it is given; `files`: commitments to what each person's code opens
 * @throws CaseError case-not-approved where no notice has gone out; limit-exceeded
 */
export function addressNotice(
  current: Case,
  { letter, files }: { letter: number; files: readonly string[] } = { letter: 1, files: [] },
): Outcome {
  if (current.notice.told === 0) throw new CaseError('case-not-approved');
  if (letter > mostLetters) throw new CaseError('limit-exceeded');
  const next: Case = { ...current, notice: { ...current.notice, letter } };
  return step(current, 'address-notice', next, {
    kind: 'notice.addressed',
    data: { files: [...files], letter },
  });
}

/**
 * Whether the authority can say that it told the person.
 *
 * @throws CaseError notice-by-other where the provider tells, case-not-approved before anything was disclosed, notice-given
 */
export function checkTellable({ notice, disclosed }: Case): void {
  if (notice.by !== 'authority') throw new CaseError('notice-by-other');
  if (disclosed === undefined) throw new CaseError('case-not-approved');
  if (notice.toldAt !== undefined) throw new CaseError('notice-given');
}

/**
 * The authority told the person, as it says.
 *
 * @throws CaseError as `checkTellable`; order-in-future: it was told in a time to come
 */
export function tellPerson(
  current: Case,
  { toldAt }: Telling,
  act: { officer: string; key: string; at: string },
): Outcome {
  checkTellable(current);
  checkDated(toldAt, act.at);
  const next: Case = { ...current, notice: { ...current.notice, toldAt } };
  const officer = commitment(current.salt, 'officer', act.officer);
  return step(current, 'tell-person', next, {
    kind: 'notice.told',
    data: { officer, key: act.key, toldAt },
  });
}

/**
 * Whether the end of a delay can still be put off.
 *
 * @throws CaseError notice-given where a person knows, by whomever; delay-none where no delay was asked for, delay-ended where it is
 *   over: the person is notified of what is collected, if they do not know yet; limit-exceeded
 */
export function checkRenewable({ notice }: Case, { at, policy }: { at: string; policy: Policy }): void {
  if (notice.told > 0 || notice.toldAt !== undefined) throw new CaseError('notice-given');
  if (notice.delayUntil === undefined) throw new CaseError('delay-none');
  if (Date.parse(at) >= Date.parse(notice.delayUntil)) throw new CaseError('delay-ended');
  if (notice.renewals >= policy.notice.renewals) throw new CaseError('limit-exceeded');
}

/**
 * The agency puts the end of the delay off, with the reason why.
 *
 * @throws CaseError as `checkRenewable`; delay-too-long; notice-order-missing where an order forbids telling, and the one
 *   that goes on to forbid it is not named
 */
export function renewDelay(
  current: Case,
  delay: Delay,
  act: { officer: string; at: string; policy: Policy },
): Outcome {
  const { notice } = current;
  checkRenewable(current, act);
  const { by = 'provider' } = notice;
  if (by === 'nobody' && delay.digest === undefined) throw new CaseError('notice-order-missing');
  checkDelay(delay, by, act.policy, act.at);
  const { delayUntil, reason, digest: order } = delay;
  const embargo = current.embargo && delayedEmbargo(current.embargo, delayUntil);
  const renewed = { ...notice, delayUntil, reason, renewals: notice.renewals + 1 };
  const next: Case = {
    ...current,
    notice: { ...renewed, ...(order === undefined ? {} : { order }) },
    ...(embargo === undefined ? {} : { embargo }),
  };
  const officer = commitment(current.salt, 'officer', act.officer);
  return step(current, 'renew-delay', next, {
    kind: 'notice.delayed',
    data: {
      officer,
      delayUntil,
      delayReason: reason,
      ...noticeOrderIn(current, delay),
      ...(embargo === undefined ? {} : { revealBy: embargo.revealBy }),
    },
  });
}
