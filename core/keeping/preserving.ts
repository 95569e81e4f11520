import { isKept, kept, type Preservation } from '#core/cases/preservation.ts';
import { storedScope } from '#core/cases/stored.ts';
import { epochKeysIn } from '#core/disclosure/shares.ts';
import { inParts } from '#core/parts.ts';
import { type Clock, KmsRefusal, type VaultKms, type Watch } from '#core/ports.ts';
import type { PreservationState } from '#core/state/preservations.ts';
import type { StoredEpochKey, VaultState } from '#core/state/vault.ts';
import { StoreConflict } from '#core/store/store.ts';
import { epochOf } from '#core/vault/epoch.ts';
import type { WrappingKeys } from './wrapping.ts';

export interface PreservePorts {
  preservations: Pick<PreservationState, 'get' | 'until' | 'commit'>;
  vault: VaultState;
  kms: Pick<VaultKms, 'rewrap'>;
  wrapping: Pick<WrappingKeys, 'keyFor' | 'isNew'>;
  clock: Clock;
  watch: Watch;
}

/** How long one preservation waits for KMS to know a key that was made for it. Then the clock brings it again. */
const patienceMs = 120_000;
const tryEveryMs = 5_000;

/** After every end. */
const forever = '9999';

/**
 * Keeps what a preservation names from being forgotten: wraps the private keys of its subjects' epoch keys anew, under a
 * vault key that ends in the month in which the preservation does, and lets their records live as long. It sees no key:
 * `kms:ReEncrypt` shows nobody the plaintext. It opens nothing and lets nobody open. Doing one twice changes nothing.
 */
export function preserver({ preservations, vault, kms, wrapping, clock, watch }: PreservePorts) {
  async function keep(preservation: Preservation): Promise<void> {
    const { dueAt: until, subjects, asked, receivedAt } = preservation;
    const epochKeys = await epochKeysIn(vault, storedScope(asked, receivedAt), subjects);
    // Where a number or name is asked for, it must find the subject as long. First, so that an erasure which finds an epoch
    // key kept finds its names kept too.
    const holders = new Set(subjects.flat().map(({ subject }) => subject));
    for (const subject of holders) await vault.keepNames(subject, until);
    const patience = new Date(Date.parse(clock.now()) + patienceMs).toISOString();
    for (const epochKey of epochKeys) await onceKnown(() => rewrap(epochKey, until), until, patience);
    const outcome = kept(preservation, epochKeys.length);
    if (outcome === undefined) return;
    try {
      await preservations.commit(outcome);
      watch.count('EpochKeysPreserved', epochKeys.length);
    } catch (error) {
      // It was changed meanwhile: by another run, which recorded this, or so that the clock brings it again.
      if (!(error instanceof StoreConflict)) throw error;
    }
  }

  async function rewrap(epochKey: StoredEpochKey, until: string): Promise<void> {
    const keyId = await wrapping.keyFor('preserved', epochOf(until), epochKey.subject);
    if (keyId === undefined) throw new Error('the month in which this ends is over');
    const wrappedKey = await kms.rewrap(epochKey, epochKey.wrappedKey, epochKey.keyId, keyId);
    await vault.keepEpochKey(epochKey, { wrappedKey, keyId }, until);
  }

  /**
   * The first preservation that ends in a month has that month's key made. For some minutes KMS may not find it, and may
   * refuse `preserve` every key that does not show the vault's tag yet (lib/vault.ts): that is waited for.
   */
  async function onceKnown(act: () => Promise<void>, until: string, patience: string): Promise<void> {
    for (;;) {
      try {
        return await act();
      } catch (error) {
        const mayPass = error instanceof KmsRefusal && error.code !== 'not-sealed';
        if (!mayPass || clock.now() >= patience) throw error;
        if (!(await wrapping.isNew('preserved', epochOf(until), clock.now()))) throw error;
        await clock.pause(tryEveryMs);
      }
    }
  }

  return {
    /** One that `request` has just taken on. */
    async preserve(id: string): Promise<void> {
      const preservation = await preservations.get(id);
      if (preservation !== undefined && preservation.status !== 'Lapsed') await keep(preservation);
    },

    /** Those of which that call was lost. One that cannot be kept holds up no other. @throws PartsFailed */
    async preserveLeft(): Promise<void> {
      const parts = inParts(watch, 'preserve');
      for await (const preservation of preservations.until(forever)) {
        if (isKept(preservation)) continue;
        await parts.attempt({ preservation: preservation.id }, () => keep(preservation));
      }
      parts.finish();
    },
  };
}
