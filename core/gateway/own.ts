import type { Case } from '#core/cases/case.ts';
import { isOrdered, type OrderedPreservation } from '#core/cases/preservation.ts';
import { WireError } from '#core/problem.ts';
import type { CaseState } from '#core/state/cases.ts';
import type { PreservationState } from '#core/state/preservations.ts';

/**
 * What is an agency's own. Another agency's case is not there, rather than forbidden: its existence is nobody's
 * business.
 *
 * @throws WireError not-found
 */
export async function ownCase(cases: Pick<CaseState, 'get'>, id: string, agency: string): Promise<Case> {
  return ownedBy(agency, await cases.get(id));
}

/** @throws WireError not-found */
export async function ownPreservation(
  preservations: Pick<PreservationState, 'get'>,
  id: string,
  agency: string,
): Promise<OrderedPreservation> {
  const found = await preservations.get(id);
  // What a request preserves by itself is nobody's to follow: the request is.
  return ownedBy(agency, found !== undefined && isOrdered(found) ? found : undefined);
}

function ownedBy<T extends { agency: string }>(agency: string, value: T | undefined): T {
  if (value === undefined || value.agency !== agency) throw new WireError('not-found');
  return value;
}
