import { ended, type Preservation } from '#core/cases/preservation.ts';
import { inParts } from '#core/parts.ts';
import type { Clock, VaultKms, Watch } from '#core/ports.ts';
import type { PreservationState } from '#core/state/preservations.ts';
import type { VaultState } from '#core/state/vault.ts';
import { ttlOf } from '#core/state/vault-items.ts';
import type { VaultKey, VaultKeyState } from '#core/state/vault-keys.ts';
import { StoreConflict } from '#core/store/store.ts';
import type { Retention } from '#core/vault/retention.ts';
import { forgottenAt, keyDigest } from '#core/vault/vault-keys.ts';

export interface ForgetPorts {
  preservations: Pick<PreservationState, 'until' | 'commit'>;
  vault: Pick<VaultState, 'remove' | 'endedItems'>;
  vaultKeys: Pick<VaultKeyState, 'every' | 'forgotten' | 'sweep' | 'swept'>;
  kms: Pick<VaultKms, 'scheduleDeletion'>;
  clock: Clock;
  watch: Watch;
  retention: Retention;
}

/** How long one run goes on sweeping. The next goes on where it stopped. */
const sweepMs = 60_000;

/** Forgets what is past retention (I10). It can destroy and open nothing. Doing it twice changes nothing. */
export function forgetter(ports: ForgetPorts) {
  const { preservations, vault, vaultKeys, kms, clock, watch, retention } = ports;

  /** Destroys a month's key, and with it all that was ever wrapped under it, in whichever backup; then records it. */
  async function destroy(key: VaultKey, at: string): Promise<void> {
    await kms.scheduleDeletion(key.arn);
    const { purpose, epoch } = key;
    const data = { purpose, epoch, key: keyDigest(key.arn) };
    if (await vaultKeys.forgotten(key, at, { kind: 'vault.key-forgotten', data }))
      watch.count('VaultKeyForgotten');
  }

  /**
   * What a forgotten month's key wrapped is noise. DynamoDB's TTL removes it within days; once a forgotten month, this
   * makes sure, item by item.
   */
  async function sweep(): Promise<void> {
    const sweeping = await vaultKeys.sweep();
    if (sweeping === undefined) return;
    const { asOf, from } = sweeping;
    const untilMs = Date.parse(clock.now()) + sweepMs;
    for await (const { keys, next } of vault.endedItems(asOf, from)) {
      await vault.remove(keys);
      if (next === undefined || Date.parse(clock.now()) < untilMs) continue;
      await vaultKeys.swept({ asOf, from: next });
      return;
    }
    await vaultKeys.swept(undefined);
  }

  async function end(preservation: Preservation, at: string): Promise<void> {
    const outcome = ended(preservation, at);
    if (outcome === undefined) return;
    await preservations.commit(outcome).catch((error: unknown) => {
      if (!(error instanceof StoreConflict)) throw error;
    });
  }

  /** All that is forgotten by an instant. What fails of it holds up nothing else. @throws PartsFailed */
  return async function forget(at: string): Promise<void> {
    const parts = inParts(watch, 'forget');
    await parts.attempt({ part: 'preservations' }, async () => {
      for await (const preservation of preservations.until(at))
        await parts.attempt({ preservation: preservation.id }, () => end(preservation, at));
    });
    const due = (await vaultKeys.every()).filter(
      (key) => key.forgottenAt === undefined && forgottenAt(key, retention) <= at,
    );
    // Before the first of them is recorded, so that a run that breaks off leaves the sweep to the next.
    if (due.length > 0) await vaultKeys.swept({ asOf: ttlOf(at) });
    for (const key of due) {
      const { purpose, epoch, shard } = key;
      await parts.attempt({ part: 'vault key', purpose, epoch, shard }, () => destroy(key, at));
    }
    await parts.attempt({ part: 'what forgotten keys wrapped' }, sweep);
    parts.finish();
  };
}
