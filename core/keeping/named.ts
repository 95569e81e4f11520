import type { Preservation } from '#core/cases/preservation.ts';
import { storedScope } from '#core/cases/stored.ts';
import { epochKeysIn } from '#core/disclosure/shares.ts';
import { canonicalInstant } from '#core/instant.ts';
import type { StoredEpochKey, VaultState } from '#core/state/vault.ts';
import { epochBounds, epochOf } from '#core/vault/epoch.ts';

type Vault = Pick<VaultState, 'epochKeysOf' | 'namesOf' | 'sealedItems'>;

/**
 * The epoch keys that a preservation names, of all its people or of one: those that were there when it was received. One
 * that came to be after it holds nothing that the preservation is about.
 */
export async function namedBy(
  vault: Vault,
  { asked, receivedAt, subjects }: Pick<Preservation, 'asked' | 'receivedAt' | 'subjects'>,
  subject?: string,
): Promise<StoredEpochKey[]> {
  const holders = subjects.map((all) =>
    subject === undefined ? all : all.filter((holder) => holder.subject === subject),
  );
  const then = {
    epochKeysOf: (of: string) => vault.epochKeysOf(of, receivedAt),
    namesOf: (kind: Parameters<Vault['namesOf']>[0], of: string) => vault.namesOf(kind, of, receivedAt),
  };
  const named: StoredEpochKey[] = [];
  for (const epochKey of await epochKeysIn(then, storedScope(asked, receivedAt), holders))
    if (await wasThere(vault, epochKey, canonicalInstant(receivedAt))) named.push(epochKey);
  return named;
}

/** Of the month that a preservation was received in, an account that came back since has another key pair. */
async function wasThere(vault: Vault, epochKey: StoredEpochKey, receivedAt: string): Promise<boolean> {
  const { from, to } = epochBounds(epochKey.epoch);
  if (epochKey.epoch !== epochOf(receivedAt) || receivedAt >= to) return true;
  for await (const _ of vault.sealedItems(epochKey, { from, to: receivedAt })) return true;
  return false;
}
