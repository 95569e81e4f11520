import { retired, retirementDue } from '#core/cases/acts.ts';
import type { Case } from '#core/cases/case.ts';
import { mayLag } from '#core/kms-lag.ts';
import type { Clock, Grants, Watch } from '#core/ports.ts';
import type { CaseState } from '#core/state/cases.ts';

export interface RetirePorts {
  cases: Pick<CaseState, 'get' | 'change'>;
  grants: Pick<Grants, 'revoke'>;
  clock: Pick<Clock, 'now'>;
  watch: Watch;
}

/**
 * @returns what ends a closed case's grants at KMS and then records it (I9), and gives the case as it is then. A crash
 *   between the two ends them again, which does nothing. A grant that KMS does not find may have ended, or may be too new to
 *   be found: while it is new the case keeps it, and the next sweep tries again. Meanwhile the case is closed all the same.
 */
export function retirer(ports: RetirePorts): (id: string) => Promise<Case | undefined> {
  const { cases, grants, clock, watch } = ports;
  return async (id) => {
    const current = await cases.get(id);
    const because = current === undefined ? undefined : retirementDue(current);
    if (current === undefined || because === undefined) return current;
    const held = current.grants ?? [];
    let isDone = true;
    for (const { keyId, grantId } of held)
      if ((await grants.revoke(keyId, grantId)) === 'unknown' && mayLag(current.grantsAt, clock.now()))
        isDone = false;
    if (!isDone) return current;
    const changed = await cases.change(id, (latest) =>
      retirementDue(latest) === undefined ? undefined : retired(latest, because),
    );
    watch.count('GrantsRetired', held.length);
    return changed?.case;
  };
}
