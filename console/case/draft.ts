import type { Review } from '#client/reviewer.ts';
import { approvalsOf, beyond, daysIn, isSameScope } from '#client/scope.ts';
import { type Calendar, type Day, dayAt, daysAfter, endOf, plainCalendar } from '#core/cases/calendar.ts';
import { openStatuses } from '#core/cases/case.ts';
import type { Ground } from '#core/cases/grounds.ts';
import { type Scope, within } from '#core/cases/scope.ts';
import { type Withheld, withheldSchema } from '#core/cases/withheld.ts';
import { categories as allCategories, type Category } from '#core/categories/categories.ts';

/**
 * What a reviewer has chosen of a request so far. It begins with nothing, so that nothing is approved that nobody ticked; and
 * a colleague’s scope is shown only once one’s own is chosen, so that two people judge the request and not each other.
 */
export interface Draft {
  subjects: readonly number[];
  categories: readonly Category[];
  /** The first and the last day, both included, by the reader’s own calendar; empty: not chosen. */
  first: Day;
  last: Day;
  /** On which grounds parts are left out: of a subject (`0`), a category, or `period`. */
  grounds: Readonly<Record<string, Ground>>;
  explanation: string;
  /** Whether the choice on the request is made: from then on the colleague’s is shown. */
  isChosen: boolean;
  /** Where the colleague’s scope is another one: which is signed. */
  take: 'own' | 'theirs' | undefined;
}

export const nothing: Draft = {
  subjects: [],
  categories: [],
  first: '',
  last: '',
  grounds: {},
  explanation: '',
  isChosen: false,
  take: undefined,
};

/** Everything that was asked, for whoever presses for it. */
export function asAsked(draft: Draft, asked: Scope, zone: string): Draft {
  const { first, last } = daysOf(asked, zone);
  return { ...draft, subjects: asked.subjects, categories: asked.categories, first, last };
}

const placeOf = (zone: string): Calendar => ({ ...plainCalendar, zone });

/** The days that an asked period lies on, by the clocks of a place. */
export function daysOf({ period }: Pick<Scope, 'period'>, zone: string): { first: Day; last: Day } {
  const place = placeOf(zone);
  return {
    first: dayAt(Date.parse(period.from), place),
    last: dayAt(Date.parse(period.to) - 1, place),
  };
}

/**
 * The scope that a draft has chosen. A first or last day that is the request’s own leaves that end as it was asked, to the
 * second; any other begins and ends with the day where the reader is.
 *
 * @returns undefined while something is not chosen, or where the last day lies before the first
 */
export function scopeOf(
  { subjects, categories, first, last }: Draft,
  asked: Scope,
  zone: string,
): Scope | undefined {
  const days = daysOf(asked, zone);
  if (subjects.length === 0 || categories.length === 0) return undefined;
  if (first === '' || last === '' || last < first || first < days.first || last > days.last) return undefined;
  const place = placeOf(zone);
  const scope: Scope = {
    subjects: asked.subjects.filter((each) => subjects.includes(each)),
    categories: asked.categories.filter((each) => categories.includes(each)),
    period: {
      from:
        first === days.first
          ? asked.period.from
          : new Date(endOf(daysAfter(first, -1), place)).toISOString().replace('.000Z', 'Z'),
      to:
        last === days.last
          ? asked.period.to
          : new Date(endOf(last, place)).toISOString().replace('.000Z', 'Z'),
    },
  };
  return within(scope, asked) ? scope : undefined;
}

/** How a scope stands to what was asked. */
export interface Compared {
  isWhole: boolean;
  subjects: { chosen: number; of: number };
  without: Category[];
  kept: Category[];
  days: { chosen: number; of: number };
}

export function compared(scope: Scope, asked: Scope): Compared {
  return {
    isWhole: isSameScope(scope, asked),
    subjects: { chosen: scope.subjects.length, of: asked.subjects.length },
    without: beyond(asked, scope).categories,
    kept: scope.categories,
    days: { chosen: daysIn(scope.period), of: daysIn(asked.period) },
  };
}

/** The parts of what was asked that a scope leaves out, by the names that a draft’s grounds go by. */
export function leftOutParts(scope: Scope, asked: Scope): string[] {
  const { subjects, categories, before, after } = beyond(asked, scope);
  return [...subjects.map(String), ...categories, ...(before || after ? ['period'] : [])];
}

/**
 * What a draft states of what it leaves out, as a decision has it: parts on one ground in one line. What is not left out any
 * more is not stated.
 *
 * @returns undefined where nothing is stated; `too-long` where a decision has no room for it
 */
export function withheldBy(
  { grounds }: Pick<Draft, 'grounds'>,
  scope: Scope,
  asked: Scope,
): Withheld | undefined | 'too-long' {
  const stated = leftOutParts(scope, asked).flatMap((part) => {
    const ground = grounds[part];
    return ground === undefined ? [] : [{ part, ground }];
  });
  if (stated.length === 0) return undefined;
  const lines: Withheld = [];
  for (const ground of new Set(stated.map((each) => each.ground))) {
    const parts = stated.filter((each) => each.ground === ground).map(({ part }) => part);
    const subjects = parts.filter((part) => /^\d+$/.test(part)).map(Number);
    const of = allCategories.filter((category) => parts.includes(category));
    if (subjects.length > 0) lines.push({ subjects, ground });
    if (of.length > 0) lines.push({ categories: of, ground });
    if (parts.includes('period')) lines.push({ ground });
  }
  return withheldSchema.safeParse(lines).data ?? 'too-long';
}

/** Whose approvals count that are not one’s own, the newest last. */
export const othersOf = (review: Pick<Review, 'decisions'>, me: string | undefined) =>
  approvalsOf(review).filter(({ reviewer }) => reviewer !== me);

/** The colleague whose scope one’s own is compared with: the newest that counts. */
export function colleagueOf(review: Pick<Review, 'decisions'>, me: string | undefined) {
  return othersOf(review, me).at(-1);
}

/** The one scope that may still be signed, of an emergency that is open. */
export const onlyScope = ({ status, scope }: Pick<Review, 'status' | 'scope'>): Scope | undefined =>
  openStatuses.includes(status) ? scope : undefined;

/** Whether one’s own approval counts already. */
export const hasSigned = ({ decisions }: Pick<Review, 'decisions'>, me: string | undefined): boolean =>
  decisions.some(({ reviewer }) => reviewer === me);

/**
 * Whether a colleague’s scope stays covered: the reader may still decide, and has not chosen yet. What is open already has
 * one scope, which everybody knows.
 */
export function isCovered(
  review: Review,
  me: string | undefined,
  { isChosen }: Pick<Draft, 'isChosen'>,
): boolean {
  return (
    review.status === 'AwaitingApproval' &&
    !isChosen &&
    othersOf(review, me).length > 0 &&
    !hasSigned(review, me)
  );
}

/** What is signed in the end: one’s own scope, or the colleague’s where one takes it over. */
export function chosenScope(
  draft: Draft,
  review: Review,
  me: string | undefined,
  zone: string,
): Scope | undefined {
  const only = onlyScope(review);
  if (only !== undefined) return only;
  const own = scopeOf(draft, review.asked, zone);
  const theirs = colleagueOf(review, me)?.scope;
  if (own === undefined || theirs === undefined) return own;
  if (!draft.isChosen) return undefined;
  if (isSameScope(own, theirs)) return own;
  return draft.take === undefined ? undefined : draft.take === 'theirs' ? theirs : own;
}
