import { z } from 'zod';
import type { Scope } from '#core/cases/scope.ts';
import type { DisclosedRecord } from '#core/categories/categories.ts';

/**
 * How many records a package holds of each subject and category of its scope. What has none is counted too: that nothing
 * was there is an answer, and has to be told from a page that was lost.
 */
export const countSchema = z.strictObject({
  /** As the scope numbers it. */
  subject: z.int().nonnegative(),
  category: z.string(),
  records: z.int().nonnegative(),
});
export type RecordCount = z.infer<typeof countSchema>;

export class Counting {
  private readonly found = new Map<string, number>();

  add(records: readonly Pick<DisclosedRecord, 'subject' | 'category'>[]): void {
    for (const record of records) {
      const key = keyOf(record);
      this.found.set(key, (this.found.get(key) ?? 0) + 1);
    }
  }

  /** One for each subject and category of the scope, in its order. */
  of({ subjects, categories }: Pick<Scope, 'subjects' | 'categories'>): RecordCount[] {
    return subjects.flatMap((subject) =>
      categories.map((category) => ({
        subject,
        category,
        records: this.found.get(keyOf({ subject, category })) ?? 0,
      })),
    );
  }
}

const keyOf = ({ subject, category }: { subject: number; category: string }) => `${subject} ${category}`;
