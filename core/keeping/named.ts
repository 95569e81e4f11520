import type { Preservation } from '#core/cases/preservation.ts';
import { storedScope } from '#core/cases/stored.ts';
import { epochKeysIn } from '#core/disclosure/shares.ts';
import type { StoredEpochKey, VaultState } from '#core/state/vault.ts';

/** The epoch keys that a preservation names, of all its people or of one: those that were there when it was received. */
export async function namedBy(
  vault: Pick<VaultState, 'epochKeysOf' | 'namesOf'>,
  { asked, receivedAt, subjects }: Pick<Preservation, 'asked' | 'receivedAt' | 'subjects'>,
  subject?: string,
): Promise<StoredEpochKey[]> {
  const holders = subjects.map((all) =>
    subject === undefined ? all : all.filter((holder) => holder.subject === subject),
  );
  const then: typeof vault = {
    epochKeysOf: (of) => vault.epochKeysOf(of, receivedAt),
    namesOf: (kind, of) => vault.namesOf(kind, of, receivedAt),
  };
  return epochKeysIn(then, storedScope(asked, receivedAt), holders);
}
