import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { printable } from '#client/printable.ts';
import { CommandError } from '../errors.ts';
import type { FileReading } from './reading.ts';

const journalSchema = z.strictObject({
  deployment: z.string(),
  /** How many of the file's well-formed events, from the first one on, the stream has or `seal` would refuse. */
  acknowledged: z.int().min(0),
  finishedAt: z.string().optional(),
  /** What the file was taken for, and what was given or assumed. */
  read: z
    .strictObject({
      format: z.string(),
      zone: z.string().optional(),
      years: z.strictObject({ first: z.int(), last: z.int() }).optional(),
      map: z.record(z.string(), z.string()).optional(),
      only: z.record(z.string(), z.string()).optional(),
      failedToo: z.boolean(),
    })
    .optional(),
});
type Journal = z.infer<typeof journalSchema>;
const journalText = z.string().transform((text, context) => {
  try {
    return journalSchema.parse(JSON.parse(text));
  } catch {
    context.addIssue({ code: 'custom' });
    return z.NEVER;
  }
});

/**
 * How far a file was sent, known by its content and by how it was read. It holds counts and what was assumed, and nothing of
 * the file.
 */
export function journalOf(journalDir: string, read: FileReading, digest: string, deployment: string) {
  const { format, zone, years, failedToo, map, only } = read;
  // Read otherwise it holds other events.
  const as = JSON.stringify([digest, format, zone, years?.first, failedToo, map, only]);
  const name = createHash('sha256').update(as);
  const path = join(journalDir, `${name.digest('hex')}.json`);
  return {
    read(): Journal | undefined {
      if (!existsSync(path)) return undefined;
      const { data } = journalText.safeParse(readFileSync(path, 'utf8'));
      if (data === undefined)
        throw new CommandError(
          'file-malformed',
          `${printable(path)} cannot be read`,
          '--again sends the whole file',
        );
      return data.deployment === deployment ? data : undefined;
    },
    /** Replaced in one step: a process that is killed meanwhile leaves the journal before. */
    write(state: Omit<Journal, 'deployment' | 'read'>): void {
      mkdirSync(journalDir, { recursive: true, mode: 0o700 });
      writeFileSync(`${path}.new`, JSON.stringify({ deployment, read, ...state }), { mode: 0o600 });
      renameSync(`${path}.new`, path);
    },
  };
}
