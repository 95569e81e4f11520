import { z } from 'zod';
import { storedEpoch, storedSubject } from '#core/bounds.ts';
import { kinds } from './kinds.ts';

/** An epoch key: the key pair under which one subject's records of one kind and epoch are sealed. */
export const epochKey = z.strictObject({ subject: storedSubject, kind: z.enum(kinds), epoch: storedEpoch });
export type EpochKey = z.infer<typeof epochKey>;

/** The text that tells an epoch key from others. */
export function epochKeyName({ subject, kind, epoch }: EpochKey): string {
  return `${subject} ${kind} ${epoch}`;
}
