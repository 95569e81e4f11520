import type { Review, ReviewLine } from '#core/cases/review.ts';
import { scopeText as canonical, type Period, type Scope } from '#core/cases/scope.ts';

/**
 * The scope of an approval: what was asked, what another reviewer approved, or less than what was asked. Two approvals count
 * together only over exactly the same one.
 */

/** How a person narrows a request. A part that is left out stays as it was asked. */
export interface Narrowing {
  subjects?: number[];
  categories?: Scope['categories'];
  from?: string;
  to?: string;
}

export function narrowedTo(asked: Scope, narrowing: Narrowing = {}): Scope {
  return {
    subjects: narrowing.subjects ?? asked.subjects,
    categories: narrowing.categories ?? asked.categories,
    period: { from: narrowing.from ?? asked.period.from, to: narrowing.to ?? asked.period.to },
  };
}

export const isSameScope = (a: Scope, b: Scope): boolean => canonical(a) === canonical(b);

export interface Approved {
  reviewer: string;
  scope: Scope;
}

/** The approvals that count, each with its scope. */
export function approvalsOf({ decisions }: Pick<ReviewLine, 'decisions'>): Approved[] {
  return decisions.flatMap(({ decision, reviewer, scope }) =>
    decision === 'approve' && scope !== undefined ? [{ reviewer, scope }] : [],
  );
}

/** Of which an approval can be taken up: those that count no more, the oldest first, and then those that count. */
export function approvedBefore(review: Pick<Review, 'decisions' | 'superseded'>): Approved[] {
  const gone = (review.superseded ?? []).flatMap(({ reviewer, scope }) =>
    scope === undefined ? [] : [{ reviewer, scope }],
  );
  return [...gone, ...approvalsOf(review)];
}

/** What one scope has and another has not. */
export interface Difference {
  subjects: number[];
  categories: Scope['categories'];
  /** Whether it begins earlier. */
  before: boolean;
  /** Whether it ends later. */
  after: boolean;
}

/** What of a scope lies outside of another. */
export function beyond(scope: Scope, other: Scope): Difference {
  return {
    subjects: scope.subjects.filter((subject) => !other.subjects.includes(subject)),
    categories: scope.categories.filter((category) => !other.categories.includes(category)),
    before: Date.parse(scope.period.from) < Date.parse(other.period.from),
    after: Date.parse(scope.period.to) > Date.parse(other.period.to),
  };
}

export const isNone = ({ subjects, categories, before, after }: Difference): boolean =>
  subjects.length === 0 && categories.length === 0 && !before && !after;

const dayMs = 86_400_000;

/** How many days a period has; one that is begun counts. */
export const daysIn = ({ from, to }: Period): number =>
  Math.ceil((Date.parse(to) - Date.parse(from)) / dayMs);
