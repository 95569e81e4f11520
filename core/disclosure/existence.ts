import type { Case } from '#core/cases/case.ts';
import type { Policy } from '#core/cases/policy.ts';
import { storedScope } from '#core/cases/stored.ts';
import { type Category, kindOf } from '#core/categories/categories.ts';
import { dayOf } from '#core/instant.ts';
import type { StoredEpochKey, VaultState } from '#core/state/vault.ts';
import { type Period, spanOf } from '#core/vault/kinds.ts';
import { type Share, shareOf } from './shares.ts';

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
export function existence(vault: VaultState) {
  /** Records lie a day's together: those of the days that the period touches. */
  async function recordsIn(epochKey: StoredEpochKey, period: Period): Promise<number> {
    const { from, to } = spanOf(epochKey.kind, epochKey.epoch, period);
    let sum = 0;
    for await (const { count } of vault.sealedItems(epochKey, { from: dayOf(from), to })) sum += count;
    return sum;
  }

  async function amount(shares: readonly Share[], category: Category): Promise<number> {
    const counts = await Promise.all(
      shares.flatMap((share) =>
        ofCategory(share, category).map((epochKey) => recordsIn(epochKey, share.period)),
      ),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  return async function whatExists(current: Case, sees: Policy['desk']['sees']): Promise<Existence[]> {
    if (sees === 'nothing') return [];
    const { subjects } = current;
    const asked = storedScope(current.asked, current.receivedAt);
    const shares = await Promise.all(
      subjects.map((holders) => Promise.all(holders.map((holder) => shareOf(vault, holder, asked)))),
    );
    const each = asked.subjects.flatMap((subject) =>
      asked.categories.map((category) => ({ subject, category })),
    );
    return Promise.all(
      each.map(async ({ subject, category }) => {
        const some = (shares[subject] ?? []).flatMap((share) => (share === undefined ? [] : [share]));
        const epochKeys = some.flatMap((share) => ofCategory(share, category));
        const epochs = [...new Set(epochKeys.map(({ epoch }) => epoch))].sort();
        const records = sees === 'amount' ? { records: await amount(some, category) } : {};
        return { subject, category, epochs, ...records };
      }),
    );
  };
}

function ofCategory({ epochKeys }: Share, category: Category): StoredEpochKey[] {
  return epochKeys.filter(({ kind }) => kind === kindOf[category]);
}
