import { z } from 'zod';
import { instant } from '#core/instant.ts';
import { name } from './change.ts';

/** A key that answers are encrypted to. */
const recipientKey = z.strictObject({
  /** Its RFC 7638 thumbprint. */
  thumbprint: z.string().regex(/^[\w-]{43}$/),
  /** Whose it is: the caller's own, or the agency's. */
  of: z.enum(['officer', 'agency']),
  activeFrom: instant,
});

/** What an officer is told of the key that their answers are encrypted to. */
export const recipientView = z.strictObject({
  /** The caller, as the provider calls them. */
  officer: name,
  recipient: recipientKey,
  /** The key that takes over later, where one is enrolled. */
  next: recipientKey.optional(),
});
export type RecipientView = z.infer<typeof recipientView>;
