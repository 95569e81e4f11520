import { isKept, isOrdered, kept, type Preservation } from '#core/cases/preservation.ts';
import { inParts } from '#core/parts.ts';
import { type Clock, KmsRefusal, type VaultKms, type Watch } from '#core/ports.ts';
import { isIn, type KeepingState, mostKeptAtOnce } from '#core/state/keepings.ts';
import type { PreservationState } from '#core/state/preservations.ts';
import type { StoredEpochKey, VaultState } from '#core/state/vault.ts';
import { type KeepingGuard, type KeptFor, keepsUntil } from '#core/state/vault-keeping.ts';
import { StoreConflict } from '#core/store/store.ts';
import { epochOf } from '#core/vault/epoch.ts';
import { namedBy } from './named.ts';
import type { WrappingKeys } from './wrapping.ts';

export interface PreservePorts {
  preservations: Pick<PreservationState, 'get' | 'until' | 'commit'>;
  keepings: Pick<KeepingState, 'of' | 'add' | 'unchanged'>;
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
export function preserver({ preservations, keepings, vault, kms, wrapping, clock, watch }: PreservePorts) {
  async function keep(preservation: Preservation): Promise<void> {
    // It is over, and `forget` says so when it comes by.
    if (clock.now() >= preservation.dueAt) return;
    const patience = new Date(Date.parse(clock.now()) + patienceMs).toISOString();
    const epochKeys = await namedBy(vault, preservation);
    const bySubject = Map.groupBy(epochKeys, ({ subject }) => subject);
    for (const [subject, own] of bySubject) await keepOf(preservation, subject, own, patience);
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

  /** What it names of one person. */
  async function keepOf(
    preservation: Preservation,
    subject: string,
    epochKeys: readonly StoredEpochKey[],
    patience: string,
  ): Promise<void> {
    const { id, receivedAt: since, dueAt, latestEnd } = preservation;
    if (!(await isKeeping(preservation, subject))) return;
    const guard: KeepingGuard = async () => {
      const known = await keepings.of(subject);
      // Its request was answered meanwhile, or refused.
      return known.isForged || isIn(known, id) ? keepings.unchanged(known) : undefined;
    };
    // Where a number or name is asked for, it must find the subject as long. First, so that an erasure which finds an epoch
    // key kept finds its names kept too.
    const ends = epochKeys.map((epochKey) => keepsUntil(epochKey, { until: dueAt })).sort();
    const last = ends.at(-1);
    if (last !== undefined && last > clock.now())
      await vault.keepNames(subject, { since, until: last }, guard);
    for (const epochKey of epochKeys)
      await onceKnown(
        (until) => rewrap(epochKey, until, { since, until: dueAt, latestEnd }, guard),
        wrappedUntil(epochKey, dueAt),
        patience,
      );
  }

  /**
   * Whether a preservation keeps this person's data still. The transaction that took it on wrote down the first of its
   * people; the rest are added now.
   */
  async function isKeeping(preservation: Preservation, subject: string): Promise<boolean> {
    const { id, dueAt: until } = preservation;
    const known = await keepings.of(subject);
    if (known.isForged || isIn(known, id, until)) return true;
    const people = [...new Set(preservation.subjects.flat().map((holder) => holder.subject))];
    // A request's own that was there and is there no more has ended.
    if (!isOrdered(preservation) && people.indexOf(subject) < mostKeptAtOnce) return false;
    await keepings.add(known, { id, until });
    return true;
  }

  /** What was ordered before people had a note of it gets one, so that no other's end takes what it keeps. */
  async function noted(preservation: Preservation): Promise<void> {
    if (!isOrdered(preservation)) return;
    const people = new Set(preservation.subjects.flat().map(({ subject }) => subject));
    for (const subject of people) await isKeeping(preservation, subject);
  }

  async function rewrap(
    epochKey: StoredEpochKey,
    wrappedUntil: string,
    keptFor: KeptFor,
    guard: KeepingGuard,
  ): Promise<void> {
    const keyId = await wrapping.keyFor('preserved', epochOf(wrappedUntil), epochKey.subject);
    if (keyId === undefined) throw new Error('the month in which this ends is over');
    const wrappedKey = await kms.rewrap(epochKey, epochKey.wrappedKey, epochKey.keyId, keyId);
    await vault.keepEpochKey(epochKey, { wrappedKey, keyId }, keptFor, guard);
  }

  /**
   * The first preservation that ends in a month has that month's key made. For some minutes KMS may not find it, and may
   * refuse `preserve` every key that does not show the vault's tag yet (lib/vault.ts): that is waited for.
   */
  async function onceKnown(
    act: (until: string) => Promise<void>,
    until: string,
    patience: string,
  ): Promise<void> {
    for (;;) {
      try {
        return await act(until);
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
        await parts.attempt({ preservation: preservation.id }, () =>
          isKept(preservation) ? noted(preservation) : keep(preservation),
        );
      }
      parts.finish();
    },
  };
}

/** Until when an epoch key is to be wrapped for: another preservation may keep it for longer. */
function wrappedUntil(epochKey: StoredEpochKey, dueAt: string): string {
  const until = keepsUntil(epochKey, { until: dueAt });
  const before = epochKey.records.kept?.until;
  return before !== undefined && before > until ? before : until;
}
