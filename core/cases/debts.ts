import { canonicalJson } from '#core/canonical.ts';
import { commitment } from '#core/log/commitment.ts';
import { closed, hoursLater } from './acts.ts';
import { type Case, type Debt, openStatuses } from './case.ts';
import { CaseError } from './errors.ts';
import { checkStanding, type Policy } from './policy.ts';
import type { Validation } from './request.ts';
import { checkMay, may, type Outcome, step } from './transitions.ts';

/**
 * What an emergency owes once it was opened: the other reviewers' signatures, and the agency's authorisation as a judge
 * or prosecutor validated it (Regulation (EU) 2023/1543 Art. 4(5)). Paid in time, the case is as any other. Missed, its
 * door closes, and the agency's emergencies are suspended until an operator and a reviewer reopen them.
 */
export function beginDebts(it: Case, at: string, policy: Policy): Case {
  const owed: Debt[] = [
    ...(isPaidBy(it) ? [] : ['second-signature' as const]),
    ...(it.validation === undefined ? ['authorisation' as const] : []),
  ];
  return owing(it, { dueAt: hoursLater(at, policy.emergency.debtHours), owed, missed: [] });
}

/** Whether as many reviewers signed as a case needs that is no emergency. */
export function isPaidBy(it: Case): boolean {
  return it.decisions.length >= it.approvalsNeeded;
}

/** The case without one of its debts. Its next entry says so. */
export function paid(it: Case, debt: Debt): Case {
  if (it.debts === undefined) return it;
  return owing(it, { ...it.debts, owed: it.debts.owed.filter((other) => other !== debt) });
}

/** Where nothing is owed any more, the case's next entry is the one that says so. */
function owing(it: Case, debts: NonNullable<Case['debts']>): Case {
  const settled = debts.owed.length === 0 ? { settled: it.entries.n + 1 } : {};
  return { ...it, debts: { ...debts, ...settled } };
}

/** @throws CaseError debt-overdue */
export function checkDebtPayable({ debts }: Case, at: string): void {
  if (debts !== undefined && Date.parse(at) >= Date.parse(debts.dueAt)) throw new CaseError('debt-overdue');
}

/** Whether something that was owed is not there, as of an instant. */
export function isOverdue({ debts }: Case, at: string): boolean {
  return debts !== undefined && debts.owed.length > 0 && Date.parse(at) >= Date.parse(debts.dueAt);
}

/**
 * The agency's authorisation, validated. It may come before the case is opened, and after it was closed.
 *
 * @throws CaseError case-closed, nothing-owed, debt-overdue, authoriser-insufficient and the others of `checkStanding`
 */
export function validate(
  it: Case,
  validation: Validation,
  act: { officer: string; at: string; policy: Policy },
): Outcome {
  checkMay(it, 'validate');
  const isOwed = it.status === 'AwaitingApproval' || owedNow(it).includes('authorisation');
  if (it.priority !== 'Emergency' || it.validation !== undefined || !isOwed)
    throw new CaseError('nothing-owed');
  checkDebtPayable(it, act.at);
  const { authoriserRole } = validation;
  if (!act.policy.emergency.validators.includes(authoriserRole))
    throw new CaseError('authoriser-insufficient');
  const { categories } = it.scope ?? it.asked;
  checkStanding({ ...it.basis, authoriserRole }, categories, act.policy);
  const stated = canonicalJson(validation);
  const next = paid({ ...it, validation: stated }, 'authorisation');
  return step(it, 'validate', next, {
    kind: 'authorisation.validated',
    data: {
      officer: commitment(it.salt, 'officer', act.officer),
      authoriserRole,
      validation: commitment(it.salt, 'validation', stated),
      owed: next.debts?.owed.length ?? 0,
    },
  });
}

/**
 * What was owed is not there in time: an open door closes. Whoever was given something and closed the case themselves
 * still owes the authorisation for it. Undefined while nothing is overdue.
 */
export function missDebts(it: Case, at: string): Outcome | undefined {
  const { debts } = it;
  if (debts === undefined || debts.missed.length > 0 || !may(it, 'miss-debts') || !isOverdue(it, at))
    return undefined;
  const missed = owedNow(it);
  const [first] = missed;
  if (first === undefined) return undefined;
  const isOpen = openStatuses.includes(it.status);
  const status = isOpen ? 'Suspended' : it.status;
  const next: Case = {
    ...closed(it, status),
    ...(isOpen ? { reason: 'emergency-overdue' } : {}),
    debts: { ...debts, missed },
  };
  const debt = missed.length > 1 ? 'both' : first;
  return step(it, 'miss-debts', next, { kind: 'emergency.overdue', data: { debt, status } });
}

/** What is owed: of a case that is closed, the agency's authorisation, if it was given anything. */
export function owedNow({ status, debts, disclosed }: Case): Debt[] {
  const owed = debts?.owed ?? [];
  if (openStatuses.includes(status)) return owed;
  return disclosed === undefined ? [] : owed.filter((debt) => debt === 'authorisation');
}
