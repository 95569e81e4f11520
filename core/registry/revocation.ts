import { z } from 'zod';
import { instant } from '#core/instant.ts';

/** A key is to count no more, as it stands on the wire. */
export const revocationSchema = z.strictObject({
  keyid: z.string().max(200),
  reason: z.enum(['lost', 'stolen', 'left', 'replaced']),
});
export type Revocation = z.infer<typeof revocationSchema>;

export const revokedKey = z.strictObject({ keyid: z.string(), revokedAt: instant });
export type RevokedKey = z.infer<typeof revokedKey>;
