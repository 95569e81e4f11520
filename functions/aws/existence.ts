import type { Case } from '#core/cases/case.ts';
import type { Policy } from '#core/cases/policy.ts';
import { type Category, kindOf } from '#core/categories/categories.ts';
import { recordsIn, type Share, shareOf } from './vault.ts';

/** Of one subject and category: the months that hold data, and how many records those of the asked period have. */
export interface Existence {
  subject: number;
  category: Category;
  epochs: string[];
  records?: number;
}

/**
 * What the desk learns before it decides, as the policy has it: that something exists, and how much; never what it is,
 * which nothing here could open.
 */
export async function whatExists(current: Case, sees: Policy['desk']['sees']): Promise<Existence[]> {
  if (sees === 'nothing') return [];
  const shares = await Promise.all(
    current.subjects.map((holders) => Promise.all(holders.map((holder) => shareOf(holder, current.asked)))),
  );
  const asked = current.asked.subjects.flatMap((subject) =>
    current.asked.categories.map((category) => ({ subject, category })),
  );
  return Promise.all(
    asked.map(async ({ subject, category }) => {
      const some = (shares[subject] ?? []).flatMap((share) => (share === undefined ? [] : [share]));
      const epochKeys = some.flatMap((share) => ofCategory(share, category));
      const epochs = [...new Set(epochKeys.map(({ epoch }) => epoch))].sort();
      return {
        subject,
        category,
        epochs,
        ...(sees === 'amount' ? { records: await amount(some, category) } : {}),
      };
    }),
  );
}

/** Records lie a day's together: those of the days that the period touches. */
async function amount(shares: readonly Share[], category: Category): Promise<number> {
  const counts = await Promise.all(
    shares.flatMap((share) =>
      ofCategory(share, category).map((epochKey) => recordsIn(epochKey, share.period)),
    ),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

function ofCategory({ epochKeys }: Share, category: Category) {
  return epochKeys.filter(({ kind }) => kind === kindOf[category]);
}
