import { z } from 'zod';
import { byAgency, byReceipt, byUrgency, isDue, searched } from '#client/queue.ts';
import type { ReviewLine } from '#client/reviewer.ts';
import { statuses } from '#core/cases/case.ts';
import { priorities } from '#core/cases/request.ts';
import { category } from '#core/cases/scope.ts';

/** What a tab's cases are narrowed by, and their order. What is searched for is not part of it: it is never kept. */
export const sorts = ['due', 'received', 'agency'] as const;
export type Sort = (typeof sorts)[number];

export const filtersSchema = z.strictObject({
  agency: z.string().max(200).optional(),
  category: category.optional(),
  priority: z.enum(priorities).optional(),
  status: z.enum(statuses).optional(),
});
export type Filters = z.infer<typeof filtersSchema>;

export const isFiltered = (filters: Filters): boolean =>
  Object.values(filters).some((value) => value !== undefined);

export function filtered(lines: readonly ReviewLine[], filters: Filters): readonly ReviewLine[] {
  if (!isFiltered(filters)) return lines;
  const { agency, category, priority, status } = filters;
  return lines.filter(
    (line) =>
      (agency === undefined || line.agency === agency) &&
      (category === undefined || line.asked.categories.includes(category)) &&
      (priority === undefined || line.priority === priority) &&
      (status === undefined || line.status === status),
  );
}

/** What was answered comes after what is due, the newest first: its time is over, and nobody waits for it. */
export function sorted(lines: readonly ReviewLine[], sort: Sort): readonly ReviewLine[] {
  switch (sort) {
    case 'due':
      return [...byUrgency(lines.filter(isDue)), ...byReceipt(lines.filter((line) => !isDue(line)))];
    case 'received':
      return byReceipt(lines);
    case 'agency':
      return byAgency(lines);
  }
}

export const found = (lines: readonly ReviewLine[], search: string): readonly ReviewLine[] =>
  search.trim() === '' ? lines : searched(lines, search.trim());

/** The agencies that have cases, in the order of the alphabet. */
export const agenciesOf = (lines: Iterable<ReviewLine>): string[] =>
  [...new Set([...lines].map(({ agency }) => agency))].sort();
