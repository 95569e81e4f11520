import { printable } from '#client/printable.ts';
import type { Review } from '#client/reviewer.ts';
import {
  approvalsOf,
  approvedBefore,
  beyond,
  isNone,
  isSameScope,
  type Narrowing,
  narrowedTo,
} from '#client/scope.ts';
import type { Scope } from '#core/cases/scope.ts';
import { categories } from '#core/categories/categories.ts';
import { UsageError } from '../common.ts';
import { instantHelp, instantOf } from '../dates.ts';
import { CommandError } from '../errors.ts';
import { when } from '../format.ts';

/** The scope of an approval: what was asked, what another reviewer approved, or less than what was asked. */
export interface ScopeOptions {
  subject?: string[];
  category?: string[];
  from?: string;
  to?: string;
  sameAs?: string;
}

/** Reads the options, before anything is fetched. @throws UsageError */
export function narrowingOf({ subject, category, from, to, sameAs }: ScopeOptions): Narrowing | undefined {
  const given = [subject, category, from, to].some((each) => each !== undefined);
  if (given && sameAs !== undefined)
    throw new UsageError('--same-as takes the whole scope of another: leave the other options out');
  if (!given) return undefined;
  return {
    ...(subject === undefined ? {} : { subjects: distinct('--subject', subject.map(subjectOf)) }),
    ...(category === undefined ? {} : { categories: distinct('--category', category.map(categoryOf)) }),
    ...(from === undefined ? {} : { from: momentOf('--from', from) }),
    ...(to === undefined ? {} : { to: momentOf('--to', to) }),
  };
}

function subjectOf(text: string): number {
  if (!/^\d{1,2}$/.test(text))
    throw new UsageError('--subject is the number of a subject, as `writ review show` lists them: 0 and up');
  return Number(text);
}

function categoryOf(text: string): Scope['categories'][number] {
  const known = categories.find((category) => category === text);
  if (known === undefined) throw new UsageError(`--category is one of ${categories.join(', ')}`);
  return known;
}

function momentOf(option: string, text: string): string {
  const at = instantOf(text);
  if (at === undefined) throw new UsageError(`${option} is ${instantHelp}`);
  return at;
}

function distinct<T>(option: string, list: T[]): T[] {
  if (new Set(list).size !== list.length) throw new UsageError(`${option} names something twice`);
  return list;
}

export interface Chosen {
  scope: Scope;
  /** The reviewer who approved the same before. */
  as?: string;
}

/**
 * Chooses the scope. Two approvals count together only over exactly the same scope. So without options it is the scope
 * that another reviewer approved, if there is one.
 *
 * @throws UsageError, CommandError scope-too-wide, scope-differs
 */
export function chooseScope(
  review: Pick<Review, 'asked' | 'decisions' | 'superseded' | 'scope'>,
  narrowed: Narrowing | undefined,
  sameAs: string | undefined,
): Chosen {
  const { asked } = review;
  const chosen = narrowed === undefined ? approved(review, sameAs) : undefined;
  if (chosen !== undefined) return chosen;
  const scope = narrowedTo(asked, narrowed);
  if (Date.parse(scope.period.from) >= Date.parse(scope.period.to))
    throw new UsageError('the period ends before it begins: --from lies before --to');
  checkWithin(scope, asked);
  // The second signature of an open emergency is over exactly what was opened.
  if (review.scope !== undefined && !isSameScope(scope, review.scope))
    throw new CommandError(
      'scope-differs',
      'the case was opened with another scope, and only that can be signed',
      'leave the scope out, or `writ review suspend`',
    );
  const same = approvalsOf(review).find((each) => isSameScope(each.scope, scope));
  return { scope, ...(same === undefined ? {} : { as: same.reviewer }) };
}

/** Of whom it is named, an approval that counts no more can be taken up again: the count begins anew with it. */
function approved(
  review: Pick<Review, 'decisions' | 'superseded'>,
  sameAs: string | undefined,
): Chosen | undefined {
  const all = sameAs === undefined ? approvalsOf(review) : approvedBefore(review);
  const found = sameAs === undefined ? all.at(-1) : all.findLast(({ reviewer }) => reviewer === sameAs);
  if (found !== undefined) return { scope: found.scope, as: found.reviewer };
  if (sameAs === undefined) return undefined;
  const others = [...new Set(all.map(({ reviewer }) => printable(reviewer)))].join(', ');
  throw new UsageError(
    `--same-as: ${printable(sameAs)} approved nothing here${others === '' ? '' : `; those who did: ${others}`}`,
  );
}

/** @throws CommandError scope-too-wide, with what lies outside */
function checkWithin(scope: Scope, asked: Scope): void {
  const outside = beyond(scope, asked);
  if (isNone(outside)) return;
  const names = [
    ...outside.subjects.map((subject) => `subject ${subject}`),
    ...outside.categories,
    ...(outside.before ? ['what is before the period'] : []),
    ...(outside.after ? ['what is after the period'] : []),
  ];
  throw new CommandError(
    'scope-too-wide',
    `${names.join(', ')} was not asked for; nothing was signed`,
    'approve what was asked for, or less',
  );
}

/** What a scope leaves out, in words; empty where it is all that was asked. */
export function narrowing(scope: Scope, asked: Scope): string[] {
  const { subjects, categories: left, before, after } = beyond(asked, scope);
  const without = [
    ...(subjects.length === 0
      ? []
      : [`${subjects.length === 1 ? 'subject' : 'subjects'} ${subjects.join(', ')}`]),
    ...left,
  ];
  const { from, to } = asked.period;
  return [
    ...(without.length === 0 ? [] : [`without ${without.join(', ')}`]),
    ...(before ? [`from ${when(scope.period.from)} and not from ${when(from)}`] : []),
    ...(after ? [`to ${when(scope.period.to)} and not to ${when(to)}`] : []),
  ];
}
