import { claimReview, type ReviewLine } from '#client/reviewer.ts';
import type { Claiming } from '#core/cases/claiming.ts';
import { ask } from '../state/connection.ts';
import type { Desk } from '../state/desk.ts';
import { liveStatuses } from '../state/lines.ts';

/** What `c` does to a case: takes it, takes it over, or ends the reviewer's own claim. Undefined: it has ended. */
export function claimingOf(
  { claimedBy, status }: ReviewLine,
  me: string | undefined,
): Claiming['claim'] | undefined {
  if (!liveStatuses.includes(status)) return undefined;
  if (claimedBy === undefined) return 'take';
  return claimedBy === me ? 'end' : 'take-over';
}

/** Has it confirmed, signed and sent, and takes over the line that answers. @throws as the call; NotSigned */
export async function claim(desk: Desk, { id }: ReviewLine, how: Claiming['claim']): Promise<void> {
  desk.lines.put(await ask(desk, (session) => claimReview(session, id, how)));
}
