import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { Clock } from '#core/ports.ts';

export const systemClock: Clock = {
  now: () => new Date().toISOString(),
  pause: async (ms) => {
    await pause(ms);
  },
};

/** What EventBridge's clock hands over; of it, what time it is. */
export const tick = z.object({ time: z.string() });

/**
 * As of when a function that the clock calls does what time does. In production nobody tells it what time it is: what
 * it destroys does not come back, and whom it tells too early is told.
 */
export function clockTime({ time }: z.infer<typeof tick>, clock: 'real' | 'event'): string {
  return clock === 'event' ? new Date(time).toISOString() : new Date().toISOString();
}
