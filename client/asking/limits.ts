import { basisOf, checkAsked, checkBreadth } from '#core/cases/acts.ts';
import { CaseError, type CaseErrorCode } from '#core/cases/errors.ts';
import { isPast } from '#core/cases/instrument.ts';
import { longestDelayDays, type NoticeMode } from '#core/cases/notice-modes.ts';
import { checkStanding, type Policy, thresholdOf } from '#core/cases/policy.ts';
import { checkPreservable, type PreservationRequest } from '#core/cases/preservation.ts';
import type { Priority, Request } from '#core/cases/request.ts';
import { checkStored } from '#core/cases/stored.ts';
import { type Category, kindOf } from '#core/categories/categories.ts';
import { RegistryError, type RegistryErrorCode } from '#core/registry/errors.ts';
import { checkTerms } from '#core/registry/terms.ts';
import { epochsOf } from '#core/vault/epoch.ts';
import type { Rules } from './rules.ts';

/**
 * What a request exceeds, before it is sent. The rules are those that the provider publishes and decides by, and the checks
 * are the provider's own code. What is wrong is said in codes and numbers: the command and the page have words for them.
 */
export type TimeFault =
  /** What is said to have happened lies ahead. */
  | { is: 'in-future' }
  /** Only what is stored by now is disclosed. */
  | { is: 'to-come' }
  /** It ends before it begins, or with it. */
  | { is: 'not-after' }
  | { is: 'over' }
  | { is: 'too-long'; ms: number; days: number };

const dayMs = 86_400_000;

/** Of an order, a validation, or what the person was told. @param now an instant, as all here */
export const datedFault = (at: string, now: string): TimeFault | undefined =>
  isPast(at, now) ? undefined : { is: 'in-future' };

export const fromFault = (from: string, now: string): TimeFault | undefined =>
  from < now ? undefined : { is: 'to-come' };

export function toFault(period: Request['period'], now: string, { policy }: Rules): TimeFault | undefined {
  const ms = Date.parse(period.to) - Date.parse(period.from);
  if (ms <= 0) return { is: 'not-after' };
  if (refusedBy(() => checkStored(period, now)) !== undefined) return { is: 'to-come' };
  const days = policy?.limits.periodDays;
  return days !== undefined && ms > days * dayMs ? { is: 'too-long', ms, days } : undefined;
}

/** @param mode who tells the person, where that is known: an order that forbids it may last longer */
export function delayFault(
  until: string,
  now: string,
  { policy }: Rules,
  mode: NoticeMode = 'provider',
): TimeFault | undefined {
  const ms = Date.parse(until) - Date.parse(now);
  if (ms <= 0) return { is: 'over' };
  const days = policy && longestDelayDays(mode, policy);
  return days !== undefined && ms > days * dayMs ? { is: 'too-long', ms, days } : undefined;
}

/** Why an order cannot have a category; undefined where it can, or where the policy is not known. */
export function categoryRefusal(
  category: Category,
  instrument: Omit<Request['instrument'], 'issuedAt' | 'digest'>,
  { policy }: Rules,
  priority: Priority = 'Routine',
): CaseErrorCode | RegistryErrorCode | undefined {
  if (policy === undefined) return undefined;
  const standing = { ...basisOf({ instrument }, policy), priority };
  return refusedBy(() => checkStanding(standing, [category], policy));
}

/** What the policy says of an offence; `refused` and `judged` of one that is on neither list. */
export function offenceStanding(
  offence: string,
  jurisdiction: string,
  { policy }: Rules,
): 'met' | 'missed' | 'refused' | 'judged' | undefined {
  if (policy === undefined) return undefined;
  const threshold = thresholdOf(offence, jurisdiction, policy);
  if (threshold === 'met' || threshold === 'missed') return threshold;
  return policy.unlistedOffence === 'refuse' ? 'refused' : 'judged';
}

/** What the provider would refuse a request with, by what it publishes. */
export function requestRefusal(
  request: Request,
  { policy, terms }: Rules,
  now: string,
): CaseErrorCode | RegistryErrorCode | undefined {
  return (
    refusedBy(() => terms && checkTerms(request, terms)) ??
    refusedBy(() => policy && checkAsked(request, policy, now))
  );
}

export function preservationRefusal(
  order: PreservationRequest,
  { policy, terms }: Rules,
  now: string,
): CaseErrorCode | RegistryErrorCode | undefined {
  return (
    refusedBy(() => terms && checkTerms(order, terms)) ??
    refusedBy(() => policy && checkPreservable(order, policy, now)) ??
    refusedBy(() => policy && checkBreadth(order, policy)) ??
    refusedBy(() => checkStored(order.period, now))
  );
}

export function refusedBy(check: () => unknown): CaseErrorCode | RegistryErrorCode | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof CaseError || error instanceof RegistryError) return error.code;
    throw error;
  }
}

/** What of a request is more than one may have. */
export type Breadth =
  | { is: 'subjects'; subjects: number; most: number }
  | { is: 'period'; ms: number; days: number }
  | { is: 'keys'; subjects: number; months: number; kinds: number; keys: number; most: number }
  /** Numbers changed hands: only the provider knows whom they name. */
  | { is: 'people' };

export function breadthOf(
  { subjects, categories, period }: Pick<Request, 'subjects' | 'categories' | 'period'>,
  { limits }: Policy,
): Breadth {
  if (subjects.length > limits.subjects)
    return { is: 'subjects', subjects: subjects.length, most: limits.subjects };
  const ms = Date.parse(period.to) - Date.parse(period.from);
  if (ms > limits.periodDays * dayMs) return { is: 'period', ms, days: limits.periodDays };
  const kinds = new Set(categories.map((category) => kindOf[category])).size;
  const months = epochsOf(period).length;
  const keys = subjects.length * kinds * months;
  return keys > limits.grants
    ? { is: 'keys', subjects: subjects.length, months, kinds, keys, most: limits.grants }
    : { is: 'people' };
}
