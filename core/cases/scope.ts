import { z } from 'zod';
import { canonicalJson } from '#core/canonical.ts';
import { categories } from '#core/categories/categories.ts';
import { instant, statedInstant } from '#core/instant.ts';

export const category = z.enum(categories);

/** From inclusive, to exclusive, UTC. */
export const period = periodOf(instant);

/** The same, as a request states it. */
export const statedPeriod = periodOf(statedInstant);

function periodOf(bound: typeof instant) {
  return z
    .strictObject({ from: bound, to: bound })
    .refine((p) => Date.parse(p.from) < Date.parse(p.to), { error: 'period-empty' });
}

/**
 * Subjects × categories × period, asked or approved. Subjects are indices into the request's own list, so a scope
 * names nobody.
 */
export const scopeSchema = z.strictObject({
  subjects: z.array(z.int().nonnegative().max(99)).min(1).max(100).refine(distinct, { error: 'duplicate' }),
  categories: z.array(category).min(1).max(categories.length).refine(distinct, { error: 'duplicate' }),
  period,
});

export type Scope = z.infer<typeof scopeSchema>;
export type Period = z.infer<typeof period>;

/** One scope, one text: sorted and with canonical instants. Two scopes are the same when their texts are. */
export function scopeText(scope: Scope): string {
  return canonicalJson({
    subjects: scope.subjects.toSorted((a, b) => a - b),
    categories: scope.categories.toSorted(),
    period: {
      from: new Date(scope.period.from).toISOString(),
      to: new Date(scope.period.to).toISOString(),
    },
  });
}

/** Whether a scope asks for nothing beyond another: a reviewer may narrow, never widen. */
export function within(inner: Scope, outer: Scope): boolean {
  return (
    inner.subjects.every((s) => outer.subjects.includes(s)) &&
    inner.categories.every((c) => outer.categories.includes(c)) &&
    Date.parse(inner.period.from) >= Date.parse(outer.period.from) &&
    Date.parse(inner.period.to) <= Date.parse(outer.period.to)
  );
}

export function distinct(list: readonly unknown[]): boolean {
  return new Set(list).size === list.length;
}
