import type { Case } from '#core/cases/case.ts';
import { forget, forgetPreservation } from '#core/cases/retention.ts';
import { inParts } from '#core/parts.ts';
import type { Watch } from '#core/ports.ts';
import type { CaseState } from '#core/state/cases.ts';
import type { PreservationState } from '#core/state/preservations.ts';
import { StoreConflict } from '#core/store/store.ts';

export interface ForgetCasesPorts {
  cases: Pick<CaseState, 'get' | 'toForget' | 'forget' | 'documents'>;
  preservations: Pick<PreservationState, 'toForget' | 'forget'>;
  watch: Watch;
}

/**
 * Forgets cases and preservations whose own retention is over (I10): each goes in one transaction with the entry that says
 * so. It reads none of what it deletes in the clear. Doing it twice changes nothing.
 */
export function caseForgetter({ cases, preservations, watch }: ForgetCasesPorts) {
  /** What was changed meanwhile was held, or forgotten by another run: the next run sees which. */
  async function unlessChanged(deletion: Promise<void>): Promise<void> {
    try {
      await deletion;
      watch.count('CasesForgotten');
    } catch (error) {
      if (!(error instanceof StoreConflict)) throw error;
    }
  }

  /** What lies beside a case that is gone. A case that was held meanwhile keeps it. */
  async function forgetOrder(id: string): Promise<void> {
    if ((await cases.get(id)) === undefined) await cases.documents.forget(id);
  }

  async function forgetOne(current: Case, at: string): Promise<void> {
    const outcome = forget(current, at);
    if (outcome === undefined) return;
    await unlessChanged(cases.forget(outcome));
    if (current.document !== undefined) await forgetOrder(current.id);
  }

  return {
    /** All that is due by an instant. One that cannot be forgotten keeps no other. @throws PartsFailed */
    async forgetCases(at: string): Promise<void> {
      const parts = inParts(watch, 'forget');
      await parts.attempt({ part: 'cases' }, async () => {
        for await (const current of cases.toForget(at))
          await parts.attempt({ case: current.id }, () => forgetOne(current, at));
      });
      // Orders of cases that an earlier run forgot before it broke off.
      await parts.attempt({ part: 'orders' }, async () => {
        for await (const id of cases.documents.left(at))
          await parts.attempt({ case: id }, () => forgetOrder(id));
      });
      await parts.attempt({ part: 'preservations' }, async () => {
        for await (const current of preservations.toForget(at)) {
          const outcome = forgetPreservation(current, at);
          if (outcome === undefined) continue;
          await parts.attempt({ preservation: current.id }, () =>
            unlessChanged(preservations.forget(outcome)),
          );
        }
      });
      parts.finish();
    },

    /** One case, if it is due. */
    async forgetCase(id: string, at: string): Promise<void> {
      const current = await cases.get(id);
      if (current !== undefined) await forgetOne(current, at);
    },
  };
}
