import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { plain } from '#client/plain.ts';
import { say } from '../common.ts';
import { CommandError } from '../errors.ts';
import { stateDir } from '../profile/profile.ts';

/**
 * What was sent from this machine: ids and references, one JSON object a line, so that requests can be listed and
 * followed by one's own reference. Of whom data was asked stands in none of them.
 */
export type Kind = 'requests' | 'preservations';

const line = z.object({ id: z.string(), reference: z.string(), at: z.string() });
export type Remembered = z.infer<typeof line>;

const folder = (profile: string) => join(stateDir(), profile);
const fileOf = (profile: string, kind: Kind) => join(folder(profile), `${kind}.jsonl`);

/** In the order in which they were sent. What a full disk cut off is passed over. */
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

/** Once each. It was sent already, so what cannot be kept is no failure. */
export async function remember(profile: string, kind: Kind, value: Remembered): Promise<void> {
  if ((await remembered(profile, kind)).some(({ id }) => id === value.id)) return;
  try {
    await mkdir(folder(profile), { recursive: true, mode: 0o700 });
    // One write, and its own line even behind one that was cut off.
    await appendFile(fileOf(profile, kind), `\n${JSON.stringify(value)}\n`, { mode: 0o600 });
  } catch {
    say(`${plain(folder(profile))} cannot be written: keep the id, ${plain(value.id)}`);
  }
}

/**
 * The id that an id or a reference stands for.
 *
 * @throws CommandError request-unknown
 */
export async function idOf(profile: string, kind: Kind, given: string): Promise<string> {
  const known = await remembered(profile, kind);
  const id = known.findLast((each) => each.reference === given || each.id === given)?.id;
  if (id !== undefined) return id;
  if (z.uuid().safeParse(given).success) return given;
  throw new CommandError(
    'request-unknown',
    'nothing was sent under this reference from this machine with this profile',
    'give its id, or send it again: the same reference answers the same case',
  );
}
