import { changeDays } from '#core/log/limits.ts';
import type { Change } from './change.ts';

/** Of a change, as it is stored. */
export const storedStatuses = ['Pending', 'Applied', 'Rejected'] as const;

/**
 * A change of the registry that nobody completed in time has lapsed. Time alone says so: there is no write that does, and
 * no table is believed.
 */
export const changeStatuses = [...storedStatuses, 'Lapsed'] as const;
export type ChangeStatus = (typeof changeStatuses)[number];

/** From when on a change that is not complete can be decided no more. */
export function closesAt({ proposedAt }: Pick<Change, 'proposedAt'>): string {
  return new Date(Date.parse(proposedAt) + changeDays * 86_400_000).toISOString();
}

/** A change that is pending was proposed after this instant. */
export function lapsedBefore(at: string): string {
  return new Date(Date.parse(at) - changeDays * 86_400_000).toISOString();
}

/** A change's status at an instant. */
export function statusAt(change: Pick<Change, 'status' | 'proposedAt'>, at: string): ChangeStatus {
  const isLapsed = change.status === 'Pending' && Date.parse(at) >= Date.parse(closesAt(change));
  return isLapsed ? 'Lapsed' : change.status;
}
