import type { Holder } from '#core/cases/case.ts';
import { epochKeysOfScope } from '#core/cases/grants.ts';
import type { StoredScope } from '#core/cases/stored.ts';
import { forEachName } from '#core/exhaustive.ts';
import { keyPairName, type StoredEpochKey, type VaultState } from '#core/state/vault.ts';
import { type Held, lastingKinds, namesThatHold, type Period } from '#core/vault/kinds.ts';
import { heldPart, validities } from '#core/vault/validity.ts';

type Vault = Pick<VaultState, 'epochKeysOf' | 'namesOf'>;

/** One holder's share of a scope: what it opens of theirs, and in which part of the period. */
export interface Share {
  epochKeys: StoredEpochKey[];
  period: Period;
  /** When each of the holder's lasting records held. */
  held: Held;
}

/** @returns undefined if the subject did not stand for this holder at any time in the scope's period */
export async function shareOf(vault: Vault, holder: Holder, scope: StoredScope): Promise<Share | undefined> {
  const period = heldPart(scope.period, holder);
  if (period === undefined) return undefined;
  const [epochKeys, held] = await Promise.all([
    vault.epochKeysOf(holder.subject),
    heldBy(vault, holder.subject),
  ]);
  return { epochKeys: epochKeysOfScope({ ...scope, period }, epochKeys, held), period, held };
}

async function heldBy(vault: Vault, subject: string): Promise<Held> {
  const named = await Promise.all(
    lastingKinds.map(async (kind) => [kind, await vault.namesOf(namesThatHold(kind), subject)] as const),
  );
  const byKind = new Map(named);
  return forEachName(lastingKinds, (kind) => validities(byKind.get(kind) ?? []));
}

/** Every epoch key that a scope names of its subjects' holders, once. */
export async function epochKeysIn(
  vault: Vault,
  scope: StoredScope,
  subjects: readonly (readonly Holder[])[],
): Promise<StoredEpochKey[]> {
  const holders = scope.subjects.flatMap((index) => subjects[index] ?? []);
  const shares = await Promise.all(holders.map((holder) => shareOf(vault, holder, scope)));
  const epochKeys = shares.flatMap((share) => share?.epochKeys ?? []);
  return [...new Map(epochKeys.map((epochKey) => [keyPairName(epochKey), epochKey])).values()];
}
