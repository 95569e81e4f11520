import type { Policy } from '#core/cases/policy.ts';
import { LogError } from '#core/log/errors.ts';
import type { ProvenEntry } from '#core/log/reading.ts';
import type { Clock, Watch } from '#core/ports.ts';
import { WireError } from '#core/problem.ts';
import type { Logged } from '#core/state/published-log.ts';
import type { Witnessed } from '#core/state/witnessed-log.ts';

export type { Witnessed } from '#core/state/witnessed-log.ts';

/** How a collection waits for witnesses of the log, as the policy says. */
export interface WitnessPorts {
  /**
   * An entry as the newest checkpoint has it that a quorum of witnesses cosigned, all of it verified; undefined while that
   * does not cover it. Left out where no witnesses are configured.
   */
  readWitnessed?: ((entry: ProvenEntry) => Promise<Witnessed | undefined>) | undefined;
  clock: Pick<Clock, 'now'>;
  watch: Watch;
  policy: Pick<Policy, 'witnessed'>;
}

/** `without`: it goes on and nobody has cosigned. `waits`: for a while yet. */
export type Seen = Witnessed | 'without' | 'waits';

export function witnessWait({ readWitnessed, clock, watch, policy }: WitnessPorts) {
  /**
   * Whether witnesses saw an intent, or may still.
   *
   * @param intent in the log, proven. How long witnesses have for it counts from its own time, whatever a table says.
   * @throws WireError log-unwitnessed where the policy requires them, and their time is over
   */
  async function seen(intent: Logged): Promise<Seen> {
    const { collect, patienceSeconds } = policy.witnessed ?? { collect: 'off', patienceSeconds: 0 };
    if (collect === 'off') return 'without';
    const { witnessed, fault } = await found(intent);
    if (witnessed !== undefined) return witnessed;
    if (Date.parse(clock.now()) < Date.parse(intent.entry.at) + patienceSeconds * 1000) return 'waits';
    watch.warn('witnesses have not cosigned the log in time', { collect, fault });
    if (collect === 'prefer') return 'without';
    // The intent stays as it is: the next call goes on with it, and opens once witnesses have cosigned.
    watch.count('LogUnwitnessed');
    throw new WireError('log-unwitnessed');
  }

  /** A file that is not what it should be, or cannot be read, is none: it must not stop what only prefers witnesses. */
  async function found({ proven }: Logged): Promise<{ witnessed?: Witnessed | undefined; fault?: string }> {
    try {
      return { witnessed: await readWitnessed?.(proven) };
    } catch (error) {
      return { fault: error instanceof LogError ? error.code : 'unread' };
    }
  }

  return { seen };
}
