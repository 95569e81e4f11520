/**
 * Histories as data: what officers, reviewers, an operator, `authorise`, `collect`, the clock and the sender of notices
 * may do to two cases, in any order. Nothing here knows what is allowed.
 */
import fc from 'fast-check';
import type { Claiming } from '#core/cases/claiming.ts';
import { type AuthoriserRole, authoriserRoles, type Policy } from '#core/cases/policy.ts';
import type { Priority } from '#core/cases/request.ts';
import type { Scope } from '#core/cases/scope.ts';
import { request, policy as shipped, withholding } from '../core/cases/cases.ts';
import { type HandIn, handingIn, type OrderTerms, orderTerms } from './custody.ts';
import { type Statement, says, writing } from './dialogue.ts';
import { longestDays } from './embargo.ts';
import { type Mode, orders, tellers, toldMinutes } from './notice.ts';
import { type AuthorityKey, type AuthorityStep, authoritySteps } from './notified-steps.ts';
import { calmOf } from './standing.ts';

/** The request of docs and design: three subjects, subscriber and traffic data, 80 days. */
const { period } = request;
const asked: Scope = { subjects: [0, 1, 2], categories: ['SubscriberData', 'TrafficData'], period };

/** What reviewers may choose from: the asked scope in two spellings, narrower in each part, wider in each part. */
export const scopes = {
  asked,
  respelled: { ...asked, subjects: [2, 0, 1], categories: ['TrafficData', 'SubscriberData'] },
  'one subject': { ...asked, subjects: [0] },
  'phone only': { ...asked, categories: ['SubscriberData'] },
  shorter: { ...asked, period: { ...period, from: '2026-10-01T00:00:00Z' } },
  'more subjects': { ...asked, subjects: [0, 3] },
  'another category': { ...asked, categories: ['SubscriberData', 'UserIdentifyingData'] },
  longer: { ...asked, period: { ...period, to: '2026-11-20T00:00:00.001Z' } },
} satisfies Record<string, Scope>;
export type ScopeName = keyof typeof scopes;
const scopeNames = ['asked', 'respelled', 'one subject', 'phone only', 'shorter'] as const;
const wider = ['more subjects', 'another category', 'longer'] as const;

/**
 * As it is shipped, but with one line a category that takes every order of the model, and with short embargoes. Which lines
 * take whom, policies.test.ts says of each policy.
 */
const instruments = Object.values(orders);
const policy: Policy = {
  ...withholding,
  // Who tells the person, each order says for itself: notice.ts.
  notice: shipped.notice,
  categories: {
    SubscriberData: [{ instruments, authorisers: [...authoriserRoles], offence: 'any' }],
    UserIdentifyingData: [{ instruments, authorisers: [...authoriserRoles], offence: 'any' }],
    TrafficData: [
      {
        instruments,
        authorisers: ['JudgeCourtOrInvestigatingJudge', 'OtherCompetentAuthority'],
        offence: 'threshold',
      },
    ],
  },
  embargo: { withheld: ['instrument', 'jurisdiction', 'categories'], longestDays },
};

/** Policies that may come into force: the shipped one, one that asks for more, one that gives less, one for routine alone. */
export const policies: readonly Policy[] = [
  policy,
  {
    ...policy,
    name: 'three',
    approvals: 3,
    collectHours: 24,
    emergency: { ...policy.emergency, approvals: 2, validators: [] },
    notice: { ...policy.notice, renewals: 1, longestForbiddenDays: 4 },
  },
  {
    ...policy,
    name: 'less',
    dialogue: { answerWithin: { hours: 48 } },
    categories: { ...policy.categories, TrafficData: [] },
    emergency: { ...policy.emergency, debtHours: 24, validators: ['JudgeCourtOrInvestigatingJudge'] },
    limits: { ...policy.limits, collections: 1 },
  },
  calmOf(policy),
];

/** Reviewers by their keys: Anna has two, and is one person. */
export const reviewers = {
  anna: 'anna',
  'anna-2': 'anna',
  ben: 'ben',
  clara: 'clara',
  dora: 'dora',
} as const;
export type ReviewerKey = keyof typeof reviewers;
const reviewerKeys = ['anna', 'anna-2', 'ben', 'clara', 'dora'] as const;
/** The officers' keys: case 0 is of the first one's agency, case 1 of the second one's. */
export const officers = ['officer-0', 'officer-1'] as const;

/** Which page of which collection: the first of a new one, or a later one of that which is begun, or of another. */
export type PageChoice = 'first' | { of: 'this' | 'next'; page: number };

export type Step = { of: 0 | 1 } & (
  | {
      do: 'approve';
      by: ReviewerKey;
      scope: ScopeName;
      digest: 'right' | 'wrong';
      says?: Statement | undefined;
    }
  | { do: 'write'; by: ReviewerKey | 'agency' }
  | { do: 'reject' | 'suspend'; by: ReviewerKey; digest: 'right' | 'wrong' }
  | { do: 'view' | 'note'; by: ReviewerKey }
  | { do: 'claim'; by: ReviewerKey; how: Claiming['claim'] }
  | { do: 'inquire'; by: ReviewerKey; digest: 'right' | 'wrong' }
  | { do: 'inform' }
  | HandIn
  | { do: 'withdraw'; by: (typeof officers)[number] }
  | { do: 'validate'; role: AuthoriserRole }
  | { do: 'renew'; days: number; isOrdered: boolean }
  | { do: 'told'; minutes: number }
  | { do: 'mint'; grants: number | 'too many' }
  | { do: 'ask'; page: PageChoice }
  | { do: 'answer'; subjects: number[]; more: boolean }
  | { do: 'fail' | 'notify' | 'address' }
  | AuthorityStep
  /** Of no case: the world goes on. */
  | { do: 'revoke'; key: ReviewerKey | (typeof officers)[number] | AuthorityKey }
  | { do: 'adopt'; policy: number }
  | { do: 'wait'; minutes: number }
  | { do: 'clock' }
);

export interface Asked {
  priority: Priority;
  /** Until when the person is not notified, from receipt; 0: no delay. */
  delayDays: number;
  /** Who tells them. */
  mode: Mode;
  /** Which kind of order it asks by. Default: the mode's. */
  instrument?: string;
  /** What its policy says of the order itself. Default: it is optional. */
  order?: OrderTerms;
  /** Whether an enforcing authority is notified. */
  notified?: boolean;
  /** Who issued the order. */
  role: AuthoriserRole;
}
export interface History {
  asked: [Asked, Asked];
  steps: Step[];
}

const of = fc.constantFrom<(0 | 1)[]>(0, 0, 0, 0, 1);
const reviewer = fc.constantFrom(...reviewerKeys);
const digest = fc.constantFrom<('right' | 'wrong')[]>(...Array<'right'>(9).fill('right'), 'wrong');
const does = <const D extends string>(...names: D[]) => fc.constantFrom(...names);

const approve = fc.record({
  of,
  do: does('approve'),
  by: reviewer,
  scope: fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom('asked' as const, 'respelled' as const) },
    { weight: 3, arbitrary: fc.constantFrom(...scopeNames) },
    { weight: 1, arbitrary: fc.constantFrom(...wider) },
  ),
  digest,
  says,
});
const closing = fc.oneof(
  fc.record({ of, do: does('reject', 'suspend'), by: reviewer, digest }),
  fc.record({ of, do: does('withdraw'), by: fc.constantFrom(...officers) }),
);
const agency = fc.oneof(
  fc.record({ of, do: does('validate'), role: fc.constantFrom(...authoriserRoles) }),
  fc.record({
    of,
    do: does('renew'),
    days: fc.constantFrom(0, 1, 4, 5, 365, 366),
    isOrdered: fc.constantFrom(true, true, false),
  }),
  fc.record({ of, do: does('told'), minutes: toldMinutes }),
);
const page: fc.Arbitrary<PageChoice> = fc.oneof(
  { weight: 3, arbitrary: fc.constant('first' as const) },
  {
    weight: 2,
    arbitrary: fc.record({ of: fc.constantFrom('this', 'this', 'next'), page: fc.constantFrom(2, 2, 3, 4) }),
  },
);
const collecting = fc.oneof(
  fc.record({ of, do: does('ask'), page }),
  fc.record({
    of,
    do: does('answer'),
    subjects: fc.array(fc.constantFrom(0, 1, 2), { maxLength: 3 }),
    more: fc.boolean(),
  }),
);
const desk = fc.oneof(
  fc.record({
    of,
    do: does('claim'),
    by: reviewer,
    how: fc.constantFrom('take', 'take', 'take-over', 'end'),
  }),
  fc.record({ of, do: does('note'), by: reviewer }),
  fc.record({ of, do: does('inquire'), by: reviewer, digest }),
  fc.record({ of, do: does('inform') }),
  fc.record({ of, ...handingIn }),
  writing(of, reviewer),
);
const mint = fc.record({ of, do: does('mint'), grants: fc.constantFrom(1, 2, 2, 0, 'too many' as const) });
const other = fc.oneof(
  fc.record({ of, do: does('fail', 'notify', 'notify', 'address') }),
  fc.record({ of, do: does('view'), by: reviewer }),
);
const world = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.record({
      of: fc.constant(0 as const),
      do: does('revoke'),
      key: fc.constantFrom(...reviewerKeys, ...officers, 'clerk' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      of: fc.constant(0 as const),
      do: does('adopt'),
      policy: fc.nat(policies.length - 1),
    }),
  },
);
const hours = (n: number) => n * 60;
const time = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      of: fc.constant(0 as const),
      do: does('wait'),
      // To half and all of both deadlines, to the debts, to the ends of rights and delays; and just beside them.
      minutes: fc.constantFrom(
        1,
        14,
        15,
        ...[1, 2, 4, 8, 24, 48, 60, 96, 120, 240, 720].map(hours),
        hours(48) - 1,
        hours(720) - 1,
      ),
    }),
  },
  { weight: 4, arbitrary: fc.record({ of: fc.constant(0 as const), do: does('clock') }) },
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: approve },
  { weight: 1, arbitrary: closing },
  { weight: 2, arbitrary: agency },
  { weight: 4, arbitrary: desk },
  { weight: 3, arbitrary: mint },
  { weight: 6, arbitrary: collecting },
  { weight: 3, arbitrary: authoritySteps },
  { weight: 3, arbitrary: other },
  { weight: 1, arbitrary: world },
  { weight: 6, arbitrary: time },
);

const signs = (by: ReviewerKey): Step => ({ of: 0, do: 'approve', by, scope: 'asked', digest: 'right' });
const minted: Step = { of: 0, do: 'mint', grants: 2 };
const once: Step[] = [
  { of: 0, do: 'ask', page: 'first' },
  { of: 0, do: 'answer', subjects: [0, 1], more: true },
];
const states: Step = {
  of: 0,
  do: 'approve',
  by: 'anna',
  scope: 'one subject',
  digest: 'right',
  says: 'subject 2',
};
/** As many letters as the agency may write. */
const writes: Step[] = Array.from({ length: 8 }, () => ({ of: 0, do: 'write', by: 'agency' }));
/** Most histories begin with something that went well, or few would get past the desk. */
const beginnings: Step[][] = [
  [],
  [signs('anna'), minted],
  [states],
  writes,
  [signs('anna'), signs('ben'), minted],
  [signs('anna'), signs('ben'), minted, ...once],
  [signs('anna'), { of: 0, do: 'consent', by: 'clerk', digest: 'right' }, signs('ben'), minted],
];

const request1: fc.Arbitrary<Asked> = fc
  .tuple(
    fc.constantFrom('Routine' as const, 'Emergency' as const),
    tellers,
    orderTerms,
    fc.constantFrom(false, true),
    fc.constantFrom('OtherCompetentAuthority' as const, 'JudgeCourtOrInvestigatingJudge' as const),
  )
  .map(([priority, telling, order, notified, role]) => ({ priority, ...telling, order, notified, role }));

export const histories: fc.Arbitrary<History> = fc
  .record({
    asked: fc.tuple(request1, request1),
    begins: fc.constantFrom(...beginnings),
    goesOn: fc.array(step, { maxLength: 36, size: 'max' }),
  })
  .map(({ asked, begins, goesOn }) => ({ asked, steps: [...begins, ...goesOn] }));

/** A history as a person reads it. */
export function readable({ asked, steps }: History): string {
  const cases = asked.map(
    ({ priority, delayDays, mode, notified, role }, i) =>
      `case ${i}: ${priority}, ${role}, notified by ${mode} after ${delayDays} d${notified === true ? ', and an authority at once' : ''}`,
  );
  const lines = steps.map(({ do: act, of: found, ...rest }, i) => {
    const said = Object.entries(rest).map(
      ([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : value}`,
    );
    const about = ['revoke', 'adopt', 'wait', 'clock'].includes(act) ? [] : [`case ${found}`];
    return `${String(i + 1).padStart(3)}  ${act.padEnd(9)} ${[...about, ...said].join(', ')}`;
  });
  return [...cases, ...lines].join('\n');
}
