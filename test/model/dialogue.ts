/**
 * What the desk and the agency say to each other, a second time: why less is approved than was asked, letters, and by when
 * a question is answered. model.ts asks this for its rules.
 */
import fc from 'fast-check';
import type { Policy } from '#core/cases/policy.ts';
import { type Withheld, withheldText } from '#core/cases/withheld.ts';
import type { ReviewerKey, ScopeName } from './acts.ts';
import { begins, daysFrom } from './time.ts';

/** What a reviewer may state of what is left out; `approved` is never left out, `unasked` never asked. */
export const statements = {
  'subject 2': [{ subjects: [2], ground: 'press-freedom' }],
  'subject 2, otherwise': [{ subjects: [2], ground: 'other' }],
  traffic: [{ categories: ['TrafficData'], ground: 'threshold-not-met' }],
  period: [{ ground: 'not-proportionate' }],
  approved: [{ subjects: [0], categories: ['SubscriberData'], ground: 'other' }],
  unasked: [{ subjects: [4], ground: 'other' }],
} satisfies Record<string, Withheld>;
export type Statement = keyof typeof statements;

/** Of which of the scopes that a reviewer may choose each statement is true. */
const truths: Record<Statement, readonly ScopeName[]> = {
  'subject 2': ['one subject', 'more subjects'],
  'subject 2, otherwise': ['one subject', 'more subjects'],
  traffic: ['phone only', 'another category'],
  period: ['shorter'],
  approved: [],
  unasked: [],
};

/** What is stated of a case, by those whose approvals count. */
export interface Talk {
  stated?: Statement | undefined;
  letters: { desk: number; agency: number };
  /** Until when the last question is to be answered. */
  answerBy?: number | undefined;
}

/** @param opened what an open emergency was opened with */
export function isStatedWrong(
  says: Statement | undefined,
  scope: ScopeName,
  opened: Talk | undefined,
): boolean {
  if (says === undefined) return false;
  return !truths[says].includes(scope) || (opened !== undefined && opened.stated !== says);
}

/** @param others how many approvals count beside this one */
export function state(talk: Talk, says: Statement | undefined, others: number): void {
  talk.stated = says ?? (others === 0 ? undefined : talk.stated);
}

/** So many letters each side writes about a case. */
export const mostOfEach = 8;

/** When a question that is asked at an instant is to be answered. */
export function toAnswerBy(asked: number, { dialogue }: Policy): number | undefined {
  if (dialogue === undefined) return undefined;
  const { answerWithin } = dialogue;
  return 'hours' in answerWithin
    ? begins(asked) + answerWithin.hours * 3_600_000
    : daysFrom(asked, answerWithin.days);
}

/** As a case has it. */
export const seenOf = ({ stated, letters, answerBy }: Talk) => ({
  withheld: stated && withheldText(statements[stated]),
  letters,
  answerBy,
});

export const says = fc.option(
  fc.constantFrom<Statement[]>(
    'subject 2',
    'subject 2, otherwise',
    'traffic',
    'period',
    'approved',
    'unasked',
  ),
  { nil: undefined, freq: 2 },
);

export const writing = (of: fc.Arbitrary<0 | 1>, by: fc.Arbitrary<ReviewerKey>) =>
  fc.record({ of, do: fc.constant('write' as const), by: fc.oneof(by, fc.constant('agency' as const)) });
