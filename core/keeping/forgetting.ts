import { ended, isKept, isOrdered, type Preservation } from '#core/cases/preservation.ts';
import { isAnswered } from '#core/cases/receipt.ts';
import { kindOf } from '#core/categories/categories.ts';
import { inParts } from '#core/parts.ts';
import type { Clock, VaultKms, Watch } from '#core/ports.ts';
import type { CaseState } from '#core/state/cases.ts';
import type { PreservationState } from '#core/state/preservations.ts';
import type { VaultState } from '#core/state/vault.ts';
import { subjectOf, ttlOf } from '#core/state/vault-items.ts';
import type { VaultKey, VaultKeyState } from '#core/state/vault-keys.ts';
import { StoreConflict } from '#core/store/store.ts';
import { epochBounds } from '#core/vault/epoch.ts';
import { isLasting } from '#core/vault/kinds.ts';
import type { Retention } from '#core/vault/retention.ts';
import { forgottenAt, keyDigest } from '#core/vault/vault-keys.ts';

export interface ForgetPorts {
  preservations: Pick<PreservationState, 'until' | 'commit'>;
  cases: Pick<CaseState, 'get'>;
  /** Ends what a preservation keeps; see releasing.ts. */
  release: (preservation: Preservation) => Promise<void>;
  vault: Pick<VaultState, 'remove' | 'endedItems'>;
  vaultKeys: Pick<VaultKeyState, 'every' | 'forgotten' | 'sweep' | 'swept'>;
  kms: Pick<VaultKms, 'scheduleDeletion'>;
  clock: Clock;
  watch: Watch;
  retention: Retention;
}

/** How long one run goes on sweeping. The next goes on where it stopped. */
const sweepMs = 60_000;

/**
 * A month's key is destroyed so long after its end: what was asked for before that is in the list of preservations by then,
 * which follows its table after a moment.
 */
const listFollowsMs = 15 * 60_000;

/** After every end. */
const forever = '9999';

/** Forgets what is past retention (I10). It can destroy and open nothing. Doing it twice changes nothing. */
export function forgetter(ports: ForgetPorts) {
  const { preservations, cases, release, vault, vaultKeys, kms, clock, watch, retention } = ports;

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
   * makes sure, item by item. What is passed over is left to DynamoDB, and to the next month's sweep.
   *
   * @param passedOver subjects of whom something is to be kept that is not wrapped anew yet
   */
  async function sweep(passedOver: ReadonlySet<string>): Promise<void> {
    const sweeping = await vaultKeys.sweep();
    if (sweeping === undefined) return;
    const { asOf, from } = sweeping;
    const untilMs = Date.parse(clock.now()) + sweepMs;
    for await (const { keys, next } of vault.endedItems(asOf, from)) {
      await vault.remove(keys.filter((key) => !passedOver.has(subjectOf(key))));
      if (next === undefined || Date.parse(clock.now()) < untilMs) continue;
      await vaultKeys.swept({ asOf, from: next });
      return;
    }
    await vaultKeys.swept(undefined);
  }

  /** What it kept goes first: a run that breaks off in between is done again. */
  async function end(preservation: Preservation, at: string): Promise<void> {
    const isOwn = !isOrdered(preservation) && at < preservation.dueAt;
    const outcome = ended(preservation, at, isOwn && isAnswered(await cases.get(preservation.case), at));
    if (outcome === undefined) return;
    await release(preservation);
    await preservations.commit(outcome).catch((error: unknown) => {
      if (!(error instanceof StoreConflict)) throw error;
    });
  }

  /** All that is forgotten by an instant. What fails of it holds up nothing else. @throws PartsFailed */
  return async function forget(at: string): Promise<void> {
    const parts = inParts(watch, 'forget');
    // Months of which something is to be kept that is not wrapped anew yet: their keys wait for that.
    const waiting: Preservation[] = [];
    const listed = await parts.attempt({ part: 'preservations' }, async () => {
      for await (const preservation of preservations.until(forever)) {
        await parts.attempt({ preservation: preservation.id }, () => end(preservation, at));
        if (!isKept(preservation) && preservation.dueAt > at) waiting.push(preservation);
      }
      return true;
    });
    const listedBy = new Date(Date.parse(at) - listFollowsMs).toISOString();
    const due = (await vaultKeys.every()).filter(
      (key) =>
        key.forgottenAt === undefined &&
        forgottenAt(key, retention) <= listedBy &&
        (listed || key.purpose === 'preserved') &&
        !waiting.some((preservation) => names(preservation, key)),
    );
    // Before the first of them is recorded, so that a run that breaks off leaves the sweep to the next.
    if (due.length > 0) await vaultKeys.swept({ asOf: ttlOf(at) });
    for (const key of due) {
      const { purpose, epoch, shard } = key;
      await parts.attempt({ part: 'vault key', purpose, epoch, shard }, () => destroy(key, at));
    }
    // Of what is to be kept, something may have ended since it was asked for: it lies there until it is wrapped anew.
    const waitedFor = new Set(
      waiting.flatMap(({ subjects }) => subjects.flat().map(({ subject }) => subject)),
    );
    if (listed) await parts.attempt({ part: 'what forgotten keys wrapped' }, () => sweep(waitedFor));
    parts.finish();
  };
}

/** Whether a preservation may name something that a month's key wraps. A number lies in the month in which it was set. */
function names({ asked }: Preservation, { purpose, epoch }: VaultKey): boolean {
  if (purpose === 'preserved' || !asked.categories.some((category) => kindOf[category] === purpose))
    return false;
  const { from, to } = epochBounds(epoch);
  return isLasting(purpose)
    ? Date.parse(from) < Date.parse(asked.period.to)
    : Date.parse(from) < Date.parse(asked.period.to) && Date.parse(to) > Date.parse(asked.period.from);
}
