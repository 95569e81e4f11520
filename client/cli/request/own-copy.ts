import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { openOwnCopy, ownCopyOf } from '#client/asking/own-copy.ts';
import { printable } from '#client/printable.ts';
import { say } from '../common.ts';
import type { Connection } from '../profile/connection.ts';
import { stateDir } from '../profile/profile.ts';

/** The officer's own copy of what they asked for, in a file. So `show` says whom a request is about where it was sent. */
const folder = (profile: string) => join(stateDir(), profile, 'asked');
const fileOf = (profile: string, id: string) => join(folder(profile), `${id}.jwe`);

/** A failure to write is reported and is no error, since the request was sent. */
export async function keepCopy(
  { name, profile }: Pick<Connection, 'name' | 'profile'>,
  id: string,
  asked: unknown,
): Promise<void> {
  if (profile.encryption === undefined) return;
  try {
    const jwe = await ownCopyOf(asked, profile.encryption.publicKey);
    await mkdir(folder(name), { recursive: true, mode: 0o700 });
    await writeFile(fileOf(name, id), jwe, { mode: 0o600 });
  } catch {
    say(`${printable(folder(name))} cannot be written: what was asked is not kept here.`);
  }
}

/**
 * What was asked, if it was sent from here.
 *
 * @param digest of the request, as the provider has it: a copy of anything else is not what was asked
 */
export async function readCopy<S extends z.ZodType>(
  { name, encryptionKey }: Pick<Connection, 'name' | 'encryptionKey'>,
  schema: S,
  { id, requestDigest: digest }: { id: string; requestDigest: string },
): Promise<z.infer<S> | undefined> {
  const jwe = await readFile(fileOf(name, id), 'utf8').catch(() => undefined);
  if (jwe === undefined) return undefined;
  try {
    return await openOwnCopy(jwe, { schema, key: await encryptionKey(), digest });
  } catch {
    say('What was asked is kept here, encrypted to a key that could not be used now.');
    return undefined;
  }
}
