import {
  breadthOf,
  categoryRefusal,
  datedFault,
  delayFault as delayFaultOf,
  fromFault as fromFaultOf,
  offenceStanding,
  preservationRefusal,
  requestRefusal,
  type TimeFault,
  toFault as toFaultOf,
} from '#client/asking/limits.ts';
import type { Rules } from '#client/asking/rules.ts';
import type { Policy } from '#core/cases/policy.ts';
import type { PreservationRequest } from '#core/cases/preservation.ts';
import type { Priority, Request } from '#core/cases/request.ts';
import type { Category } from '#core/categories/categories.ts';
import type { ProblemCode } from '#core/problem.ts';
import { counted } from '../common.ts';

/** What a request exceeds, in words and numbers: what it asks for and what the provider allows. */
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
  datedFault(at, now) && 'lies in the future: an order is issued before it is sent';

export const validatedFault = (at: string, now: string): string | undefined =>
  datedFault(at, now) && 'lies in the future: a validation is made before it is handed in';

export const toldFault = (at: string, now: string): string | undefined =>
  datedFault(at, now) && 'lies in the future: say it once the person was told';

export const fromFault = (from: string, now: string): string | undefined =>
  fromFaultOf(from, now) && 'is still to come: only what is stored by now is disclosed';

export const toFault = (period: Request['period'], now: string, rules: Rules): string | undefined =>
  textOf(toFaultOf(period, now, rules));

export const delayFault = (until: string, now: string, rules: Rules): string | undefined =>
  textOf(delayFaultOf(until, now, rules), 'is ');

function textOf(fault: TimeFault | undefined, before = ''): string | undefined {
  switch (fault?.is) {
    case undefined:
      return undefined;
    case 'not-after':
      return 'is not after the beginning of the period';
    case 'over':
      return 'is over already';
    case 'too-long':
      return before === ''
        ? daysText(fault.ms, fault.days)
        : `${before}${lengthText(fault.ms)} off, and the provider allows ${fault.days}`;
    case 'in-future':
    case 'to-come':
      return 'lies in the future: only what is stored by now is disclosed';
  }
}

const daysText = (ms: number, days: number) => `${lengthText(ms)}, and the provider allows ${days}`;

/** Why an order cannot have a category; undefined where it can, or where the policy is not known. */
export function categoryFault(
  category: Category,
  instrument: Omit<Request['instrument'], 'issuedAt' | 'digest'>,
  rules: Rules,
  priority?: Priority,
): string | undefined {
  const code = categoryRefusal(category, instrument, rules, priority);
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

const offenceTexts = {
  met: 'on the provider’s list of offences that meet the threshold',
  missed: 'below the threshold on the provider’s list: no access history for it',
  refused: 'on neither of the provider’s lists: no access history for it',
  judged: 'on neither of the provider’s lists: its reviewers judge whether it meets the threshold',
};

/** What the policy says of an offence; undefined where it says nothing that matters. */
export function offenceText(offence: string, jurisdiction: string, rules: Rules): string | undefined {
  const standing = offenceStanding(offence, jurisdiction, rules);
  return standing && offenceTexts[standing];
}

/** What the provider would refuse, by what it publishes: a code, and what it means for this very request. */
export interface Refusal {
  code: ProblemCode;
  text: string;
}

export function refusalOf(request: Request, rules: Rules, now: string): Refusal | undefined {
  const code = requestRefusal(request, rules, now);
  return code === undefined ? undefined : { code, text: textFor(code, request, rules, now) ?? code };
}

export function preservationRefusalOf(
  order: PreservationRequest,
  rules: Rules,
  now: string,
): Refusal | undefined {
  const code = preservationRefusal(order, rules, now);
  return code === undefined ? undefined : { code, text: textFor(code, order, rules, now) ?? code };
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

function breadthText(asked: Pick<Request, 'subjects' | 'categories' | 'period'>, policy: Policy): string {
  const it = breadthOf(asked, policy);
  switch (it.is) {
    case 'subjects':
      return `${it.subjects} subjects, and the provider allows ${it.most}`;
    case 'period':
      return daysText(it.ms, it.days);
    case 'keys':
      return `${counted(it.subjects, 'subject')} × ${counted(it.months, 'month')} × ${counted(it.kinds, 'kind')} of record is ${it.keys}, and the provider allows ${it.most}`;
    case 'people':
      return 'it names more people than one request may, as numbers change hands: ask for fewer, or a shorter period';
  }
}
