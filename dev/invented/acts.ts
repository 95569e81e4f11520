import type { Claiming } from '#core/cases/claiming.ts';
import type { Answer, Question } from '#core/cases/messages.ts';
import type { Decision, Request, Suspension, Validation } from '#core/cases/request.ts';
import { askedScope } from '#core/cases/request.ts';
import type { Scope } from '#core/cases/scope.ts';
import type { Withheld } from '#core/cases/withheld.ts';
import type { Chance } from './chance.ts';

/** What somebody does with an invented case. Whoever plays it fills in the digest of the request. */
export type InventedAct = { of: number; at: string; by: string } & Done;

type Undigested<T> = T extends unknown ? Omit<T, 'requestDigest'> : never;

export type Done =
  | { act: 'view' }
  | { act: 'decide'; decision: Undigested<Decision> }
  | { act: 'claim'; input: Claiming }
  | { act: 'note'; text: string }
  | { act: 'ask'; question: Undigested<Question> }
  | { act: 'write'; text: string }
  | { act: 'suspend'; suspension: Undigested<Suspension> }
  /** Of the officer who asked: */
  | { act: 'answer'; answer: Answer }
  | { act: 'reply'; text: string }
  | { act: 'hand-in' }
  | { act: 'validate'; validation: Validation }
  | { act: 'withdraw' };

/** Reviewers of the invented desk. The first is who reads the page. */
export const reviewers = ['a.weber', 'r.jansen', 'm.dubois', 'l.novak'] as const;
const [me, second, third, fourth] = reviewers;

/** How far a case has come, and how many of the first sixty have come so far. */
export const stories = {
  waiting: 18,
  'claimed by me': 3,
  'claimed by a colleague': 3,
  'signed by a colleague': 4,
  'signed narrower by a colleague': 6,
  'signed by me': 3,
  superseded: 2,
  'information asked': 3,
  'information given': 2,
  noted: 2,
  letters: 2,
  open: 4,
  owed: 2,
  rejected: 3,
  withdrawn: 1,
  suspended: 2,
} as const;
export type Story = keyof typeof stories;

/** Stories that only an emergency has, and those that none has. */
export const isEmergencys = (story: Story) => story === 'owed';
export const mayBeEmergency = (story: Story) => story === 'waiting' || story === 'claimed by a colleague';

/** How many hours ago a case of a story arrived, at least and at most. */
export function ageHours(story: Story, isEmergency: boolean): [least: number, most: number] {
  if (story === 'owed') return [18, 40];
  if (isEmergency) return [0.3, 7];
  if (story === 'waiting') return [0.1, 220];
  if (story.startsWith('claimed')) return [2, 150];
  return story === 'rejected' || story === 'suspended' || story === 'withdrawn' ? [72, 480] : [30, 210];
}

const noteTexts = [
  'Rang the court’s registry on the number in the public directory; the order is known there under this reference.',
  'The seal checks out. The certificate is the court’s own and was valid when the order was signed.',
  'Same officer asked for the same account last month, case was rejected as too wide. Compare before you sign.',
] as const;

/** A narrower scope of what is asked, with why; as asked where there is nothing to narrow. */
export function narrowed(request: Request, chance: Chance): { scope: Scope; withheld?: Withheld } {
  const asked = askedScope(request);
  const [first, ...others] = asked.categories.toReversed();
  if (asked.subjects.length > 1 && chance.isLucky(0.6)) {
    const left = asked.subjects.slice(1);
    return {
      scope: { ...asked, subjects: asked.subjects.slice(0, 1) },
      withheld: [{ subjects: left, ground: 'insufficient-information' }],
    };
  }
  if (first !== undefined && others.length > 0)
    return {
      scope: { ...asked, categories: others.toReversed() },
      withheld: [{ categories: [first], ground: 'not-proportionate' }],
    };
  const { from, to } = asked.period;
  const middle = new Date((Date.parse(from) + Date.parse(to)) / 2).toISOString();
  return {
    scope: { ...asked, period: { from: `${middle.slice(0, 10)}T00:00:00Z`, to } },
    withheld: [{ ground: 'not-proportionate' }],
  };
}

/** @param within instants of a case's life, by their share of it: 0 is its receipt, 1 is now */
export function actsOf(
  story: Story,
  { of, officer, request }: { of: number; officer: string; request: Request },
  chance: Chance,
  within: (share: number) => string,
): InventedAct[] {
  const on = (share: number, by: string, done: Done): InventedAct => ({ of, at: within(share), by, ...done });
  const approve = (share: number, by: string, scope: Scope, withheld?: Withheld): InventedAct[] => [
    on(share - 0.01, by, { act: 'view' }),
    on(share, by, {
      act: 'decide',
      decision: {
        decision: 'approve',
        scope,
        reason:
          withheld === undefined ? 'order and authority checked' : 'the rest is not needed for this offence',
        ...(withheld === undefined ? {} : { withheld }),
      },
    }),
  ];
  const reject = (share: number, by: string): InventedAct[] => [
    on(share - 0.01, by, { act: 'view' }),
    on(share, by, {
      act: 'decide',
      decision: {
        decision: 'reject',
        ground: chance.pick(['manifest-error', 'authority-not-competent', 'not-proportionate'] as const),
        reason: 'The order names a service that we do not run.',
      },
    }),
  ];
  const asked = askedScope(request);
  const less = narrowed(request, chance);
  const colleague = chance.pick([second, third, fourth]);
  const question: Done = {
    act: 'ask',
    question: {
      of: ['order', 'scope'],
      text: 'Page 2 of the order is missing. Which period did the judge allow?',
    },
  };
  switch (story) {
    case 'waiting':
      return [];
    case 'claimed by me':
      return [on(0.95, me, { act: 'claim', input: { claim: 'take' } })];
    case 'claimed by a colleague':
      return [
        on(0.95, colleague, { act: 'claim', input: { claim: 'take' } }),
        on(0.96, colleague, { act: 'view' }),
      ];
    case 'signed by a colleague':
      return approve(0.5, colleague, asked);
    case 'signed narrower by a colleague':
      return approve(0.5, colleague, less.scope, less.withheld);
    case 'signed by me':
      return approve(0.6, me, less.scope, less.withheld);
    case 'superseded':
      return [...approve(0.4, second, asked), ...approve(0.7, third, less.scope, less.withheld)];
    case 'information asked':
      return [on(0.4, colleague, { act: 'view' }), on(0.45, colleague, question)];
    case 'information given':
      return [
        on(0.4, colleague, { act: 'view' }),
        on(0.45, colleague, question),
        on(0.8, officer, {
          act: 'answer',
          answer: {
            text: 'The judge allowed the period that the request states. Page 2 is attached to the order now.',
          },
        }),
      ];
    case 'noted':
      return noteTexts
        .slice(0, chance.whole(1, noteTexts.length))
        .map((text, i) => on(0.4 + i / 10, chance.pick([second, third]), { act: 'note', text }));
    case 'letters':
      return [
        on(0.3, officer, { act: 'reply', text: 'Please tell us by when we may expect your answer.' }),
        on(0.5, second, { act: 'write', text: 'We are checking the order and answer within the ten days.' }),
      ];
    case 'open':
      return [...approve(0.4, second, less.scope, less.withheld), ...approve(0.6, third, less.scope)];
    case 'owed':
      return approve(0.2, second, asked);
    case 'rejected':
      return reject(0.3, colleague);
    case 'withdrawn':
      return [on(0.3, officer, { act: 'withdraw' })];
    case 'suspended':
      return [
        ...approve(0.2, second, asked),
        ...approve(0.3, me, asked),
        on(0.5, third, {
          act: 'suspend',
          suspension: {
            ground: 'manifest-error',
            reason: 'The court says on the telephone that it issued no such order.',
          },
        }),
      ];
  }
}
