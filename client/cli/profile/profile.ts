import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { plain } from '#client/plain.ts';
import { CommandError } from '../errors.ts';

/**
 * A profile: one enrolled person, towards one provider. A folder in the XDG configuration directory, readable by its
 * owner alone, with `profile.json` and the keys.
 */
const jwk = z.record(z.string(), z.unknown());

/** A key: in a file (a path, or a name in the profile's folder), or behind a command that signs. */
const signing = z.discriminatedUnion('at', [
  z.strictObject({ at: z.literal('file'), file: z.string(), publicKey: jwk, keyId: z.string() }),
  z.strictObject({ at: z.literal('command'), command: z.string(), publicKey: jwk, keyId: z.string() }),
]);

export const roles = ['agency', 'reviewer'] as const;

const profileSchema = z.strictObject({
  v: z.literal(1),
  role: z.enum(roles),
  signing: signing.optional(),
  /** What disclosures are encrypted to. Only agencies have one. */
  encryption: z.strictObject({ file: z.string(), publicKey: jwk, keyId: z.string() }).optional(),
  provider: z
    .strictObject({
      /** `https://host`, without `/v1`. */
      url: z.string(),
      name: z.string(),
      /** A certificate authority to trust beside the system's: a file. */
      caFile: z.string().optional(),
      /** The provider's keys, as a person compared them by telephone. No others are accepted. */
      keys: z.array(jwk).min(1),
      /** The log's verifier key (C2SP signed-note). */
      logKey: z.string().optional(),
    })
    .optional(),
});
export type Profile = z.infer<typeof profileSchema>;
export type SigningKey = z.infer<typeof signing>;

/** A profile, and its folder. */
export interface Named {
  name: string;
  dir: string;
  profile: Profile;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** XDG base directories. By the specification the environment counts only where it names an absolute path. */
export const configDir = () => join(xdg('XDG_CONFIG_HOME', '.config'), 'writ');
/** The folder of what commands remember: which requests and which files they sent. */
export const stateDir = () => join(xdg('XDG_STATE_HOME', '.local/state'), 'writ');

function xdg(variable: string, otherwise: string): string {
  const given = process.env[variable] ?? '';
  return given.startsWith('/') || /^[A-Za-z]:[\\/]/.test(given) ? given : join(homedir(), otherwise);
}

/** Which profile is meant. @throws CommandError usage */
export function profileName(given: string | undefined): string {
  const name = given ?? process.env.WRIT_PROFILE ?? 'default';
  if (!NAME.test(name))
    throw new CommandError(
      'usage',
      '--profile: a name of letters, digits, points and dashes, at most 64 of them',
    );
  return name;
}

export const profileDir = (name: string) => join(configDir(), name);

/** @throws CommandError profile-missing, profile-malformed */
export async function loadProfile(given: string | undefined): Promise<Named> {
  const found = await findProfile(given);
  if (found !== undefined) return found;
  const name = profileName(given);
  const others = await profileNames();
  throw new CommandError(
    'profile-missing',
    `there is no profile ${name} in ${plain(configDir())}`,
    others.length === 0
      ? '`writ keys new` makes one'
      : `there are: ${others.join(', ')}; name one with --profile`,
  );
}

/** @returns undefined where there is none. @throws CommandError profile-malformed */
export async function findProfile(given: string | undefined): Promise<Named | undefined> {
  const name = profileName(given);
  const dir = profileDir(name);
  const text = await readFile(join(dir, 'profile.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return { name, dir, profile: profileSchema.parse(JSON.parse(text)) };
  } catch (cause) {
    throw new CommandError(
      'profile-malformed',
      `${plain(join(dir, 'profile.json'))} is no profile of this version of writ`,
      'move it away and `writ keys new`, `writ connect` again; the key files stay good',
      { cause },
    );
  }
}

/** Keeps a profile: as a whole, or not at all. @throws CommandError file-unwritable */
export async function saveProfile({ dir, profile }: Pick<Named, 'dir' | 'profile'>): Promise<void> {
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const file = join(dir, 'profile.json');
    await writeFile(`${file}.new`, `${JSON.stringify(profile, null, 2)}\n`, { mode: 0o600 });
    await rename(`${file}.new`, file);
  } catch (cause) {
    throw new CommandError('file-unwritable', `${plain(dir)} cannot be written`, undefined, { cause });
  }
}

async function profileNames(): Promise<string[]> {
  const entries = await readdir(configDir(), { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted();
}
