import { basisOf, checkAsked, checkBreadth } from '#core/cases/acts.ts';
import { CaseError, type CaseErrorCode } from '#core/cases/errors.ts';
import { isPast } from '#core/cases/instrument.ts';
import { checkStanding, type Policy, thresholdOf } from '#core/cases/policy.ts';
import { checkPreservable, type PreservationRequest } from '#core/cases/preservation.ts';
import type { Priority, Request } from '#core/cases/request.ts';
import { checkStored } from '#core/cases/stored.ts';
import { type Category, kindOf } from '#core/categories/categories.ts';
import type { ProblemCode } from '#core/problem.ts';
import { RegistryError, type RegistryErrorCode } from '#core/registry/errors.ts';
import { checkTerms } from '#core/registry/terms.ts';
import { epochsOf } from '#core/vault/epoch.ts';
import { counted } from '../common.ts';
import type { Rules } from './rules.ts';

/**
 * What a request exceeds, in numbers: what it asks for and what the provider allows. The rules are those that the provider
 * publishes and decides by, and the checks are the provider's own code.
 */
const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** In days as people count them: where a clock was changed in between, an hour is left over. */
function lengthText(ms: number): string {
  const days = Math.floor(ms / dayMs);
  const hours = Math.ceil((ms - days * dayMs) / hourMs);
  return hours === 0 ? counted(days, 'day') : `${counted(days, 'day')} and ${counted(hours, 'hour')}`;
}

/** @param now an instant, as all here */
export const issuedFault = (at: string, now: string): string | undefined =>
  isPast(at, now) ? undefined : 'lies in the future: an order is issued before it is sent';

export const validatedFault = (at: string, now: string): string | undefined =>
  isPast(at, now) ? undefined : 'lies in the future: a validation is made before it is handed in';

export const toldFault = (at: string, now: string): string | undefined =>
  isPast(at, now) ? undefined : 'lies in the future: say it once the person was told';

export const fromFault = (from: string, now: string): string | undefined =>
  from < now ? undefined : 'is still to come: only what is stored by now is disclosed';

export function toFault(period: Request['period'], now: string, { policy }: Rules): string | undefined {
  const length = Date.parse(period.to) - Date.parse(period.from);
  if (length <= 0) return 'is not after the beginning of the period';
  if (refusedBy(() => checkStored(period, now)) !== undefined)
    return 'lies in the future: only what is stored by now is disclosed';
  return policy !== undefined && length > policy.limits.periodDays * dayMs
    ? daysText(length, policy)
    : undefined;
}

const daysText = (ms: number, { limits }: Policy) =>
  `${lengthText(ms)}, and the provider allows ${limits.periodDays}`;

export function delayFault(until: string, now: string, { policy }: Rules): string | undefined {
  const length = Date.parse(until) - Date.parse(now);
  if (length <= 0) return 'is over already';
  return policy !== undefined && length > policy.notice.longestDelayDays * dayMs
    ? `is ${lengthText(length)} off, and the provider allows ${policy.notice.longestDelayDays}`
    : undefined;
}

/** Why an order cannot have a category; undefined where it can, or where the policy is not known. */
export function categoryFault(
  category: Category,
  instrument: Omit<Request['instrument'], 'issuedAt' | 'digest'>,
  { policy }: Rules,
  priority: Priority = 'Routine',
): string | undefined {
  if (policy === undefined) return undefined;
  const standing = { ...basisOf({ instrument }, policy), priority };
  const code = refusedBy(() => checkStanding(standing, [category], policy));
  return code === undefined ? undefined : (standingTexts[code] ?? code);
}

const standingTexts: Readonly<Record<string, string>> = {
  'category-not-disclosed': 'this provider does not disclose it',
  'instrument-not-accepted': 'not on an order of this kind',
  'jurisdiction-not-accepted': 'not under this law',
  'priority-not-accepted': 'not with this priority',
  'authoriser-insufficient': 'not on the order of this authority',
  'offence-below-threshold': 'not for this offence, which is below the threshold',
};

/** What the policy says of an offence; undefined where it says nothing that matters. */
export function offenceText(offence: string, jurisdiction: string, { policy }: Rules): string | undefined {
  if (policy === undefined) return undefined;
  const threshold = thresholdOf(offence, jurisdiction, policy);
  if (threshold === 'met') return 'on the provider’s list of offences that meet the threshold';
  if (threshold === 'missed') return 'below the threshold on the provider’s list: no access history for it';
  return policy.unlistedOffence === 'refuse'
    ? 'on neither of the provider’s lists: no access history for it'
    : 'on neither of the provider’s lists: its reviewers judge whether it meets the threshold';
}

/** What the provider would refuse, by what it publishes: a code, and what it means for this very request. */
export interface Refusal {
  code: ProblemCode;
  text: string;
}

export function refusalOf(request: Request, rules: Rules, now: string): Refusal | undefined {
  const { policy, terms } = rules;
  const code =
    refusedBy(() => terms && checkTerms(request, terms)) ??
    refusedBy(() => policy && checkAsked(request, policy, now));
  return code === undefined ? undefined : { code, text: textFor(code, request, rules, now) ?? code };
}

export function preservationRefusalOf(
  order: PreservationRequest,
  rules: Rules,
  now: string,
): Refusal | undefined {
  const { policy, terms } = rules;
  const code =
    refusedBy(() => terms && checkTerms(order, terms)) ??
    refusedBy(() => policy && checkPreservable(order, policy, now)) ??
    refusedBy(() => policy && checkBreadth(order, policy)) ??
    refusedBy(() => checkStored(order.period, now));
  return code === undefined ? undefined : { code, text: textFor(code, order, rules, now) ?? code };
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

/**
 * What a refusal means for this very request, in its own numbers; undefined where the rules do not say, or the code needs no
 * numbers.
 */
export function textFor(
  code: string,
  asked: PreservationRequest & Partial<Pick<Request, 'notice' | 'priority'>>,
  rules: Rules,
  now: string,
): string | undefined {
  const { policy, terms } = rules;
  const { instrument, categories } = asked;
  switch (code) {
    case 'limit-exceeded':
      return policy && breadthText(asked, policy);
    case 'delay-too-long':
      return asked.notice && delayFault(asked.notice.delayUntil, now, rules);
    case 'notice-by-other':
      return policy && tellerText(instrument.kind, policy);
    case 'notice-order-missing':
      return 'nobody may tell the person of an order of this kind: name the order that says so, with --notice-order';
    case 'order-in-future':
      return 'the order is dated in the future, by this machine’s clock';
    case 'agency-jurisdiction':
      return (
        terms && `${instrument.jurisdiction}, and your agency may ask under ${terms.jurisdictions.join(', ')}`
      );
    case 'agency-instrument':
      return terms && `${instrument.kind}, and your agency may ask on ${terms.instruments.join(', ')}`;
    case 'agency-category':
      return (
        terms &&
        `${categories.filter((each) => !terms.categories.includes(each)).join(', ')}, and your agency may ask for ${terms.categories.join(', ')}`
      );
    case 'instrument-not-accepted':
    case 'jurisdiction-not-accepted':
    case 'priority-not-accepted':
    case 'authoriser-insufficient':
    case 'category-not-disclosed':
    case 'offence-below-threshold': {
      const refused = categories.flatMap((category) => {
        const fault = categoryFault(category, instrument, rules, asked.priority);
        return fault === undefined ? [] : [`${category}: ${fault}`];
      });
      return refused.length === 0 ? undefined : refused.join('; ');
    }
    default:
      return undefined;
  }
}

function tellerText(kind: string, { notice }: Policy): string {
  const line = notice.by?.find(({ instruments }) => instruments.includes(kind));
  return `the provider’s policy has ${line?.who ?? 'provider'} tell the person of an order of the kind ${kind}`;
}

function breadthText(
  { subjects, categories, period }: Pick<Request, 'subjects' | 'categories' | 'period'>,
  policy: Policy,
): string {
  const { limits } = policy;
  if (subjects.length > limits.subjects)
    return `${subjects.length} subjects, and the provider allows ${limits.subjects}`;
  const length = Date.parse(period.to) - Date.parse(period.from);
  if (length > limits.periodDays * dayMs) return daysText(length, policy);
  const kinds = new Set(categories.map((category) => kindOf[category])).size;
  const months = epochsOf(period).length;
  const keys = subjects.length * kinds * months;
  if (keys > limits.grants)
    return `${counted(subjects.length, 'subject')} × ${counted(months, 'month')} × ${counted(kinds, 'kind')} of record is ${keys}, and the provider allows ${limits.grants}`;
  return 'it names more people than one request may, as numbers change hands: ask for fewer, or a shorter period';
}
