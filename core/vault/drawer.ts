import { z } from 'zod';

/** What is stored. There is no third kind: message content cannot be represented (I5). */
export const kinds = ['phone', 'access'] as const;
export type Kind = (typeof kinds)[number];

/** One drawer of the vault: one subject's records of one kind in one epoch, under one key pair. */
export const drawer = z.strictObject({ subject: z.string(), kind: z.enum(kinds), epoch: z.string() });
export type Drawer = z.infer<typeof drawer>;

/** One drawer, one text, for telling drawers apart. */
export function drawerName({ subject, kind, epoch }: Drawer): string {
  return `${subject} ${kind} ${epoch}`;
}
