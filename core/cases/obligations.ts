import { canonicalJson } from '#core/canonical.ts';
import { commitment } from '#core/log/commitment.ts';
import { closed, hoursLater } from './acts.ts';
import { type Case, type Obligation, openStatuses } from './case.ts';
import { CaseError } from './errors.ts';
import { checkDated } from './instrument.ts';
import { type Basis, checkStanding, type Policy } from './policy.ts';
import type { Validation } from './request.ts';
import { checkMay, may, type Outcome, step } from './transitions.ts';

/**
 * What an emergency owes once it was opened: the other reviewers' signatures, and, where the order lacked it, its
 * validation by a judge or prosecutor (Regulation (EU) 2023/1543 Art. 4(5)). Fulfilled in time, the case is as any other.
 * Missed, access ends, and the agency's emergencies are suspended until an operator and a reviewer have them accepted again.
 */
export function beginObligations(current: Case, at: string, policy: Policy): Case {
  const owed: Obligation[] = [
    ...(hasAllSignatures(current) ? [] : ['second-signature' as const]),
    ...(lacksValidation(current, policy) ? ['authorisation' as const] : []),
  ];
  return owing(current, { dueAt: hoursLater(at, policy.emergency.debtHours), owed, missed: [] });
}

/**
 * Whether the order was issued by an authority that cannot validate it, and nobody has validated it since. A judge's own
 * order lacks nothing; and a law that knows no validation, as 18 U.S.C. 2702(c)(4), names no validators.
 */
function lacksValidation(current: Case, { emergency }: Policy): boolean {
  return current.validation === undefined && needsValidation(current.basis, emergency);
}

/** Whether an emergency's order needs a validation beside its own authority. */
export function needsValidation(
  { authoriserRole }: Pick<Basis, 'authoriserRole'>,
  { validators }: Pick<Policy['emergency'], 'validators'>,
): boolean {
  return validators.length > 0 && !validators.includes(authoriserRole);
}

/** Whether as many reviewers signed as a case needs that is no emergency. */
export function hasAllSignatures(current: Case): boolean {
  return current.decisions.length >= current.approvalsNeeded;
}

/** The case without one of its obligations. Its next entry says so. */
export function fulfilled(current: Case, obligation: Obligation): Case {
  if (current.debts === undefined) return current;
  return owing(current, {
    ...current.debts,
    owed: current.debts.owed.filter((other) => other !== obligation),
  });
}

/** Where nothing is owed any more, the case's next entry is the one that says so. */
function owing(current: Case, debts: NonNullable<Case['debts']>): Case {
  const settled = debts.owed.length === 0 ? { settled: current.entries.n + 1 } : {};
  return { ...current, debts: { ...debts, ...settled } };
}

/** @throws CaseError debt-overdue */
export function checkStillOwed({ debts }: Case, at: string): void {
  if (debts !== undefined && Date.parse(at) >= Date.parse(debts.dueAt)) throw new CaseError('debt-overdue');
}

/** Whether something that was owed is not there, as of an instant. */
export function isOverdue({ debts }: Case, at: string): boolean {
  return debts !== undefined && debts.owed.length > 0 && Date.parse(at) >= Date.parse(debts.dueAt);
}

/**
 * Whether the agency's authorisation is still to come, and in time. Before the case is opened the policy of now says
 * whether it will be owed.
 *
 * @throws CaseError case-closed, nothing-owed, debt-overdue
 */
export function checkOwesValidation(current: Case, at: string, policy: Policy): void {
  checkMay(current, 'validate');
  const isOwed =
    current.status === 'AwaitingApproval'
      ? current.priority === 'Emergency' && lacksValidation(current, policy)
      : owedNow(current).includes('authorisation');
  if (!isOwed) throw new CaseError('nothing-owed');
  checkStillOwed(current, at);
}

/**
 * The agency's authorisation, validated. It may come before the case is opened, and after it was closed.
 *
 * @throws CaseError case-closed, nothing-owed, debt-overdue, order-in-future, authoriser-insufficient and the others of `checkStanding`
 */
export function validate(
  current: Case,
  validation: Validation,
  act: { officer: string; key: string; at: string; policy: Policy },
): Outcome {
  checkOwesValidation(current, act.at, act.policy);
  const { authoriserRole, role, validatedAt } = validation;
  checkDated(validatedAt, act.at);
  if (!act.policy.emergency.validators.includes(authoriserRole))
    throw new CaseError('authoriser-insufficient');
  const { categories } = current.scope ?? current.asked;
  const { role: _, ...basis } = current.basis;
  const validated = { ...basis, authoriserRole, ...(role === undefined ? {} : { role }) };
  checkStanding({ ...validated, priority: current.priority }, categories, act.policy);
  const stated = canonicalJson(validation);
  const next = fulfilled({ ...current, validation: stated }, 'authorisation');
  return step(current, 'validate', next, {
    kind: 'authorisation.validated',
    data: {
      officer: commitment(current.salt, 'officer', act.officer),
      key: act.key,
      authoriserRole,
      validation: commitment(current.salt, 'validation', stated),
      owed: next.debts?.owed.length ?? 0,
    },
  });
}

/**
 * What was owed is not there in time: access ends. An agency that was given something and ended the case itself still
 * owes the authorisation for it. Undefined while nothing is overdue.
 */
export function missObligations(current: Case, at: string): Outcome | undefined {
  const { debts } = current;
  if (
    debts === undefined ||
    debts.missed.length > 0 ||
    !may(current, 'miss-obligations') ||
    !isOverdue(current, at)
  )
    return undefined;
  const missed = owedNow(current);
  const [first] = missed;
  if (first === undefined) return undefined;
  const isOpen = openStatuses.includes(current.status);
  const status = isOpen ? 'Suspended' : current.status;
  const next: Case = {
    ...closed(current, status),
    ...(isOpen ? { reason: 'emergency-overdue' } : {}),
    debts: { ...debts, missed },
  };
  const debt = missed.length > 1 ? 'both' : first;
  return step(current, 'miss-obligations', next, { kind: 'emergency.overdue', data: { debt, status } });
}

/** What is owed: of a case that is closed, the agency's authorisation, if it was given anything. */
export function owedNow({ status, debts, disclosed }: Case): Obligation[] {
  const owed = debts?.owed ?? [];
  if (openStatuses.includes(status)) return owed;
  return disclosed === undefined ? [] : owed.filter((obligation) => obligation === 'authorisation');
}
