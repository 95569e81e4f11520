import { isKept } from '#core/cases/preservation.ts';
import type { Clock } from '#core/ports.ts';
import type { KeepingState } from '#core/state/keepings.ts';
import type { PreservationState } from '#core/state/preservations.ts';
import type { VaultState } from '#core/state/vault.ts';
import { unlessForged } from '#core/store/authentic.ts';
import type { Write } from '#core/store/store.ts';
import { namedBy } from './named.ts';

export interface GoingAroundPorts {
  keepings: Pick<KeepingState, 'of' | 'unchanged'>;
  preservations: Pick<PreservationState, 'get'>;
  vault: Pick<VaultState, 'epochKeysOf' | 'namesOf' | 'sealedItems' | 'keepEpochKey' | 'keepNames'>;
  clock: Pick<Clock, 'now'>;
}

/**
 * What a preservation names is kept from the transaction on that took it: an erasure that comes before `preserve` keeps it
 * first, wrapped as it is, and `preserve` wraps it anew afterwards. Whoever erases may use no key, and needs none.
 *
 * @returns what has all that is preserved of a person kept, and gives the writes that hold while nothing is added to it
 */
export function aroundPreserved({ keepings, preservations, vault, clock }: GoingAroundPorts) {
  return async function around(subject: string): Promise<Write[]> {
    const known = await keepings.of(subject);
    for (const { id } of known.lines) {
      // Nobody's writes to a table keep somebody's data: what is not proven is erased.
      await unlessForged(() => keepAsItIs(id, subject));
    }
    return keepings.unchanged(known);
  };

  async function keepAsItIs(id: string, subject: string): Promise<void> {
    const preservation = await preservations.get(id);
    if (preservation === undefined || preservation.status === 'Lapsed' || isKept(preservation)) return;
    const { receivedAt: since, dueAt: until, latestEnd } = preservation;
    if (until <= clock.now()) return;
    const guard = async () => keepings.unchanged(await keepings.of(subject));
    const epochKeys = await namedBy(vault, preservation, subject);
    if (epochKeys.length > 0) await vault.keepNames(subject, { since, until }, guard);
    for (const epochKey of epochKeys)
      await vault.keepEpochKey(epochKey, epochKey, { since, until, latestEnd }, guard);
  }
}
