import type { Preservation } from '#core/cases/preservation.ts';
import type { Clock } from '#core/ports.ts';
import type { KeepingState } from '#core/state/keepings.ts';
import type { VaultState } from '#core/state/vault.ts';
import type { Remaining } from '#core/state/vault-releasing.ts';

export interface ReleasePorts {
  keepings: Pick<KeepingState, 'of' | 'takes' | 'unchanged'>;
  /** Keeps what others name, whether or not anything is wrapped for them yet. */
  around: (subject: string) => Promise<unknown>;
  vault: Pick<VaultState, 'release' | 'takeRecords' | 'endErasure' | 'itemsOf'>;
  clock: Pick<Clock, 'now'>;
}

/**
 * What a preservation kept is kept no longer than others keep it. Records that nobody can open any more, of an account that
 * was erased meanwhile, go at once.
 */
export function releaser({ keepings, around, vault, clock }: ReleasePorts) {
  return async function release({ id, subjects }: Preservation): Promise<void> {
    const people = new Set(subjects.flat().map(({ subject }) => subject));
    for (const subject of people) {
      await around(subject);
      await vault.release(subject, () => remainingOf(subject, id));
      await vault.takeRecords(subject);
      const { head } = await vault.itemsOf(subject);
      // An erasure that broke off ends by itself.
      if (head !== undefined && head.says.erasing === undefined) await vault.endErasure(subject);
    }
  };

  async function remainingOf(subject: string, id: string): Promise<Remaining | undefined> {
    const known = await keepings.of(subject);
    if (known.isForged) return undefined;
    const others = known.lines.filter((one) => one.id !== id);
    const until = others
      .map((one) => one.until)
      .filter((end) => end > clock.now())
      .reduce<string | undefined>((a, b) => (a !== undefined && a > b ? a : b), undefined);
    return { until, holding: keepings.unchanged(known), done: [keepings.takes(known, id)] };
  }
}
