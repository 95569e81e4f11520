import { z } from 'zod';

/** What is stored. There is no third kind: message content cannot be represented (I5). */
export const kinds = ['phone', 'access'] as const;
export type Kind = (typeof kinds)[number];

/** One epoch key of the vault: one subject's records of one kind in one epoch, under one key pair. */
export const epochKey = z.strictObject({ subject: z.string(), kind: z.enum(kinds), epoch: z.string() });
export type EpochKey = z.infer<typeof epochKey>;

/** One epoch key, one text, for telling epoch keys apart. */
export function epochKeyName({ subject, kind, epoch }: EpochKey): string {
  return `${subject} ${kind} ${epoch}`;
}
