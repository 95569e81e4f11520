import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CompactEncrypt, compactDecrypt, importJWK } from 'jose';
import { type Request, requestSchema } from '#core/cases/request.ts';
import { utf8 } from '#core/bytes.ts';
import type { Connection } from '../profile/connection.ts';
import { stateDir } from '../profile/profile.ts';

/**
 * What was sent, encrypted to its officer's own encryption key: a collection hands it in again, so that the package names
 * whom it is about as the request did. Nobody without that key reads from this machine about whom data was asked.
 */
const folder = (profile: string) => join(stateDir(), profile, 'asked');
const fileOf = (profile: string, id: string) => join(folder(profile), `${id}.jwe`);

/** Where it cannot be kept, a collection does without it. */
export async function keepRequest(
  { name, profile }: Pick<Connection, 'name' | 'profile'>,
  id: string,
  request: Request,
): Promise<void> {
  const { encryption } = profile;
  if (encryption === undefined) return;
  try {
    const jwe = await new CompactEncrypt(utf8(JSON.stringify(request)))
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM' })
      .encrypt(await importJWK({ ...encryption.publicKey }, 'ECDH-ES'));
    await mkdir(folder(name), { recursive: true, mode: 0o700 });
    const file = fileOf(name, id);
    await writeFile(`${file}.new`, jwe, { mode: 0o600 });
    await rename(`${file}.new`, file);
  } catch {
    return;
  }
}

/** @returns undefined where it was not sent from here, or with another key */
export async function keptRequest(
  { name, encryptionKey }: Pick<Connection, 'name' | 'encryptionKey'>,
  id: string,
): Promise<Request | undefined> {
  const jwe = await readFile(fileOf(name, id), 'utf8').catch(() => undefined);
  if (jwe === undefined) return undefined;
  const key = await encryptionKey();
  try {
    const { plaintext } = await compactDecrypt(jwe, key, {
      keyManagementAlgorithms: ['ECDH-ES'],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    return requestSchema.safeParse(JSON.parse(new TextDecoder().decode(plaintext))).data;
  } catch {
    return undefined;
  }
}
