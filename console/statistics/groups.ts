import { type Counting, type Figures, figuresOf } from '#client/review-stats.ts';
import type { ReviewLine } from '#core/cases/review.ts';
import { categories } from '#core/categories/categories.ts';

/** The desk's figures, by what one asks for: since when, of whom, told apart by what. */
export const groupings = ['month', 'agency', 'category'] as const;
export type Grouping = (typeof groupings)[number];

export const spans = ['all', 'days-30', 'days-90', 'days-365'] as const;
export type Span = (typeof spans)[number];

const days: Record<Span, number> = { all: Infinity, 'days-30': 30, 'days-90': 90, 'days-365': 365 };

/** Cases that were received within a span before now. */
export function within(reviews: Iterable<ReviewLine>, span: Span, now: number): ReviewLine[] {
  const from = now - days[span] * 86_400_000;
  return [...reviews].filter(({ receivedAt }) => Date.parse(receivedAt) >= from);
}

export interface Group {
  /** A month as `2026-11`, an agency's id, a category. */
  key: string;
  figures: Figures;
}

/**
 * A line for each month, the newest first; for each agency, the one with the most cases first; for each category. A case that
 * asks for two categories is in both.
 */
export function groupsOf(reviews: readonly ReviewLine[], by: Grouping, counting: Counting): Group[] {
  const keysOf: Record<Grouping, (review: ReviewLine) => readonly string[]> = {
    month: ({ receivedAt }) => [receivedAt.slice(0, 'YYYY-MM'.length)],
    agency: ({ agency }) => [agency],
    category: ({ asked }) => asked.categories,
  };
  const members = new Map<string, ReviewLine[]>();
  for (const review of reviews)
    for (const key of keysOf[by](review)) {
      const group = members.get(key);
      if (group === undefined) members.set(key, [review]);
      else group.push(review);
    }
  const groups = [...members]
    .map(([key, own]) => ({ key, figures: figuresOf(own, counting) }))
    .filter(({ figures }) => figures.cases > 0);
  const order: Record<Grouping, (a: Group, b: Group) => number> = {
    month: (a, b) => (a.key < b.key ? 1 : -1),
    agency: (a, b) => b.figures.cases - a.figures.cases || (a.key < b.key ? -1 : 1),
    category: (a, b) => place(a.key) - place(b.key),
  };
  return groups.toSorted(order[by]);
}

const names: readonly string[] = categories;
const place = (category: string) => names.indexOf(category);

/** A share, in whole per cent: never 0 or 100 where that is not exact. Undefined of nothing. */
export function share(part: number, of: number): number | undefined {
  if (of === 0) return undefined;
  if (part === 0 || part === of) return part === 0 ? 0 : 100;
  return Math.min(99, Math.max(1, Math.round((part / of) * 100)));
}

/** A time in the unit that people say it in: minutes up to two hours, hours up to two days, then days. */
export function durationOf(minutes: number): { n: number; unit: 'minute' | 'hour' | 'day' } {
  if (minutes < 120) return { n: Math.round(minutes), unit: 'minute' };
  const hours = Math.round(minutes / 60);
  return hours < 48 ? { n: hours, unit: 'hour' } : { n: Math.round(hours / 24), unit: 'day' };
}
