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
 * As of when a function that the clock calls does what time does. In production its own clock alone counts: what it
 * destroys does not come back, and a person who is notified too early knows.
 */
export function clockTime({ time }: z.infer<typeof tick>, clock: 'real' | 'event'): string {
  return clock === 'event' ? new Date(time).toISOString() : systemClock.now();
}
