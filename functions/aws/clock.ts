import { z } from 'zod';

/** What EventBridge's clock hands over; of it, what time it is. */
export const tick = z.object({ time: z.string() });
