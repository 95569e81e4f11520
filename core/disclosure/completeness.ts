import { z } from 'zod';
import type { Case } from '#core/cases/case.ts';
import { category, type Period, period, type Scope, scopeSchema } from '#core/cases/scope.ts';
import type { StoredScope } from '#core/cases/stored.ts';
import { withheldOf, withheldSchema } from '#core/cases/withheld.ts';
import { type DisclosedRecord, kindOf } from '#core/categories/categories.ts';
import { wireInstant } from '#core/instant.ts';

/**
 * What an answer covers, and what it does not: what was searched, what was found, what is not held, and what was asked for
 * and withheld. So whoever reads an answer with nothing of a subject in it can tell why there is nothing. It follows from
 * the approval, the grants and the log, and is within what the provider signs.
 */
const part = z.strictObject({ subject: z.int().nonnegative(), category });
export type Part = z.infer<typeof part>;

export const completenessSchema = z.strictObject({
  /** The approved scope, its period cut at the receipt of the request. */
  searched: scopeSchema,
  /** Records of this page by each subject and category, those included that have none here. */
  found: z.array(part.extend({ records: z.int().nonnegative() })).max(300),
  /** Nothing is stored of these in the months that the period touches. */
  notHeld: z.array(part).max(300),
  /** What was asked for and not approved. */
  withheld: z
    .strictObject({
      subjects: z.array(z.int().nonnegative()).max(100),
      categories: z.array(category).max(8),
      periods: z.array(period).max(2),
      /** Why, as far as the reviewers state it. */
      because: withheldSchema.optional(),
    })
    .optional(),
});
export type Completeness = z.infer<typeof completenessSchema>;

/**
 * @param current as it is proven: its scope approved, its holders and grants minted, what is withheld committed to
 * @param asked what the request asks for; of the request itself, where its officer handed it in
 */
export function completenessOf(
  current: Pick<Case, 'withheld' | 'holders' | 'grants'>,
  { approved, asked, searched }: { approved: Scope; asked: Scope; searched: StoredScope },
  records: readonly DisclosedRecord[],
): Completeness {
  const { subjects, categories } = approved;
  const parts = subjects.flatMap((subject) => categories.map((each): Part => ({ subject, category: each })));
  const withheld = withheldFrom(asked, approved, withheldOf(current));
  const { from, to } = searched.period;
  return {
    searched: { subjects, categories, period: { from: wireInstant(from), to: wireInstant(to) } },
    found: counted(parts, records),
    notHeld: parts.filter((each) => !isHeld(current, each)),
    ...(withheld === undefined ? {} : { withheld }),
  };
}

function counted(parts: readonly Part[], records: readonly DisclosedRecord[]): Completeness['found'] {
  const found = new Map<string, number>();
  const keyOf = ({ subject, category: of }: { subject: number; category: string }) => `${subject} ${of}`;
  for (const record of records) found.set(keyOf(record), (found.get(keyOf(record)) ?? 0) + 1);
  return parts.map((each) => ({ ...each, records: found.get(keyOf(each)) ?? 0 }));
}

/** A grant is minted for each epoch key that there is: where there is none, nothing was stored. */
function isHeld(
  { holders = [], grants = [] }: Pick<Case, 'holders' | 'grants'>,
  { subject, category: of }: Part,
) {
  const people = new Set(holders[subject]?.map((holder) => holder.subject));
  return grants.some((grant) => grant.kind === kindOf[of] && people.has(grant.subject));
}

function withheldFrom(
  asked: Scope,
  approved: Scope,
  because: NonNullable<Completeness['withheld']>['because'],
): Completeness['withheld'] {
  const subjects = asked.subjects.filter((each) => !approved.subjects.includes(each));
  const categories = asked.categories.filter((each) => !approved.categories.includes(each));
  const periods = beside(asked.period, approved.period);
  if (subjects.length + categories.length + periods.length === 0) return undefined;
  return { subjects, categories, periods, ...(because === undefined ? {} : { because }) };
}

/** What an approved period leaves of the asked one, before it and after it. */
function beside(asked: Period, approved: Period): Period[] {
  const before = { from: asked.from, to: approved.from };
  const after = { from: approved.to, to: asked.to };
  return [before, after].filter(({ from, to }) => Date.parse(from) < Date.parse(to));
}
