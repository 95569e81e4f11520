import type { ReviewLine } from '#client/reviewer.ts';
import type { Claiming } from '#core/cases/claiming.ts';
import { liveStatuses } from '../state/statuses.ts';

/** What `c` does to a case: takes it, takes it over, or ends the reviewer's own claim. Undefined: it has ended. */
export function claimingOf(
  { claimedBy, status }: ReviewLine,
  me: string | undefined,
): Claiming['claim'] | undefined {
  if (!liveStatuses.includes(status)) return undefined;
  if (claimedBy === undefined) return 'take';
  return claimedBy === me ? 'end' : 'take-over';
}
