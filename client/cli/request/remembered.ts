import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { printable } from '#client/printable.ts';
import { say } from '../common.ts';
import { stateDir } from '../profile/profile.ts';

/**
 * What was sent from this machine: ids and references, one JSON object a line. The provider's list follows a moment later
 * (own.ts); and a folder is named only by a reference that was sent from here. No line says about whom data was asked.
 */
export type Kind = 'requests' | 'preservations';

const line = z.object({
  id: z.uuid(),
  reference: z.string(),
  /** When the provider received it, by its clock. */
  at: z.string(),
  /** When it was sent, by this machine’s. */
  sent: z.string().optional(),
});
export type Remembered = z.infer<typeof line>;

const folder = (profile: string) => join(stateDir(), profile);
const fileOf = (profile: string, kind: Kind) => join(folder(profile), `${kind}.jsonl`);

/** In the order of sending. Skips a line that a full disk cut off. */
export async function remembered(profile: string, kind: Kind): Promise<Remembered[]> {
  const text = await readFile(fileOf(profile, kind), 'utf8').catch(() => '');
  return text.split('\n').flatMap((text) => {
    try {
      return [line.parse(JSON.parse(text))];
    } catch {
      return [];
    }
  });
}

/** Keeps each once. A failure to write is reported and is no error, since the request was sent. */
export async function remember(profile: string, kind: Kind, value: Omit<Remembered, 'sent'>): Promise<void> {
  if ((await remembered(profile, kind)).some(({ id }) => id === value.id)) return;
  const sent = new Date().toISOString();
  try {
    await mkdir(folder(profile), { recursive: true, mode: 0o700 });
    // One write, on a line of its own even after one that was cut off.
    await appendFile(fileOf(profile, kind), `\n${JSON.stringify({ ...value, sent })}\n`, { mode: 0o600 });
  } catch {
    say(`${printable(folder(profile))} cannot be written: keep the id, ${printable(value.id)}`);
  }
}

/** The reference that something was sent under from this machine, if it was. */
export async function referenceOf(profile: string, kind: Kind, id: string): Promise<string | undefined> {
  return (await remembered(profile, kind)).findLast((each) => each.id === id)?.reference;
}
