import { retired, retirementDue } from '#core/cases/acts.ts';
import type { Case } from '#core/cases/case.ts';
import type { Grants, Watch } from '#core/ports.ts';
import type { CaseState } from '#core/state/cases.ts';

export interface RetirePorts {
  cases: Pick<CaseState, 'get' | 'change'>;
  grants: Pick<Grants, 'revoke'>;
  watch: Watch;
}

/**
 * @returns what ends a closed case's grants at KMS and then records it (I9), and gives the case as it is then. A crash
 *   between the two ends them again, which does nothing.
 */
export function retirer(ports: RetirePorts): (id: string) => Promise<Case | undefined> {
  const { cases, grants, watch } = ports;
  return async (id) => {
    const current = await cases.get(id);
    const because = current === undefined ? undefined : retirementDue(current);
    if (current === undefined || because === undefined) return current;
    const held = current.grants ?? [];
    for (const { keyId, grantId } of held) await grants.revoke(keyId, grantId);
    const changed = await cases.change(id, (latest) =>
      retirementDue(latest) === undefined ? undefined : retired(latest, because),
    );
    watch.count('GrantsRetired', held.length);
    return changed?.case;
  };
}
