import { forget, forgetPreservation } from '#core/cases/retention.ts';
import type { Watch } from '#core/ports.ts';
import type { CaseState } from '#core/state/cases.ts';
import type { PreservationState } from '#core/state/preservations.ts';
import { StoreConflict } from '#core/store/store.ts';

export interface ForgetCasesPorts {
  cases: Pick<CaseState, 'toForget' | 'forget'>;
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

  /** @param at all that is due by this instant */
  return async function forgetCases(at: string): Promise<void> {
    for await (const current of cases.toForget(at)) {
      const outcome = forget(current, at);
      if (outcome !== undefined) await unlessChanged(cases.forget(outcome));
    }
    for await (const current of preservations.toForget(at)) {
      const outcome = forgetPreservation(current, at);
      if (outcome !== undefined) await unlessChanged(preservations.forget(outcome));
    }
  };
}
