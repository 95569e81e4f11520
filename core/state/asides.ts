import { type Aside, asideSchema, type Case } from '#core/cases/case.ts';
import { asidesOf } from '#core/cases/superseded.ts';
import { absent, type Item, type Store, type Write } from '#core/store/store.ts';

/**
 * What reviewers signed and a case does not count, an item each. It is written once, in the transaction of the act that
 * set it aside, and deleted when the case is forgotten. The case names each by the number of its entry.
 */
const asideKey = (caseId: string, entry: number) => ({ pk: `aside#${caseId}#${entry}` });

export function asideWrite(caseId: string, aside: Aside): Write {
  return {
    table: 'cases',
    put: { ...asideKey(caseId, aside.entry), ...asideSchema.parse(aside) },
    when: absent('pk'),
  };
}

/** The keys of all that lies beside a case, for whoever forgets it. */
export function asideKeysOf(current: Pick<Case, 'id' | 'superseded' | 'suspension'>): { pk: string }[] {
  return asidesOf(current).map((entry) => asideKey(current.id, entry));
}

/** @returns undefined where somebody took it away: a case names nothing that was not written with it */
export async function asideOf(
  store: Pick<Store, 'get'>,
  caseId: string,
  entry: number,
): Promise<Aside | undefined> {
  const item = await store.get('cases', asideKey(caseId, entry));
  if (item === undefined) return undefined;
  const { pk: _, ...aside }: Item = item;
  return asideSchema.parse(aside);
}
