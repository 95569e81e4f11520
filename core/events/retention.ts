import { canonicalInstant } from '#core/instant.ts';
import { keptUntil, monthsOf, type Retention } from '#core/vault/retention.ts';
import { EventError, type IdentityEvent } from './identity.ts';

/** How far ahead of ours the backend's clocks may be. */
export const aheadMs = 5 * 60_000;

/**
 * Whether an event may come now.
 *
 * @param event from `parseIdentityEvent`
 * @param now an instant
 * @throws EventError `kind-not-kept`, `time-future`, `time-before-retention`
 */
export function checkTime(event: IdentityEvent, retention: Retention, now: string): void {
  const present = canonicalInstant(now);
  if (monthsOf(event.kind, retention) === 0) throw new EventError('kind-not-kept');
  if (Date.parse(event.at) > Date.parse(present) + aheadMs) throw new EventError('time-future');
  if (keptUntil(event.kind, event.at, retention) <= present) throw new EventError('time-before-retention');
}
